"""Models, their versions, and what gates decide."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer

from platform_site.api.serializers import DetailsInput, StrictSerializer
from registry.data.serializers import SourceChangesOutput, SourceVersionOutput
from registry.features.serializers import ChangesOutput, FeatureVersionOutput
from registry.models import (
    Evaluation,
    FeatureVersion,
    GateDecision,
    ModelVersion,
    NoFeaturesConfirmation,
    Observation,
    RegisteredModel,
)
from registry.models.model_versions import MOST_HOURS
from registry.versions.queries import model_versions, registration, snapshots
from registry.versions.queries.policies import ColumnFairness
from registry.versions.rules.observed import PartCoverage
from registry.versions.serializers.governance import JudgedOutput, StandingOverrideOutput

MOST_EVALUATIONS = 1_000  # of one call


class PinOutput(serializers.Serializer):
    """Why serving computes a feature at this version."""

    environment = serializers.CharField(
        allow_blank=True, help_text="Where a deployment pins it; empty for a pin of the model version."
    )
    reason = serializers.CharField(allow_blank=True, help_text="Empty: there is no reason on record.")
    pinned_by = serializers.CharField()
    pinned_at = serializers.DateTimeField()


class ServingFeatureOutput(FeatureVersionOutput):
    """One definition that serving must compute, and the version of its source table that the model was trained on."""

    trained_source = SourceVersionOutput(
        allow_null=True, help_text="Null where no source table was described at training."
    )

    pin = PinOutput(allow_null=True, help_text="Null where nothing is pinned: it is as trained.")

    class Meta:
        model = FeatureVersion
        fields = (*FeatureVersionOutput.Meta.fields, "trained_source", "pin")
        read_only_fields = fields


class ModelInput(StrictSerializer):
    """A model to add."""

    name = serializers.CharField(max_length=128)
    owner_team = serializers.CharField(max_length=63)
    model_type = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")
    serving_mode = serializers.ChoiceField(choices=RegisteredModel.ServingMode.values, default="real_time")
    description = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")


class ModelChangeInput(DetailsInput):
    """What can be edited of a model; what is left out stays."""

    silent_after_hours = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST_HOURS, help_text="Hours without a report: then serving is silent."
    )


class ModelOutput(serializers.ModelSerializer):
    """A model and its versions in production."""

    owner_team = serializers.CharField(source="owner_team.slug")
    tags = serializers.ListField(child=serializers.CharField())
    versions = serializers.IntegerField(source="version_count")
    in_production = serializers.SerializerMethodField()

    class Meta:
        model = RegisteredModel
        fields = (
            "name", "owner_team", "model_type", "serving_mode", "description", "tags", "regulated",
            "silent_after_hours", "versions", "in_production", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_in_production(self, model: Any) -> list[str]:  # a model as `model_versions.models` reads it
        return [version.version for version in model.in_production]


class RatesOutput(serializers.Serializer):
    """One group; a rate is null if it was not reported."""

    group = serializers.CharField()
    rows = serializers.IntegerField()
    selection_rate = serializers.FloatField(source="selection", allow_null=True)
    true_positive_rate = serializers.FloatField(source="true_positive", allow_null=True)
    false_positive_rate = serializers.FloatField(source="false_positive", allow_null=True)


class FairnessOutput(serializers.Serializer):
    """The groups of one column, the figures over them, and the policy checks on them."""

    column = serializers.CharField()
    groups = RatesOutput(many=True)
    figures = serializers.DictField(child=serializers.FloatField())
    checks = JudgedOutput(many=True)

    def to_representation(self, fairness: ColumnFairness) -> dict[str, Any]:
        groups = [{"group": name, **rates._asdict()} for name, rates in fairness.groups.items()]
        checks = [result.as_dict() for result in fairness.checks]
        return super().to_representation(fairness._asdict() | {"groups": groups, "checks": checks})


class EvaluationOutput(serializers.ModelSerializer):
    """One metric; an empty slice means all rows."""

    class Meta:
        model = Evaluation
        fields = ("metric", "value", "slice", "recorded_by", "recorded_at")
        read_only_fields = fields


class VersionInput(StrictSerializer):
    """A model version to register. The registration gate checks all parts at once."""

    version = serializers.CharField(max_length=200)
    artifact = serializers.DictField(required=False, default=dict)
    lineage = serializers.DictField(required=False, default=dict)


class ConflictOutput(serializers.Serializer):
    """One reason why serving would differ from training."""

    feature = serializers.CharField(allow_blank=True)
    severity = serializers.ChoiceField(choices=["ERROR", "WARNING", "INFO"])
    issue = serializers.CharField()
    trained_on = serializers.CharField(allow_null=True)
    current = serializers.CharField(allow_null=True)
    logic_change = serializers.BooleanField()
    null_handling_change = serializers.BooleanField()
    data_type_change = serializers.BooleanField()
    source_table_change = serializers.BooleanField()
    source_change = SourceChangesOutput(
        allow_null=True,
        default=None,
        help_text="What changed of the source table itself since training; such a change is a conflict of its own.",
    )
    changes = ChangesOutput(default=None, help_text="Each part that changed, before and after.")
    changed_by = serializers.CharField(
        allow_null=True, default=None, help_text="Who made the version current that would serve, or pinned it."
    )
    changed_at = serializers.DateTimeField(allow_null=True, default=None)
    reason = serializers.CharField(allow_null=True, default=None)
    run = serializers.IntegerField(
        allow_null=True, default=None, help_text="The newest parity run of the two versions."
    )
    rows_differ = serializers.IntegerField(allow_null=True, default=None)
    rows = serializers.IntegerField(allow_null=True, default=None)
    overridable = serializers.BooleanField(default=True)
    approvers = serializers.ListField(
        child=serializers.CharField(),
        default=list,
        help_text="Who can approve an override, or confirm: at most five names.",
    )
    more_approvers = serializers.IntegerField(default=0, help_text="How many more there are.")


class WayOutOutput(serializers.Serializer):
    """One way to open the gate."""

    kind = serializers.CharField()
    do = serializers.CharField()
    feature = serializers.CharField(allow_blank=True)
    version = serializers.CharField(allow_blank=True, default="")
    source_table = serializers.CharField(allow_blank=True, default="")


class MissingPartOutput(serializers.Serializer):
    """One part that an observed version lacks: how to supply it, and a line of MLflow's client that does."""

    part = serializers.CharField()
    how = serializers.CharField()
    line = serializers.CharField(allow_blank=True)


