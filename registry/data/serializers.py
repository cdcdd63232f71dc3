"""Data sets, their snapshots and source tables."""

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from platform_site.api.serializers import StrictSerializer
from registry.compute.reading.description import ENCODINGS, KINDS, LONGEST_WORD, MOST_WORDS
from registry.compute.upstream import UpstreamKind
from registry.data.actions.source_tables import Added
from registry.data.rules.described_upstream import Unclear, described_upstream
from registry.data.rules.source import Source
from registry.models import Dataset, DatasetSnapshot, SourceTable, SourceTableVersion

MOST_ANCESTORS = 500

LONGEST_TEXT = 100_000


def columns(*, most: int = 50, **options: Any) -> serializers.ListField:
    """A list of column names."""
    return serializers.ListField(child=serializers.CharField(max_length=128), max_length=most, **options)


def _optional_text(most: int, help_text: str) -> serializers.CharField:
    return serializers.CharField(
        max_length=most, required=False, allow_null=True, allow_blank=True, trim_whitespace=False, help_text=help_text
    )


def _texts(help_text: str = "", **options: Any) -> serializers.ListField:
    child = serializers.CharField(max_length=LONGEST_WORD, allow_blank=True, trim_whitespace=False)
    return serializers.ListField(child=child, max_length=MOST_WORDS, help_text=help_text, **options)


class ReadInput(StrictSerializer):
    """How files are read. What is left out is found in them; null means to find it anew."""

    delimiter = _optional_text(4, "One character between the cells of a CSV file.")
    quote = _optional_text(1, "The quotation mark; empty for files without.")
    escape = _optional_text(1, "The escape character; empty where quotation marks are doubled.")
    header = serializers.BooleanField(
        required=False, allow_null=True, help_text="Whether the first line names the columns."
    )
    encoding = _optional_text(20, ", ".join(ENCODINGS))
    null_words = _texts("Cells that mean null.", required=False, allow_null=True)
    null_words_by_column = serializers.DictField(
        child=_texts(allow_null=True),
        required=False,
        allow_null=True,
        help_text="Instead of `null_words`, for some columns.",
    )
    decimal = _optional_text(1, "The decimal mark: . or ,")
    thousands = _optional_text(1, "The separator of thousands; empty without.")
    date_formats = _texts("Tried in order, then ISO 8601.", required=False, allow_null=True)
    time_zone = _optional_text(64, "Of times that state none; they are read as UTC.")
    kinds = serializers.DictField(
        child=serializers.CharField(max_length=40, allow_null=True),
        required=False,
        allow_null=True,
        help_text=f"By column: {', '.join(KINDS)}.",
    )


class ReadOutput(serializers.Serializer):
    """How files are read by every reader. Parquet files state the rest themselves, and tables everything."""

    delimiter = serializers.CharField(required=False)
    quote = serializers.CharField(required=False)
    escape = serializers.CharField(required=False)
    header = serializers.BooleanField(required=False)
    encoding = serializers.CharField(required=False)
    null_words = serializers.ListField(child=serializers.CharField(), required=False)
    null_words_by_column = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()), required=False
    )
    decimal = serializers.CharField(required=False)
    thousands = serializers.CharField(required=False)
    date_formats = serializers.ListField(child=serializers.CharField(), required=False)
    time_zone = serializers.CharField(required=False)
    kinds = serializers.DictField(child=serializers.CharField(), required=False)


class UnreadableCellsOutput(serializers.Serializer):
    """Cells that do not fit the kind of their column: every reader takes them for null."""

    count = serializers.IntegerField()
    of = serializers.IntegerField()
    examples = serializers.ListField(help_text="File and line of the first of them.")


class InspectionOutput(serializers.Serializer):
    """What was found when the files were looked at."""

    rows = serializers.IntegerField(required=False, help_text="That were looked at.")
    all_rows = serializers.BooleanField(required=False)
    unreadable = serializers.DictField(child=UnreadableCellsOutput(), required=False)
    notes = serializers.ListField(child=serializers.CharField(), required=False)


class ReadChangeInput(StrictSerializer):
    """What to change of how the files are read; an empty object looks at them again."""

    read = ReadInput()


class DatasetInput(StrictSerializer):
    """A data set by its location inside the data roots, or at a connection."""

    name = serializers.CharField(max_length=128)
    kind = serializers.CharField(max_length=16)
    location = serializers.CharField(max_length=500)
    connection = serializers.CharField(
        max_length=64,
        required=False,
        allow_blank=True,
        default="",
        help_text="Where it lies, if not in a data root; an administrator defines it.",
    )
    key = columns(required=False, default=list)
    event_time = serializers.CharField(max_length=128, required=False, allow_blank=True, default="")
    read = ReadInput(required=False, default=dict)


