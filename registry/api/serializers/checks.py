"""Checks, runs and alerts."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from platform_site.api.serializers import StrictSerializer
from registry.api.serializers.features import DefinitionInput
from registry.models import Alert, Check, CheckRun


class CheckInput(StrictSerializer):
    """A definition-parity check of two versions of a feature."""

    name = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=Check.Kind.values)
    feature = serializers.CharField(max_length=128)
    trained = serializers.CharField(max_length=64, help_text="The version trained on.")
    current = serializers.CharField(max_length=64, help_text="The version to hold against it.")
    limit = serializers.FloatField(required=False, help_text="The differing share of rows still allowed, 0..1.")
    atol = serializers.FloatField(required=False)
    rtol = serializers.FloatField(required=False)
    slice = serializers.CharField(max_length=128, required=False)
    blocking = serializers.BooleanField(required=False, default=False)

    def parameters(self) -> dict[str, Any]:
        """The thresholds that were given."""
        return {
            name: self.validated_data[name]
            for name in ("limit", "atol", "rtol", "slice")
            if name in self.validated_data
        }


class CheckOutput(serializers.ModelSerializer):
    """A check and its newest run."""

    feature = serializers.CharField(source="feature.name", allow_null=True, default=None)
    model = serializers.CharField(source="model.name", allow_null=True, default=None)
    newest_run = serializers.IntegerField(source="newest_run_id", allow_null=True, default=None)

    class Meta:
        model = Check
        fields = (
            "id", "name", "kind", "feature", "model", "parameters", "blocking", "newest_run", "created_by",
            "created_at",
        )  # fmt: skip
        read_only_fields = fields


class ProgressOutput(serializers.Serializer):
    done = serializers.IntegerField(source="progress_done")
    total = serializers.IntegerField(source="progress_total")
    what = serializers.CharField(source="progress_what", allow_blank=True)


class RunOutput(serializers.ModelSerializer):
    """A run: where it stands, and once it is finished what it found."""

    check_name = serializers.CharField(source="check_definition.name")
    progress = ProgressOutput(source="*")
    outcome = serializers.SerializerMethodField()
    result = serializers.SerializerMethodField()

    class Meta:
        model = CheckRun
        fields = (
            "id", "check_name", "state", "outcome", "summary", "error", "rows", "progress", "attempts",
            "requested_by", "created_at", "started_at", "finished_at", "result",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": ["string", "null"], "enum": [*CheckRun.Outcome.values, None]})
    def get_outcome(self, run: CheckRun) -> str | None:
        return run.outcome or None

    @extend_schema_field({"type": ["object", "null"], "additionalProperties": True})
    def get_result(self, run: CheckRun) -> dict[str, Any] | None:
        return run.result.content if hasattr(run, "result") else None


class QueuedOutput(serializers.ModelSerializer):
    """A run that was asked for."""

    class Meta:
        model = CheckRun
        fields = ("id", "state")
        read_only_fields = fields


class ParityInput(StrictSerializer):
    """A proposed definition to hold against the current one, before it is registered."""

    feature = serializers.CharField(max_length=128)
    proposed = DefinitionInput()


class AlertOutput(serializers.ModelSerializer):
    """Something that somebody should look at."""

    model = serializers.CharField(source="model.name")
    check_name = serializers.CharField(source="check_definition.name", allow_null=True, default=None)
    check_run = serializers.IntegerField(source="run_id", allow_null=True)
    serving_report = serializers.IntegerField(source="serving_report_id", allow_null=True)

    class Meta:
        model = Alert
        fields = (
            "id", "model", "check_name", "check_run", "serving_report", "environment", "title", "state", "blocking", "opened_at", "acknowledged_by",
            "acknowledged_until", "resolved_at",
        )  # fmt: skip
        read_only_fields = fields


class AcknowledgeInput(StrictSerializer):
    """Who looks after it, until when."""

    acknowledged_until = serializers.DateTimeField()