class VersionNameOutput(serializers.Serializer):
    """A model version by its names."""

    model = serializers.CharField()
    version = serializers.CharField()


class PartCoverageOutput(serializers.Serializer):
    """One lineage part: in how many observed versions it is missing, how to supply it, and the line that does."""

    part = serializers.CharField()
    missing = serializers.IntegerField()
    how = serializers.CharField()
    line = serializers.CharField(allow_blank=True)
    versions = VersionNameOutput(many=True, help_text="The first versions without it, at most 20.")

    def to_representation(self, row: PartCoverage) -> dict[str, Any]:
        versions = [{"model": model, "version": version} for model, version in row.versions]
        return super().to_representation(row._asdict() | {"versions": versions})


class ServerReadingOutput(serializers.Serializer):
    """An MLflow server, and when it was read."""

    origin = serializers.CharField()
    every_minutes = serializers.IntegerField(
        allow_null=True, help_text="How often it is read by itself; null: when somebody imports it."
    )
    read_at = serializers.DateTimeField(allow_null=True, help_text="When it was last read whole.")
    problem = serializers.CharField(allow_blank=True, help_text="Why the last reading failed.")


class LineageCoverageOutput(serializers.Serializer):
    """How many versions there are, how many are only observed, what those lack, and when servers were read."""

    versions = serializers.IntegerField(help_text="All versions that are not archived.")
    observed = serializers.IntegerField(help_text="Those that another system knows and that are not registered.")
    parts = PartCoverageOutput(many=True)
    servers = ServerReadingOutput(many=True)


MISSING_HELP = "What an observed version lacks to be registered; null of one that is registered."


class OverriddenOutput(serializers.Serializer):
    """What would have blocked, and the override that covers it."""

    reason = serializers.CharField()
    override = serializers.IntegerField()


class RestsOnOutput(serializers.Serializer):
    """How many features were compared by their definition, by a parity check that passed, and by nothing but a name."""

    definition = serializers.IntegerField()
    parity = serializers.IntegerField()
    nothing = serializers.IntegerField()


class DecisionOutput(serializers.ModelSerializer):
    """What a gate decided, and on what evidence."""

    conflicts = ConflictOutput(many=True)
    ways_out = WayOutOutput(many=True)
    reasons = serializers.ListField(child=serializers.CharField())
    overridden = OverriddenOutput(many=True)
    checks = JudgedOutput(many=True)
    rests_on = RestsOnOutput(allow_null=True, help_text="Null for a decision of before this was recorded.")
    missing_parts = MissingPartOutput(many=True, allow_null=True, help_text=MISSING_HELP)

    class Meta:
        model = GateDecision
        fields = (
            "gate",
            "decision",
            "headline",
            "conflicts",
            "reasons",
            "ways_out",
            "overridden",
            "checks",
            "rests_on",
            "missing_parts",
            "decided_by",
            "decided_at",
        )
        read_only_fields = fields


