"""Alerts, what they reported, and for how long one is acknowledged."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from platform_site.api.serializers import StrictSerializer
from registry.checks.queries.checks import findings_of
from registry.checks.rules.acknowledgements import Period
from registry.models import Alert, AlertFinding


class AlertOutput(serializers.ModelSerializer):
    """An alert about a model version or, where a check opened it, a model."""

    model = serializers.CharField(source="model.name")
    version = serializers.CharField(source="model_version.version", allow_null=True, default=None)
    kind = serializers.CharField(
        help_text="skew, features, traffic or silence; of a check its kind: drift, schema, definition_parity, log_parity."
    )
    closes_gate = serializers.BooleanField(
        help_text="Whether it closes a gate until it is resolved: as blocking, or by the gate settings."
    )
    returns = serializers.CharField(help_text="When it opens again, in words; empty unless it is acknowledged.")
    acknowledged_title = serializers.SerializerMethodField(help_text="What was acknowledged last.")
    check_name = serializers.CharField(source="check_definition.name", allow_null=True, default=None)
    check_run = serializers.IntegerField(source="run_id", allow_null=True)
    serving_report = serializers.IntegerField(source="serving_report_id", allow_null=True)

    class Meta:
        model = Alert
        fields = (
            "id", "model", "version", "environment", "feature", "kind", "finding", "check_name", "check_run",
            "serving_report", "title", "state", "blocking", "closes_gate", "opened_at", "observed_at", "acknowledged_by",
            "acknowledged_until", "acknowledged_title", "returns", "resolved_at", "resolved_because",
        )  # fmt: skip
        read_only_fields = fields

    def get_acknowledged_title(self, alert: Alert) -> str:
        return (alert.acknowledged_finding or {}).get("title", "")


class AlertFindingOutput(serializers.ModelSerializer):
    """What an alert reported from a moment on."""

    at = serializers.DateTimeField(source="observed_at", help_text="When it was observed.")
    seen_by_ack = serializers.BooleanField(help_text="Whether the last acknowledgement covers it.")

    class Meta:
        model = AlertFinding
        fields = ("id", "at", "title", "seen_by_ack", "recorded_at")
        read_only_fields = fields


class AlertDetailOutput(AlertOutput):
    """An alert with everything that it reported, the newest first."""

    findings = serializers.SerializerMethodField()

    class Meta(AlertOutput.Meta):
        fields = (*AlertOutput.Meta.fields, "findings")  # type: ignore[assignment] # one more
        read_only_fields = fields  # type: ignore[assignment]

    @extend_schema_field(AlertFindingOutput(many=True))
    def get_findings(self, alert: Alert) -> Any:
        return AlertFindingOutput(findings_of(alert), many=True).data


ONE_END = "Give either acknowledge_for or acknowledged_until."


class AcknowledgeInput(StrictSerializer):
    """How long an alert is acknowledged, and which of its findings was the newest when somebody looked."""

    exactly_one_of = ("acknowledge_for", "acknowledged_until")
    acknowledge_for = serializers.ChoiceField(choices=[period.value for period in Period], required=False)
    acknowledged_until = serializers.DateTimeField(required=False)
    seen = serializers.IntegerField(
        required=False,
        min_value=1,
        help_text="The id of the newest finding that was seen: refused if another one came since.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one end."""
        if ("acknowledge_for" in attrs) == ("acknowledged_until" in attrs):
            raise serializers.ValidationError({"acknowledged_until": [ONE_END]}, code="one_of")
        return attrs
