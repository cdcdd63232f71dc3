"""Checks and runs."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from platform_site.api.serializers import StrictSerializer
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.compute.kinds.parity.log_parameters import BY_KEY, BY_TIME
from registry.data.serializers import columns
from registry.features.serializers import DefinitionInput
from registry.models import Check, CheckRun, ColumnFinding

TOLERANCE = (
    "By how much numbers may differ; if left out, floats by 1e-9 relative (1e-6 for float32), all else not at all."
)


MATERIALIZED = "The data set that holds the values of that version, where it is in Python."


class CheckBase(StrictSerializer):
    """The fields of every kind of check; all others are parameters of its kind."""

    OF_THE_CHECK = ("name", "kind", "blocking", "schedule", "model")

    name = serializers.CharField(max_length=200)
    blocking = serializers.BooleanField(required=False, default=False)
    schedule = serializers.CharField(
        max_length=100, required=False, allow_blank=True, default="", help_text="Five cron fields, UTC: 30 6 * * 1-5."
    )
    model = serializers.CharField(max_length=128, required=False, allow_blank=True, default="")

    def parameters(self) -> dict[str, Any]:
        """The parameters that were sent."""
        return {name: value for name, value in self.validated_data.items() if name not in self.OF_THE_CHECK}


class ParityCheckInput(StrictSerializer):
    """A definition-parity check of two versions of a feature; for versions in Python also the data sets and columns that
    hold their values."""

    name = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=[Check.Kind.DEFINITION_PARITY.value])
    feature = serializers.CharField(max_length=128)
    trained = serializers.CharField(max_length=64, help_text="The version trained on.")
    current = serializers.CharField(max_length=64, help_text="The version to compare with it.")
    limit = serializers.FloatField(required=False, help_text="The share of rows that may differ, 0 to 1.")
    atol = serializers.FloatField(required=False, allow_null=True, help_text=TOLERANCE)
    rtol = serializers.FloatField(
        required=False, allow_null=True, help_text="The same as a share of the trained value."
    )
    slice = serializers.CharField(max_length=128, required=False)
    trained_dataset = serializers.CharField(max_length=128, required=False, help_text=MATERIALIZED)
    trained_column = serializers.CharField(max_length=128, required=False)
    current_dataset = serializers.CharField(max_length=128, required=False, help_text=MATERIALIZED)
    current_column = serializers.CharField(max_length=128, required=False)
    key = columns(required=False)
    blocking = serializers.BooleanField(required=False, default=False)

    def parameters(self) -> dict[str, Any]:
        """The thresholds that were sent, and where the values lie."""
        return {name: self.validated_data[name] for name in ParityParameters._fields if name in self.validated_data}


MOMENT = "ISO 8601, or days before the run: -7d."


class DriftCheckInput(CheckBase):
    """A drift check: a reference and current data, compared column by column."""

    kind = serializers.ChoiceField(choices=[Check.Kind.DRIFT.value])
    reference = serializers.CharField(max_length=128, help_text="A data set.")
    current = serializers.CharField(
        max_length=128, required=False, help_text="A data set; the reference's if left out."
    )
    reference_from = serializers.CharField(max_length=40, required=False, help_text=MOMENT)
    reference_to = serializers.CharField(max_length=40, required=False, help_text=MOMENT)
    current_from = serializers.CharField(max_length=40, required=False, help_text=MOMENT)
    current_to = serializers.CharField(max_length=40, required=False, help_text=MOMENT)
    window = serializers.CharField(max_length=8, required=False, allow_blank=True, help_text="day, week or month.")
    limits = serializers.DictField(child=serializers.FloatField(), required=False, help_text="By statistic.")
    column_limits = serializers.DictField(
        child=serializers.DictField(child=serializers.FloatField()),
        required=False,
        help_text="By column and statistic.",
    )
    importance = serializers.DictField(child=serializers.FloatField(), required=False, help_text="By column.")
    minimum_rows = serializers.IntegerField(required=False)
    calibrated = serializers.BooleanField(required=False, help_text="Limits from the reference's own windows.")
    prediction = serializers.CharField(max_length=128, required=False)
    label = serializers.CharField(max_length=128, required=False)  # type: ignore[assignment] # a field, not an option of the serializer
    group = serializers.CharField(max_length=128, required=False)
    prediction_kind = serializers.CharField(
        max_length=16,
        required=False,
        allow_blank=True,
        help_text="number, class or probability; from the values if left out.",
    )
    positive = serializers.CharField(
        max_length=128, required=False, help_text="The class that a probability is of; the greater of two if left out."
    )
    favourable = serializers.CharField(
        max_length=128, required=False, help_text="The class that is good for whom it is about; `positive` if left out."
    )
    threshold = serializers.FloatField(
        required=False, help_text="From which probability on a row is predicted positive; 0.5 if left out."
    )
    labels = serializers.CharField(
        max_length=128, required=False, help_text="A data set with labels that came later, joined by its key."
    )
    estimate = serializers.BooleanField(
        required=False, help_text="Estimate the metrics of rows without a label from the probabilities."
    )
    columns = columns(required=False, most=5_000)


class LogParityCheckInput(CheckBase):
    """A log-parity check: the rows trained on and the rows that serving logged, compared."""

    kind = serializers.ChoiceField(choices=[Check.Kind.LOG_PARITY.value])
    training = serializers.CharField(max_length=128, help_text="A data set.")
    serving = serializers.CharField(max_length=128, help_text="A data set.")
    entity_key = columns()
    match_by = serializers.ChoiceField(
        choices=[BY_TIME, BY_KEY],
        required=False,
        help_text="`time`: entity and event time. `key`: entity_key identifies a row, as in two materializations.",
    )
    features = columns(required=False, most=5_000)
    tolerance_s = serializers.FloatField(required=False, help_text="Seconds that event times may be apart.")
    since = serializers.CharField(max_length=40, required=False, help_text=MOMENT)
    until = serializers.CharField(max_length=40, required=False, help_text=MOMENT)
    limit = serializers.FloatField(required=False, help_text="The share of rows that may differ, 0 to 1.")
    matched_minimum = serializers.FloatField(
        required=False, help_text="The share of the trained rows that must be matched, 0 to 1; 0.95 if left out."
    )
    minimum_rows = serializers.IntegerField(required=False, help_text="Matched rows that it takes; 200 if left out.")
    unmatched_limit = serializers.FloatField(
        required=False, help_text="The share of rows that may be on one side only, 0 to 1; any if left out."
    )
    atol = serializers.FloatField(required=False, allow_null=True, help_text=TOLERANCE)
    rtol = serializers.FloatField(
        required=False, allow_null=True, help_text="The same as a share of the trained value."
    )


class ExpectationInput(StrictSerializer):
    """What a column must be."""

    name = serializers.CharField(max_length=128)
    type = serializers.CharField(max_length=64, required=False)
    nullable = serializers.BooleanField(required=False)
    unique = serializers.BooleanField(required=False)
    allowed = serializers.ListField(child=serializers.CharField(max_length=200), required=False, max_length=1_000)
    because = serializers.CharField(max_length=300, required=False)


class SchemaCheckInput(CheckBase):
    """A schema check: a data set, compared with what the features computed from it need."""

    kind = serializers.ChoiceField(choices=[Check.Kind.SCHEMA.value])
    dataset = serializers.CharField(max_length=128)
    features = columns(required=False, most=5_000)
    unique = columns(required=False)
    columns = ExpectationInput(many=True, required=False, max_length=5_000)  # type: ignore[call-arg] # many=True makes a ListSerializer, which takes it


INPUTS: dict[str, type[serializers.Serializer[Any]]] = {
    Check.Kind.DEFINITION_PARITY: ParityCheckInput,
    Check.Kind.LOG_PARITY: LogParityCheckInput,
    Check.Kind.DRIFT: DriftCheckInput,
    Check.Kind.SCHEMA: SchemaCheckInput,
}


class KindInput(serializers.Serializer):
    """The kind of a check."""

    kind = serializers.ChoiceField(choices=Check.Kind.values)


class CheckChange(StrictSerializer):
    """The schedule, and whether alerts close the gate; fields that are left out stay as they are."""

    schedule = serializers.CharField(max_length=100, required=False, allow_blank=True)
    blocking = serializers.BooleanField(required=False)


class CheckOutput(serializers.ModelSerializer):
    """A check and its newest run."""

    feature = serializers.CharField(source="feature.name", allow_null=True, default=None)
    model = serializers.CharField(source="model.name", allow_null=True, default=None)
    newest_run = serializers.IntegerField(source="newest_run_id", allow_null=True, default=None)

    class Meta:
        model = Check
        fields = (
            "id", "name", "kind", "feature", "model", "parameters", "blocking", "schedule", "next_due_at", "newest_run",
            "created_by", "created_at",
        )  # fmt: skip
        read_only_fields = fields


TEXT, COUNT = {"type": "string"}, {"type": "integer"}
RESULT: dict[str, Any] = {
    "type": ["object", "null"],
    "additionalProperties": True,
    "properties": {
        "sentence": TEXT | {"description": "What was compared, and what was left out and why."},
        "left_out": {
            "type": "object",
            "description": "Rows and columns about which the run says nothing; share: of the rows given, 0 to 1.",
            "properties": {
                "rows": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "side": TEXT | {"enum": ["reference", "current", "training", "serving", "both"]},
                            "reason": TEXT,
                            "count": COUNT,
                            "column": TEXT,
                        },
                    },
                },
                "share": {"type": "number"},
                "columns": {
                    "type": "array",
                    "items": {"type": "object", "properties": {"column": TEXT, "outcome": TEXT, "reason": TEXT}},
                },
            },
        },
        "blind": {
            "type": "array",
            "items": TEXT,
            "description": "The columns that could not have raised an alarm.",
        },
    },
}


class ProgressOutput(serializers.Serializer):
    done = serializers.IntegerField(source="progress_done")
    total = serializers.IntegerField(source="progress_total")
    what = serializers.CharField(source="progress_what", allow_blank=True)


class RunOutput(serializers.ModelSerializer):
    """A run: its state, and once it is finished its findings."""

    check_name = serializers.CharField(source="check_definition.name")
    progress = ProgressOutput(source="*")
    outcome = serializers.SerializerMethodField()
    result = serializers.SerializerMethodField()
    read = serializers.ListField(
        source="data",
        child=serializers.DictField(child=serializers.CharField()),
        help_text="What it read: role, dataset, kind, location, connection, reading, snapshot, source_version of each data set.",
    )

    class Meta:
        model = CheckRun
        fields = (
            "id", "check_name", "state", "outcome", "summary", "error", "rows", "read", "progress", "attempts",
            "requested_by", "created_at", "started_at", "finished_at", "result",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field({"type": ["string", "null"], "enum": [*CheckRun.Outcome.values, None]})
    def get_outcome(self, run: CheckRun) -> str | None:
        return run.outcome or None

    @extend_schema_field(RESULT)
    def get_result(self, run: CheckRun) -> dict[str, Any] | None:
        return run.result.content if hasattr(run, "result") else None


class ColumnFindingOutput(serializers.ModelSerializer):
    """The finding of a run about one column."""

    content = serializers.DictField(
        source="full_content", help_text="What it is based on: statistics, limits, histogram, series."
    )

    class Meta:
        model = ColumnFinding
        fields = (
            "rank", "column", "kind", "outcome", "sentence", "statistic", "value", "limit", "effect", "content",
        )  # fmt: skip
        read_only_fields = fields


class MarkdownOutput(serializers.Serializer):
    """A run as text."""

    markdown = serializers.CharField()


class QueuedOutput(serializers.ModelSerializer):
    """A queued run."""

    class Meta:
        model = CheckRun
        fields = ("id", "state")
        read_only_fields = fields


class ParityInput(StrictSerializer):
    """A proposed definition to compare with the current one, before it is registered."""

    feature = serializers.CharField(max_length=128)
    proposed = DefinitionInput()
    dataset = serializers.CharField(
        max_length=128,
        required=False,
        allow_blank=True,
        default="",
        help_text="Held-out rows; the rows of the source table if left out.",
    )