class DatasetOutput(serializers.ModelSerializer):
    """A data set. `read` is how its files are read by every reader, `inspection` what was found in them; both are empty for a data
    set that was added before they were stored, until somebody changes them."""

    read = ReadOutput(source="reading")
    inspection = InspectionOutput()
    snapshots = serializers.IntegerField(source="snapshot_count", default=0)

    class Meta:
        model = Dataset
        fields = (
            "name",
            "kind",
            "location",
            "connection",
            "key",
            "event_time",
            "read",
            "inspection",
            "snapshots",
            "created_by",
            "created_at",
        )
        read_only_fields = fields


class SnapshotColumnOutput(serializers.Serializer):
    name = serializers.CharField()
    type = serializers.CharField()


class DatasetSnapshotOutput(serializers.ModelSerializer):
    """A data set as it was at a moment."""

    dataset = serializers.CharField(source="dataset.name")
    schema = SnapshotColumnOutput(many=True)

    class Meta:
        model = DatasetSnapshot
        fields = ("dataset", "digest", "rows", "schema", "taken_by", "taken_at")
        read_only_fields = fields


def _code(help_text: str) -> serializers.CharField:
    return serializers.CharField(
        max_length=LONGEST_TEXT, required=False, allow_blank=True, trim_whitespace=False, help_text=help_text
    )


def _digest() -> serializers.CharField:
    return serializers.CharField(
        max_length=128,
        required=False,
        allow_blank=True,
        help_text="Of the code, in hex. Left out where there is text; beside text it must be that of the text.",
    )


class AncestorInput(StrictSerializer):
    """What an upstream itself is computed from: its text or its digest."""

    name = serializers.CharField(max_length=500)
    digest = _digest()
    text = _code("Its code, in the dialect of the upstream.")


