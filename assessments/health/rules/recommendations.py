"""Every gap once, in the order to work on them (H8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from assessments.health.rules.advice import advice_for
from assessments.health.rules.maturity import LEVELS, Level, blockers
from assessments.health.rules.scoring import Item
from assessments.organizations.rules.catalogue import Priority, Status, position

ORDER = [str(priority) for priority in Priority]


class Recommendation(NamedTuple):
    """One gap: what it is, whether it blocks the next level, why it matters and how to begin."""

    capability: str
    group: str
    status: str
    priority: str
    blocks: str | None
    why: str
    first_step: str


def recommendations(items: Sequence[Item], levels: Sequence[Level] = LEVELS) -> list[Recommendation]:
    """Gaps ordered by: blocks the next level, priority, partial before missing; ties in catalogue order.

    An unknown priority is a ValueError.

    >>> gaps = recommendations([Item("lineage", "", "missing", "high"), Item("model_registry", "", "partial", "low")])
    >>> [gap.capability for gap in gaps]
    ['model_registry', 'lineage']
    """
    waiting = blockers(items, levels)
    blocking = {item.capability for item in waiting[0].items} if waiting else set()
    label = waiting[0].level.label if waiting else None
    gaps = sorted((item for item in items if item.is_gap), key=lambda item: _rank(item, blocking))
    return [_recommendation(item, label if item.capability in blocking else None) for item in gaps]


def _rank(item: Item, blocking: set[str]) -> tuple[bool, int, bool, int]:
    partial_first = item.status != Status.PARTIAL
    return item.capability not in blocking, ORDER.index(item.priority), partial_first, position(item.capability)


def _recommendation(item: Item, blocks: str | None) -> Recommendation:
    advice = advice_for(item.capability, item.description)
    return Recommendation(
        item.capability, item.group, str(item.status), str(item.priority), blocks, advice.why, advice.first_step
    )
