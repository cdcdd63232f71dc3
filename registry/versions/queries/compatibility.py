"""What serving compatibility (G4) is decided on, read in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from django.db.models import F

from platform_site.access import Role
from platform_site.people.models import User
from platform_site.text.wording import counted
from registry.models import CurrentSourceChange, CurrentVersionChange, DatasetSnapshot, ModelVersion
from registry.versions.queries.model_versions import confirmed_by
from registry.versions.queries.snapshots import used_features
from registry.versions.rules import compatibility
from registry.versions.rules.compatibility import Author, Conflict, NoFeatures, RestsOn, Severity, UsedFeature
from registry.versions.rules.gates import Approvers

NAMED = 5  # approvers that a message names


class Compatibility(NamedTuple):
    """Every way in which serving would differ from training, what the comparison rests on, the features that are
    compared by their name only, and all that were compared."""

    conflicts: tuple[Conflict, ...]
    rests_on: RestsOn
    by_name: tuple[str, ...] = ()
    used: Sequence[UsedFeature] = ()

    @property
    def blocks(self) -> bool:
        return any(conflict.blocks for conflict in self.conflicts)


def compatibility_of(version: ModelVersion, *, pins: Mapping[str, str] | None = None) -> Compatibility:
    """Serving compatibility of a model version. ``pins`` are those of a deployment; they come before the version's own."""
    used = used_features(version, pins)
    conflicts = compatibility.conflicts(used, no_features=_statement(version))
    authors = _authors(version, conflicts, used or ())
    sources = _source_authors(conflicts)
    return Compatibility(
        tuple(
            conflict._replace(
                author=sources.get(conflict.source.after.table, Author())
                if conflict.source
                else authors.get(conflict.feature, Author())
            )
            for conflict in conflicts
        )
        + _data_note(version),
        compatibility.rests_on(used or ()),
        compatibility.compared_by_name(used or ()),
        used or (),
    )


def approvers(requester: str = "") -> Approvers:
    """Who can approve what the requester asks for; one query."""
    able = User.objects.filter(groups__name=Role.APPROVER, is_active=True, is_service=False)
    names = able.exclude(username=requester).order_by("username").values_list("username", flat=True)
    listed = list(names)
    return Approvers(tuple(listed[:NAMED]), max(len(listed) - NAMED, 0))


def _statement(version: ModelVersion) -> NoFeatures | None:
    """The statement that the version uses no registered features, if it was made; one query then, else none."""
    if not version.uses_no_features:
        return None
    return NoFeatures(version.registered_by, confirmed_by(version))


def _authors(version: ModelVersion, conflicts: Sequence[Conflict], used: Sequence[UsedFeature]) -> dict[str, Author]:
    """Who made the version current that would serve, or pinned it, by feature; two queries where there are conflicts."""
    serves = {conflict.feature: conflict.current for conflict in conflicts if conflict.current and not conflict.source}
    if not serves:
        return {}
    changes = CurrentVersionChange.objects.filter(feature__name__in=serves, after=F("feature__current")).order_by("pk")
    rows = changes.values_list("feature__name", "changed_by", "changed_at", "reason")
    authors = {feature: Author(*change) for feature, *change in rows}
    pinned = {feature.feature for feature in used if feature.pinned}
    for feature in pinned & serves.keys():
        authors.pop(feature, None)
    if pinned & serves.keys():
        pins = version.pins.filter(feature__name__in=pinned)
        for feature, serving, by, at, reason in pins.values_list(
            "feature__name", "feature_version__name", "pinned_by", "pinned_at", "reason"
        ):
            if serves.get(feature) == serving:
                authors[feature] = Author(by, at, reason or "It is pinned for this model version.")
    return authors


def _source_authors(conflicts: Sequence[Conflict]) -> dict[str, Author]:
    """Who put the version of a source table in force that is not the one trained on, by table; one query where there are."""
    tables = {conflict.source.after.table for conflict in conflicts if conflict.source}
    if not tables:
        return {}
    changes = CurrentSourceChange.objects.filter(source_table__name__in=tables, after=F("source_table__current"))
    rows = changes.order_by("pk").values_list("source_table__name", "changed_by", "changed_at", "reason")
    return {table: Author(*change) for table, *change in rows}


def _data_note(version: ModelVersion) -> tuple[Conflict, ...]:
    """That the rows behind the training are on record with other content since, if they are; files are not read here."""
    if version.data_snapshot_id is None:
        return ()
    newest = (
        DatasetSnapshot.objects.filter(dataset__snapshots=version.data_snapshot_id).select_related("dataset").first()
    )
    if newest is None or newest.pk == version.data_snapshot_id:
        return ()
    trained = cast(DatasetSnapshot, version.data_snapshot)
    issue = (
        f"The data set {newest.dataset.name} changed since training: its newest snapshot has {counted(newest.rows, 'row')} "
        f"({newest.digest[:12]}), the one trained on has {trained.rows:,} ({trained.digest[:12]}). New rows alone are not a "
        "change of definition."
    )
    return (Conflict("", Severity.INFO, issue, None, None),)