class GateReportOutput(serializers.Serializer):
    """What the deployment gate decided, on what evidence, and its message."""

    model = serializers.CharField()
    version = serializers.CharField()
    gate = serializers.CharField()
    decision = serializers.CharField()
    conflicts = ConflictOutput(many=True)
    reasons = serializers.ListField(child=serializers.CharField())
    ways_out = WayOutOutput(many=True)
    overridden = OverriddenOutput(many=True)
    checks = JudgedOutput(many=True)
    rests_on = RestsOnOutput()
    advisory = serializers.BooleanField(
        help_text="The version is observed: the gate advises. Pipelines pass unless they ask strictly."
    )
    missing_parts = MissingPartOutput(many=True, allow_null=True, help_text=MISSING_HELP)
    decided_by = serializers.CharField()
    decided_at = serializers.DateTimeField()
    url = serializers.CharField(help_text="The page of the model version.")
    message = serializers.CharField(help_text="The decision for people: its first line, then what blocks.")
    markdown = serializers.CharField(help_text="The same as Markdown.")


class LineageOutput(serializers.Serializer):
    """What the version was made of; what an observed version lacks is empty."""

    code_commit = serializers.CharField(allow_blank=True)
    pipeline_commit = serializers.CharField(allow_blank=True)
    data_snapshot = serializers.CharField(allow_blank=True)
    container_digest = serializers.CharField(allow_blank=True)
    hyperparameters = serializers.DictField()
    uses_no_features = serializers.BooleanField()
    no_features_confirmed_by = serializers.CharField(
        allow_null=True,
        allow_blank=True,
        help_text="Null until a second person confirms it; empty where it was stated before one had to.",
    )


class ObservationOutput(serializers.ModelSerializer):
    """Where another system knows a model version, and what was left out or assumed when it was read."""

    notes = serializers.ListField(child=serializers.CharField())
    aliases = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = Observation
        fields = ("system", "origin", "external_id", "aliases", "notes", "observed_at", "updated_at", "gone_at")
        read_only_fields = fields


class PartsInput(StrictSerializer):
    """Parts of an observed version; parts that are left out stay as they are known."""

    artifact = serializers.DictField(required=False, default=dict)
    lineage = serializers.DictField(required=False, default=dict)