class UpstreamInput(StrictSerializer):
    """What computes a table before it is read here: its text or its digest."""

    kind = serializers.CharField(max_length=16, help_text=", ".join(UpstreamKind))
    name = serializers.CharField(max_length=500)
    digest = _digest()
    text = _code("The code itself.")
    dialect = serializers.CharField(
        max_length=32, required=False, allow_blank=True, help_text="Of the code. SQL is compared by what it computes."
    )
    ancestors = AncestorInput(  # type: ignore[call-arg] # many=True makes a ListSerializer, which takes max_length
        many=True,
        required=False,
        max_length=MOST_ANCESTORS,
        help_text="What it reads, with the text or digest of each.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The upstream as it is stored: its text decides where it has one, else its digest. Of a notebook, its code cells."""
        try:
            return described_upstream(**attrs).as_dict()
        except Unclear as unclear:
            faults = {problem.field: [ErrorDetail(problem.sentence, problem.code)] for problem in unclear.problems}
            raise serializers.ValidationError(faults) from unclear


class SourceInput(StrictSerializer):
    """What a source table is; without a data set it is not bound yet."""

    dataset = serializers.CharField(max_length=128, required=False, allow_null=True, default=None)
    entity_key = columns(allow_empty=False, min_length=1)
    event_time = serializers.CharField(max_length=128)
    row_key = columns(required=False, default=list)
    dialect = serializers.CharField(max_length=32, required=False, default="duckdb")
    upstream = UpstreamInput(required=False, allow_null=True)

    def content(self, *, upstream: dict[str, Any] | None = None) -> Source:
        """The content, as the rules see it; without a word about the upstream it has this one."""
        values = {"upstream": upstream} | self.validated_data
        return Source(**{name: values[name] for name in Source._fields})


class SourceVersionInput(SourceInput):
    """A new version of a source table, and why. Without `upstream` it keeps the one in force; null takes it away."""

    reason = serializers.CharField(max_length=4_000)


class CurrentSourceInput(StrictSerializer):
    """Which version to put in force, and why."""

    version = serializers.CharField(max_length=64, help_text="Its 12-digit name or its number.")
    reason = serializers.CharField(max_length=4_000)


class SourceTableInput(SourceInput):
    """A source table with its first version."""

    name = serializers.CharField(max_length=128)
    owner_team = serializers.CharField(max_length=63, required=False, allow_blank=True, default="")
    description = serializers.CharField(max_length=4_000, required=False, allow_blank=True, default="")

    def about(self) -> dict[str, str]:
        """What is not content."""
        return {name: self.validated_data[name] for name in ("owner_team", "description")}


class AncestorOutput(serializers.Serializer):
    name = serializers.CharField()
    digest = serializers.CharField()
    text = serializers.CharField(required=False)


class UpstreamOutput(serializers.Serializer):
    """What computes a table before it is read here. `digest` covers its code and what it is built on, `fingerprint` the code
    alone; neither changes with the formatting of SQL."""

    kind = serializers.CharField()
    name = serializers.CharField()
    digest = serializers.CharField()
    text = serializers.CharField(required=False)
    dialect = serializers.CharField(required=False)
    ancestors = AncestorOutput(many=True, required=False)
    fingerprint = serializers.CharField(required=False)


class SourceTableOutput(serializers.ModelSerializer):
    """A source table with the version in force."""

    owner_team = serializers.CharField(source="owner_team.slug", allow_null=True, default=None)
    tags = serializers.ListField(child=serializers.CharField())
    version = serializers.CharField(source="current.name")
    number = serializers.IntegerField(source="current.number")
    digest = serializers.CharField(source="current.digest")
    dataset = serializers.CharField(source="current.dataset.name", allow_null=True, default=None)
    entity_key = serializers.ListField(source="current.entity_key", child=serializers.CharField())
    event_time = serializers.CharField(source="current.event_time")
    row_key = serializers.ListField(source="current.row_key", child=serializers.CharField())
    dialect = serializers.CharField(source="current.dialect")
    upstream = serializers.SerializerMethodField()

    class Meta:
        model = SourceTable
        fields = (
            "name", "description", "owner_team", "tags", "version", "number", "digest", "dataset", "entity_key", "event_time",
            "row_key", "dialect", "upstream",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(UpstreamOutput(allow_null=True))
    def get_upstream(self, table: SourceTable) -> dict[str, Any] | None:
        return table.current.upstream if table.current else None


class SourceChangesOutput(serializers.Serializer):
    """The parts that differ, each as `[old, new]`; a part that is the same is left out. Of an upstream kind and digest."""

    dataset = serializers.ListField(required=False)
    entity_key = serializers.ListField(required=False)
    event_time = serializers.ListField(required=False)
    row_key = serializers.ListField(required=False)
    dialect = serializers.ListField(required=False)
    upstream = serializers.ListField(required=False)


class SourceVersionOutput(serializers.ModelSerializer):
    """One immutable version of a source table."""

    source_table = serializers.CharField(source="source_table.name")
    version = serializers.CharField(source="name")
    in_force = serializers.SerializerMethodField()
    dataset = serializers.CharField(source="dataset.name", allow_null=True, default=None)
    upstream = serializers.SerializerMethodField()
    changes = serializers.SerializerMethodField()

    class Meta:
        model = SourceTableVersion
        fields = (
            "source_table", "version", "digest", "number", "in_force", "dataset", "entity_key", "event_time", "row_key",
            "dialect", "upstream", "changes", "reason", "created_by", "created_at",
        )  # fmt: skip
        read_only_fields = fields

    def get_in_force(self, version: SourceTableVersion) -> bool:
        return version.source_table.current_id == version.pk

    @extend_schema_field(UpstreamOutput(allow_null=True))
    def get_upstream(self, version: SourceTableVersion) -> dict[str, Any] | None:
        return cast("dict[str, Any] | None", version.upstream)

    @extend_schema_field(SourceChangesOutput)
    def get_changes(self, version: SourceTableVersion) -> dict[str, Any]:
        return cast("dict[str, Any]", version.changes)


class ConcernedOutput(serializers.Serializer):
    """A model version in production or staging that the gate blocks while the version is in force."""

    model = serializers.CharField(source="model.name")
    version = serializers.CharField()
    stage = serializers.CharField()
    owner_team = serializers.CharField(source="model.owner_team.slug")


class AddedSourceOutput(serializers.Serializer):
    """The outcome of a new description. `created` is false when an older version has this content: that is in force then."""

    number = serializers.IntegerField(source="version.number")
    version = serializers.CharField(source="version.name")
    digest = serializers.CharField(source="version.digest")
    created = serializers.BooleanField()
    changes = serializers.SerializerMethodField()
    would_block = ConcernedOutput(many=True)

    @extend_schema_field(SourceChangesOutput)
    def get_changes(self, added: Added) -> dict[str, Any]:
        return {part: list(sides) for part, sides in added.changes.items()}
