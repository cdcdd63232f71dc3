"""What is known of source tables: the versions in force and those that models were trained on, and their columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from django.db.models import OuterRef, Q, QuerySet, Subquery

from platform_site import access
from platform_site.access import Actor
from platform_site.errors import Unknown
from registry.compute.upstream import UpstreamKind
from registry.data.queries import locations
from registry.data.rules import source as rules
from registry.data.rules.source import Source, SourceVersion
from registry.models import (
    Dataset,
    ModelVersion,
    SnapshotEntry,
    SourceObservation,
    SourceTable,
    SourceTableVersion,
    Stage,
)


class Grounds(NamedTuple):
    """What features were and are computed from: the version in force and the first one, by the table's name, and
    versions that models were trained on, by their id. ``reported``: what lineage events report of a table and its owners
    have not decided, the oldest, by the table's name."""

    current: Mapping[str, SourceVersion]
    first: Mapping[str, SourceVersion]
    trained: Mapping[int, SourceVersion]
    reported: Mapping[str, str]

    def as_trained(self, table: str, version: int | None) -> SourceVersion | None:
        """The version that a snapshot recorded; the table's first one where it recorded none."""
        return self.first.get(table) if version is None else self.trained.get(version)


class Schema(NamedTuple):
    """The columns of a source table. ``types``: the Arrow type of each; ``entity_key``: those that name an entity."""

    types: Mapping[str, str]
    entity_key: Sequence[str]


def grounds(tables: Collection[str], trained: Collection[int]) -> Grounds:
    """The versions in force of these tables and the ones that models were trained on; one query.

    What a version trained on did not know yet, its data set or upstream, is taken as the next version that knew it says:
    to learn what computes a table is not a change of it.
    """
    wanted = Q(pk__in=trained) | Q(source_table__name__in=tables, current_of__isnull=False)
    wanted |= Q(source_table__name__in=tables, number=1)
    waits = SourceObservation.objects.filter(
        source_table=OuterRef("source_table"), state=SourceObservation.State.WAITING
    ).order_by("observed_at", "pk")
    every = _with_what_was_known_later().annotate(reported=Subquery(waits.values("sentence")[:1]))
    rows = list(every.filter(wanted).order_by())
    known = {row.pk: row.as_version if row.pk == row.source_table.current_id else _known(row) for row in rows}
    return Grounds(
        current={row.source_table.name: row.as_version for row in rows if row.source_table.current_id == row.pk},
        first={row.source_table.name: known[row.pk] for row in rows if row.number == 1},
        trained=known,
        reported={row.source_table.name: row.reported for row in rows if row.reported},
    )


def bound(name: str) -> SourceTableVersion | None:
    """The version in force of that source table, when it is bound to a data set."""
    versions = SourceTableVersion.objects.filter(current_of__name=name, dataset__isnull=False)
    return versions.select_related("source_table", "dataset").first()


def in_force(names: Collection[str]) -> QuerySet[SourceTableVersion]:
    """The versions in force of the tables of these names."""
    return SourceTableVersion.objects.filter(current_of__name__in=names).select_related("source_table", "dataset")


def read_from_databases() -> QuerySet[SourceTableVersion]:
    """The versions in force that read a table of a connection, but for those whose upstream something else supplies."""
    versions = SourceTableVersion.objects.filter(current_of__isnull=False, dataset__kind=Dataset.Kind.TABLE)
    own = Q(upstream__isnull=True) | Q(upstream__kind=str(UpstreamKind.VIEW))
    return versions.filter(own).select_related("source_table", "dataset").order_by("dataset__connection", "pk")


def schema(name: str) -> Schema | None:
    """The schema behind a source table; None while it is not bound. NotReady when its data cannot be read."""
    version = bound(name)
    if version is None or version.dataset is None:
        return None
    latest = version.dataset.snapshots.first()
    if latest:
        return Schema({column["name"]: column["type"] for column in latest.schema}, version.entity_key)
    with locations.readable():
        columns = locations.of(version.dataset).describe()
    return Schema({column.name: column.type for column in columns}, version.entity_key)


def versions(table: SourceTable) -> QuerySet[SourceTableVersion]:
    """The versions of a source table, the newest first."""
    return table.versions.select_related("source_table", "dataset")


def version(table: SourceTable, name: str) -> SourceTableVersion:
    """One version of a source table by its 12-digit name or its number; Unknown when there is none."""
    by_number = {"number": int(name)} if name.isdecimal() and len(name) < 10 else {"name": name}
    record = versions(table).filter(**by_number).first()
    if record is None:
        raise Unknown(f"Source table {table.name} has no version {name}.")
    return record


def completed(source: Source) -> Source:
    """A description with the key of its data set where no row key was named."""
    dataset = Dataset.objects.filter(name=source.dataset).first() if source.dataset else None
    row_key = list(source.row_key) or (list(dataset.key) if dataset else [])
    return source._replace(entity_key=list(source.entity_key), row_key=row_key)


def change_refusal(table: SourceTable, actor: Actor) -> str:
    """Why the actor may not change a source table, as a sentence; empty where they may."""
    owner = table.owner_team
    if owner is None:
        return "" if actor.is_administrator else f"Source table {table.name} has no owner team. Ask a lead to set one."
    if access.can_contribute(actor, owner.slug):
        return ""
    return f"Source table {table.name} belongs to team {owner.slug}. Only its contributors can change it."


def would_block(version: SourceTableVersion) -> tuple[ModelVersion, ...]:
    """The model versions that the gate blocks while a version of a source table is in force."""
    return would_be_blocked(version.source_table.name, version.source)


def would_be_blocked(name: str, source: Source) -> tuple[ModelVersion, ...]:
    """The model versions in production or staging that the gate would block if a source table were this: trained on a
    feature over the table as it was otherwise."""
    entries = SnapshotEntry.objects.filter(feature_version__source_table=name)
    served = ModelVersion.objects.filter(stage__in=[Stage.PRODUCTION, Stage.STAGING], snapshot__entries__in=entries)
    pairs = list(served.values_list("pk", "snapshot__entries__source_version").distinct())
    known = grounds([name], {trained for _, trained in pairs if trained})
    again = rules.address(source)[: rules.NAME_LENGTH]
    blocked = {
        pk
        for pk, trained in pairs
        if (before := known.as_trained(name, trained))
        and before.name != again
        and rules.changes(rules.known(before.source, source), source)
    }
    rows = ModelVersion.objects.filter(pk__in=blocked).select_related("model__owner_team")
    return tuple(rows.order_by("model__name", "version"))


def _with_what_was_known_later() -> QuerySet[SourceTableVersion]:
    later = SourceTableVersion.objects.filter(
        source_table=OuterRef("source_table"), number__gt=OuterRef("number")
    ).order_by("number")
    return SourceTableVersion.objects.select_related("source_table", "dataset").annotate(
        later_dataset=Subquery(later.filter(dataset__isnull=False).values("dataset__name")[:1]),
        later_row_key=Subquery(later.filter(dataset__isnull=False).values("row_key")[:1]),
        later_upstream=Subquery(later.filter(upstream__isnull=False).values("upstream")[:1]),
    )


def _known(row: SourceTableVersion) -> SourceVersion:
    version = row.as_version
    source = version.source
    later = source._replace(
        dataset=getattr(row, "later_dataset", None),
        row_key=getattr(row, "later_row_key", None) or [],
        upstream=getattr(row, "later_upstream", None),
    )
    return version._replace(source=rules.known(source, later))
