"""The versions of source tables with what changed, what another one would change, and which models are behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from registry.compute.upstream import from_dict
from registry.compute.upstream_change import CodeChange, code_changes
from registry.data.queries.source_tables import would_be_blocked
from registry.data.rules import source as rules
from registry.data.rules.source import Source
from registry.models import CurrentSourceChange, ModelVersion, SnapshotEntry, SourceTable, SourceTableVersion


class Described(NamedTuple):
    """A version of a source table, and what changed against the version before as a sentence."""

    version: SourceTableVersion
    in_force: bool
    sentence: str


class Proposal(NamedTuple):
    """What another description of a source table would change, and which model versions the gate would block."""

    sentence: str
    code: Sequence[CodeChange]
    would_block: Sequence[ModelVersion]

    @property
    def changes_anything(self) -> bool:
        return bool(self.sentence)


def histories(table: SourceTable, rows: Sequence[SourceTableVersion]) -> list[Described]:
    """These versions of a source table, each with what changed against the version before; one query."""
    numbers = {row.number - 1 for row in rows} - {row.number for row in rows}
    befores = {row.number: row for row in rows}
    befores |= {row.number: row for row in table.versions.select_related("dataset").filter(number__in=numbers)}
    return [_described(row, befores.get(row.number - 1), table) for row in rows]


def _described(row: SourceTableVersion, before: SourceTableVersion | None, table: SourceTable) -> Described:
    sentence = rules.sentence(before.source, row.source) if before else ""
    return Described(row, row.pk == table.current_id, sentence)


def proposal(table: SourceTable, source: Source) -> Proposal:
    """What putting a description in force would change against the one that is."""
    before = table.current.source if table.current else None
    if before is None:
        return Proposal("the first description", (), ())
    code = code_changes(from_dict(before.upstream), from_dict(source.upstream))
    return Proposal(rules.sentence(before, source), code, would_be_blocked(table.name, source))


def moves(table: SourceTable) -> QuerySet[CurrentSourceChange]:
    """When which version of a source table came into force, newest first."""
    return table.current_changes.select_related("before", "after")


def behind(table: SourceTable) -> QuerySet[ModelVersion]:
    """The model versions that were trained on another version of the table than the one in force, each with its number as
    `trained_number`; where a snapshot recorded none, that was the first."""
    if table.current is None:
        return ModelVersion.objects.none()
    current = Q(source_version=table.current)
    if table.current.number == 1:
        current |= Q(source_version=None)
    entries = SnapshotEntry.objects.filter(feature_version__source_table=table.name).exclude(current)
    own = entries.filter(snapshot__model_version=OuterRef("pk")).order_by("pk")
    rows = ModelVersion.objects.filter(pk__in=entries.values("snapshot__model_version"))
    rows = rows.annotate(trained_number=Coalesce(Subquery(own.values("source_version__number")[:1]), 1))
    return rows.select_related("model__owner_team").order_by("model__name", "-pk")
