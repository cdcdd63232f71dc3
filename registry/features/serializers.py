"""Features and their versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from platform_site.api.serializers import DetailsInput, StrictSerializer
from registry.compute.definition import Definition, NullHandling
from registry.compute.dialects import DIALECTS, ENGINE
from registry.compute.dialects.code import LONGEST
from registry.features.actions.registration import MOST_AT_ONCE, Registered
from registry.features.queries.impact import Proposal
from registry.models import Feature, FeatureVersion


class DefinitionInput(StrictSerializer):
    """The content of a feature version."""

    computation_logic = serializers.CharField(max_length=LONGEST, trim_whitespace=False)
    null_handling = serializers.ChoiceField(choices=[word.value for word in NullHandling])
    data_type = serializers.CharField(max_length=64)
    source_table = serializers.CharField(max_length=128)

    def definition(self) -> Definition:
        return Definition(*(self.validated_data[name] for name in Definition._fields))


class ProposalInput(DefinitionInput):
    """A definition that is not registered yet, with its dialect."""

    dialect = serializers.ChoiceField(choices=DIALECTS, required=False, default=ENGINE)


class FeatureInput(DefinitionInput):
    """A definition to register, with its name, owner and reason."""

    name = serializers.CharField(max_length=128)
    description = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")
    owner_team = serializers.CharField(max_length=63)
    dialect = serializers.ChoiceField(
        choices=DIALECTS,
        required=False,
        default=ENGINE,
        help_text="What the logic is written in. SQL of another dialect is translated, code is compared by its tokens.",
    )
    pipeline_commit = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")
    reason = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")


class DefinitionsInput(StrictSerializer):
    """1 to 500 definitions to register together; the list alone is accepted too."""

    definitions = serializers.ListField(child=FeatureInput(), allow_empty=False, min_length=1, max_length=MOST_AT_ONCE)

    def to_internal_value(self, data: Any) -> list[dict[str, Any]]:
        try:
            values = super().to_internal_value({"definitions": data} if isinstance(data, list) else data)
        except serializers.ValidationError as error:
            raise serializers.ValidationError(dict(_by_index(cast("dict[str, Any]", error.detail)))) from error
        return [arguments(definition) for definition in values["definitions"]]


def arguments(values: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of `register_feature`."""
    others = {name: value for name, value in values.items() if name not in Definition._fields}
    return others | {"definition": Definition(*(values[name] for name in Definition._fields))}


def _by_index(detail: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The faults of a list of definitions, each under the index of its definition: `definitions[17]`."""
    for field, faults in detail.items():
        if isinstance(faults, dict) and all(isinstance(index, int) for index in faults):
            yield from ((f"{field}[{index}]", fault) for index, fault in faults.items())
        else:
            yield field, faults


class MovedOutput(serializers.Serializer):
    """One field, before and after."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {"from": serializers.CharField(), "to": serializers.CharField()}


class ChangesOutput(serializers.Serializer):
    """What changed against the version before; null where a field is unchanged."""

    logic = MovedOutput(allow_null=True)
    null_handling = MovedOutput(allow_null=True)
    data_type = MovedOutput(allow_null=True)
    source_table = MovedOutput(allow_null=True)
    formatting_only = serializers.BooleanField()


class BlockedOutput(serializers.Serializer):
    """A production model version that the gate blocks now."""

    model = serializers.CharField(source="model.name")
    version = serializers.CharField()
    owner_team = serializers.CharField(source="model.owner_team.slug")


class RegisteredOutput(serializers.Serializer):
    """The outcome of a registration."""

    name = serializers.CharField(source="version.feature.name")
    version = serializers.CharField(source="version.name")
    digest = serializers.CharField(source="version.digest")
    number = serializers.IntegerField(source="version.number")
    created = serializers.BooleanField()
    changes = serializers.SerializerMethodField()
    warnings = serializers.ListField(child=serializers.CharField())
    runs_as = serializers.CharField(source="version.runs_as", allow_null=True)
    would_block = BlockedOutput(many=True)
    check_run = serializers.IntegerField(source="run.pk", default=None, allow_null=True)

    @extend_schema_field(ChangesOutput)
    def get_changes(self, registered: Registered) -> dict[str, Any]:
        return registered.changes.as_dict()


class FeatureVersionOutput(serializers.ModelSerializer):
    """One immutable definition."""

    feature = serializers.CharField(source="feature.name")
    version = serializers.CharField(source="name")
    runs_as = serializers.CharField(
        allow_null=True, help_text="What the engine runs for the logic; null for code, which never runs."
    )
    pipeline_commits = serializers.ListField(
        child=serializers.CharField(), help_text="Every pipeline commit that the definition was registered at."
    )
    changes = ChangesOutput()

    class Meta:
        model = FeatureVersion
        fields = (
            "feature", "version", "digest", "number", "computation_logic", "dialect", "runs_as", "null_handling", "data_type",
            "source_table", "pipeline_commit", "pipeline_commits", "changes", "reason", "registered_by", "registered_at",
        )  # fmt: skip
        read_only_fields = fields


class FeatureOutput(serializers.ModelSerializer):
    """A feature with its current version."""

    owner_team = serializers.CharField(source="owner_team.slug")
    tags = serializers.ListField(child=serializers.CharField())
    current = serializers.CharField(source="current.name", allow_null=True, default=None)
    versions = serializers.IntegerField(source="version_count")

    class Meta:
        model = Feature
        fields = ("name", "description", "owner_team", "tags", "requires_parity", "current", "versions", "created_at")
        read_only_fields = fields


class FeatureDetailsInput(DetailsInput):
    """What can be edited of a feature; what is left out stays."""

    requires_parity = serializers.BooleanField(
        required=False, help_text="A new version waits until its parity check passes or another person accepts it."
    )


class AcceptInput(StrictSerializer):
    """Why the version may compute other values."""

    reason = serializers.CharField(max_length=4_000)


class CurrentInput(StrictSerializer):
    """Which version to make current, and why."""

    version = serializers.CharField(max_length=64)
    reason = serializers.CharField(max_length=4_000)


class ProposalOutput(serializers.Serializer):
    """What registering a definition would do; `known`: the same definition is already registered."""

    feature = serializers.CharField()
    version = serializers.CharField()
    known = serializers.BooleanField()
    changes = serializers.SerializerMethodField()
    would_block = BlockedOutput(many=True)
    sentence = serializers.CharField()

    @extend_schema_field(ChangesOutput)
    def get_changes(self, proposal: Proposal) -> dict[str, Any]:
        return proposal.changes.as_dict()


class CompiledOutput(serializers.Serializer):
    """A definition as SQL of one dialect."""

    feature = serializers.CharField()
    version = serializers.CharField()
    dialect = serializers.CharField()
    sql = serializers.CharField(help_text="One SELECT: the columns that identify a row, and the feature's value.")
    digest = serializers.CharField(help_text="SHA-256 of the SQL, for the other side to hold its text to.")
    settings = serializers.DictField(
        child=serializers.CharField(), help_text="Settings of the session under which it computes the compared values."
    )
    warnings = serializers.ListField(child=serializers.CharField())


class ImpactOutput(serializers.Serializer):
    """Which model versions were trained on a version, and which in production the gate would block."""

    feature = serializers.CharField()
    version = serializers.CharField()
    trained_on = BlockedOutput(many=True)
    would_block = BlockedOutput(many=True)