class VersionOutput(serializers.ModelSerializer):
    """A model version with its lineage, snapshot, pins and gate decisions."""

    model = serializers.CharField(source="model.name")
    state = serializers.CharField(source="stage", help_text="observed until every part is there, then its stage.")
    missing_parts = serializers.SerializerMethodField(help_text=MISSING_HELP)
    observed_in = serializers.SerializerMethodField(help_text="Where another system knows it, if one does.")
    artifact = serializers.SerializerMethodField()
    lineage = serializers.SerializerMethodField()
    feature_snapshot = serializers.SerializerMethodField()
    pins = serializers.SerializerMethodField()
    evaluations = EvaluationOutput(many=True)
    overrides = StandingOverrideOutput(many=True)
    gate_decisions = serializers.SerializerMethodField()

    class Meta:
        model = ModelVersion
        fields = (
            "model", "version", "state", "stage", "missing_parts", "observed_in", "artifact", "lineage",
            "feature_snapshot", "pins", "overrides",
            "evaluations", "gate_decisions", "registered_by", "registered_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_artifact(self, version: ModelVersion) -> dict[str, str]:
        return {"uri": version.artifact_uri, "digest": version.artifact_digest}

    @extend_schema_field(MissingPartOutput(many=True, allow_null=True))
    def get_missing_parts(self, version: ModelVersion) -> list[dict[str, str]] | None:
        missing = registration.missing_of(version)
        return None if missing is None else [part._asdict() for part in missing]

    @extend_schema_field(ObservationOutput(allow_null=True))
    def get_observed_in(self, version: ModelVersion) -> dict[str, Any] | None:
        observation = registration.observation_of(version)
        return dict(ObservationOutput(observation).data) if observation else None

    @extend_schema_field(LineageOutput)
    def get_lineage(self, version: ModelVersion) -> dict[str, object]:
        return {
            "code_commit": version.code_commit,
            "pipeline_commit": version.pipeline_commit,
            "data_snapshot": version.data_snapshot.digest if version.data_snapshot else "",
            "container_digest": version.container_digest,
            "hyperparameters": version.hyperparameters,
            "uses_no_features": version.uses_no_features,
            "no_features_confirmed_by": model_versions.confirmed_by(version),
        }

    def get_feature_snapshot(self, version: ModelVersion) -> dict[str, str]:
        return snapshots.recorded_snapshot(version) or {}

    def get_pins(self, version: ModelVersion) -> dict[str, str]:
        return snapshots.pinned_versions(version)

    @extend_schema_field(DecisionOutput(many=True))
    def get_gate_decisions(self, version: ModelVersion) -> list[dict[str, Any]]:
        return list(DecisionOutput(version.gate_decisions.all()[:20], many=True).data)


@lru_cache(maxsize=4_096)
def rendered(name: str, version: str, newest_event: str) -> bytes:
    """A version as JSON, cached until something happens to it.

    Whatever changes a version is an event in the audit log, and each event's hash covers all before it: the same newest
    hash means the same history, and so the same answer.
    """
    return JSONRenderer().render(VersionOutput(model_versions.version(name, version)).data)


class VersionRowOutput(serializers.ModelSerializer):
    """A model version in a list."""

    model = serializers.CharField(source="model.name")
    state = serializers.CharField(source="stage", help_text="observed until every part is there, then its stage.")
    data_snapshot = serializers.CharField(source="data_snapshot.digest", default="", allow_blank=True)

    class Meta:
        model = ModelVersion
        fields = (
            "model", "version", "state", "stage", "artifact_uri", "artifact_digest", "code_commit", "data_snapshot",
            "container_digest", "registered_by", "registered_at",
        )  # fmt: skip
        read_only_fields = fields


class CompatibilityOutput(serializers.Serializer):
    """Whether serving computes what training did, and what the comparison rests on."""

    compatible = serializers.BooleanField()
    conflicts = ConflictOutput(many=True)
    rests_on = RestsOnOutput()
    url = serializers.CharField(help_text="The page of the model version.")


class ConfirmationOutput(serializers.ModelSerializer):
    """The confirmation that a model version uses no registered features."""

    model = serializers.CharField(source="model_version.model.name")
    version = serializers.CharField(source="model_version.version")
    stated_by = serializers.CharField(source="model_version.registered_by")

    class Meta:
        model = NoFeaturesConfirmation
        fields = ("model", "version", "stated_by", "confirmed_by", "confirmed_at", "reason")
        read_only_fields = fields


class SnapshotInput(StrictSerializer):
    """The features trained on, each at its version; `latest` may list features to resolve now."""

    feature_snapshot = serializers.DictField()


class SnapshotOutput(serializers.Serializer):
    """The recorded snapshot, and whether this call recorded it."""

    feature_snapshot = serializers.DictField(child=serializers.CharField())
    created = serializers.BooleanField()


class PinInput(StrictSerializer):
    """The version to pin, null to remove the pin, and why."""

    version = serializers.CharField(allow_null=True, max_length=64)
    reason = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")


class PinsInput(serializers.Serializer):
    """`{feature: version}`, null to remove a pin; with a reason `{feature: {"version": version, "reason": "…"}}`."""

    VERSION: ClassVar = {"type": ["string", "null"], "maxLength": 64}
    WITH_REASON: ClassVar = {
        "type": "object",
        "properties": {"version": VERSION, "reason": {"type": "string", "maxLength": 4_000}},
        "required": ["version"],
        "additionalProperties": False,
    }
    SCHEMA: ClassVar = {
        "application/json": {"type": "object", "additionalProperties": {"anyOf": [VERSION, WITH_REASON]}}
    }
    PINS: ClassVar = {"application/json": {"type": "object", "additionalProperties": {"type": "string"}}}

    def to_internal_value(self, data: Any) -> dict[str, dict[str, Any]]:
        if not isinstance(data, dict):
            raise serializers.ValidationError(
                {"non_field_errors": [f"The body is {data!r:.40}. Give an object: {{feature: version}}."]}
            )
        whole = {name: pin if isinstance(pin, dict) else {"version": pin} for name, pin in data.items()}
        return serializers.DictField(child=PinInput()).run_validation(whole)


class EvaluationsInput(StrictSerializer):
    """Results to add; existing ones stay."""

    evaluations = serializers.ListField(
        child=serializers.DictField(), max_length=MOST_EVALUATIONS, help_text="metric, value; optionally slice"
    )


class PromotionInput(StrictSerializer):
    """The stage to move to, and why."""

    to = serializers.CharField(max_length=16)
    reason = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")
