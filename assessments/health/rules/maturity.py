"""The maturity level that capabilities add up to, and what is missing for the next one (H6, H7).

`LEVELS` is the standard rubric; every function takes an organization's own instead. Each level of a rubric contains the
one below (`rubric.level_faults`).

>>> items = [Item("artifact_store", "", "implemented"), Item("model_registry", "", "partial")]
>>> confirmed_level(items).label, provisional_level(items).label
('Level 0 — Ad hoc', 'Level 0+ — Basic Registry')
>>> next_step(items)
NextStep(capability='model_registry', status='partial', reaches='Level 0+ — Basic Registry')
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from assessments.health.rules.scoring import Item
from assessments.organizations.rules.catalogue import Status


class Level(NamedTuple):
    """A maturity level: its short name, its label, and the capabilities it requires."""

    level: str
    label: str
    requires: tuple[str, ...] = ()


_BASIC = ("artifact_store", "model_registry")
_REPEATABLE = (*_BASIC, "orchestrated_training", "deployment_rollback", "baseline_monitoring")
_CONTINUOUS = (*_REPEATABLE, "automated_eval_gates", "progressive_delivery", "feature_parity", "lineage")
AD_HOC = Level("0", "Level 0 — Ad hoc")
LEVELS = (
    Level("0+", "Level 0+ — Basic Registry", _BASIC),
    Level("1", "Level 1 — Repeatable Pipelines", _REPEATABLE),
    Level("2", "Level 2 — CI/CD for ML", _CONTINUOUS),
)


class Blocker(NamedTuple):
    """A level above the confirmed one, and the capabilities still to finish or to build for it."""

    level: Level
    items: tuple[Item, ...]


class Rung(NamedTuple):
    """A level, whether it is reached, and the capabilities it requires beyond the level below."""

    level: Level
    reached: bool
    items: list[Item]


class NextStep(NamedTuple):
    """The capability to work on next, its status now, and the label of the highest level that finishing it reaches.

    ``reaches`` is None where the next level needs more than this one; `blockers` lists the others.
    """

    capability: str
    status: str
    reaches: str | None


def confirmed_level(items: Sequence[Item], levels: Sequence[Level] = LEVELS) -> Level:
    """The highest level whose capabilities are all implemented."""
    return _reached(items, levels, {Status.IMPLEMENTED})


def provisional_level(items: Sequence[Item], levels: Sequence[Level] = LEVELS) -> Level:
    """The level that finishing all partial work would reach."""
    return _reached(items, levels, {Status.IMPLEMENTED, Status.PARTIAL})


def levels_of(capability: str, levels: Sequence[Level] = LEVELS) -> list[str]:
    """The levels that require a capability, by their short names.

    >>> levels_of("lineage"), levels_of("compute_scaling")
    (['2'], [])
    """
    return [level.level for level in levels if capability in level.requires]


def blockers(items: Sequence[Item], levels: Sequence[Level] = LEVELS) -> list[Blocker]:
    """For each level above the confirmed one, what it still lacks, partial work first."""
    return [Blocker(level, lacking) for level in levels if (lacking := _lacking(level, items))]


def ladder(items: Sequence[Item], levels: Sequence[Level] = LEVELS) -> list[Rung]:
    """What each level requires beyond the one below, with its statuses.

    >>> lowest = ladder([Item("artifact_store", "", "partial")])[0]
    >>> lowest.reached, [str(item.status) for item in lowest.items]
    (False, ['partial', 'missing'])
    """
    stated = {item.capability: item for item in items}
    lower = [(), *(level.requires for level in levels)]
    return [
        Rung(
            level,
            not _lacking(level, items),
            [stated.get(name, Item(name, "")) for name in level.requires if name not in below],
        )
        for level, below in zip(levels, lower, strict=False)
    ]


def next_step(items: Sequence[Item], levels: Sequence[Level] = LEVELS, exempt: Collection[str] = ()) -> NextStep | None:
    """The cheapest step upwards: partial work for the next level before missing. None at the top, and where everything that the
    next level lacks is exempt.

    Each level includes the one below, so where the next level lacks two capabilities no single one reaches any level.
    """
    waiting = blockers(items, levels)
    item = next((item for item in waiting[0].items if item.capability not in exempt), None) if waiting else None
    if item is None:
        return None
    others = [other for other in items if other.capability != item.capability]
    reached = confirmed_level([*others, item._replace(status=Status.IMPLEMENTED)], levels)
    stays = reached == confirmed_level(items, levels)
    return NextStep(item.capability, str(item.counts_as), None if stays else reached.label)


def _reached(items: Sequence[Item], levels: Sequence[Level], enough: set[str]) -> Level:
    reached = AD_HOC
    for level in levels:
        if not _lacking(level, items, enough):
            reached = level
    return reached


def _lacking(level: Level, items: Sequence[Item], enough: set[str] | None = None) -> tuple[Item, ...]:
    stated = {item.capability: item for item in items}
    wanted = [stated.get(name, Item(name, "")) for name in level.requires]
    lacking = [item for item in wanted if not _satisfies(item, enough or {Status.IMPLEMENTED})]
    return tuple(sorted(lacking, key=lambda item: item.status != Status.PARTIAL))


def _satisfies(item: Item, enough: set[str]) -> bool:
    """A capability that is not applicable satisfies a level only with a written reason."""
    return item.counts_as == Status.NOT_APPLICABLE or item.counts_as in enough
