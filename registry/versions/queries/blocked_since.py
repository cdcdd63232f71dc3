"""Since when the production model versions that are blocked are, and who changed what they compute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime

from django.db.models import F

from registry.models import CurrentSourceChange, CurrentVersionChange, FeaturePin, FeatureVersion, ModelVersion
from registry.versions.rules.compatibility import Author

NEVER = datetime.min.replace(tzinfo=UTC)


def blocked_since(versions: Sequence[ModelVersion]) -> dict[int, Author]:
    """Who made the newest change behind each blocked version, and when, by its id; four queries where any is blocked.

    `versions` are those of `blocked_in_production`. The change is of a feature's current version, of the source table in
    force or of a pin. A version without one on record is not in the answer.
    """
    if not versions:
        return {}
    names = {name for version in versions for name in version.conflicting}
    changes, pins = _changes_of(names), _pins_of(versions)
    behind = {
        version.pk: [
            author
            for name in version.conflicting
            for author in ([pins[version.pk, name]] if (version.pk, name) in pins else changes.get(name, ()))
        ]
        for version in versions
    }
    return {pk: max(authors, key=lambda author: author.at or NEVER) for pk, authors in behind.items() if authors}


def _changes_of(names: AbstractSet[str]) -> Mapping[str, Sequence[Author]]:
    """What put each feature's current version, and the source table that it reads, in force; by the feature's name."""
    columns = ("changed_by", "changed_at", "reason")
    made_current = CurrentVersionChange.objects.filter(feature__name__in=names, after=F("feature__current"))
    changes = {name: [Author(*change)] for name, *change in made_current.values_list("feature__name", *columns)}
    reads = dict(FeatureVersion.objects.filter(current_of__name__in=names).values_list("feature__name", "source_table"))
    moved = CurrentSourceChange.objects.filter(
        source_table__name__in=set(reads.values()), after=F("source_table__current"), before__isnull=False
    )
    in_force = {table: Author(*change) for table, *change in moved.values_list("source_table__name", *columns)}
    for name, table in reads.items():
        if table in in_force:
            changes.setdefault(name, []).append(in_force[table])
    return changes


def _pins_of(versions: Sequence[ModelVersion]) -> Mapping[tuple[int, str], Author]:
    """Who pinned which feature for which version."""
    pins = FeaturePin.objects.filter(model_version__in=versions)
    rows = pins.values_list("model_version_id", "feature__name", "pinned_by", "pinned_at", "reason")
    return {(version, feature): Author(*pinned) for version, feature, *pinned in rows}
