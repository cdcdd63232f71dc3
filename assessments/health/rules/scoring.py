"""Score and gaps of an assessment (H4, H5).

>>> health_score([Item("a", "Training", "implemented"), Item("b", "Training", "missing"), Item("c", "Training", "partial")])
33.3
>>> health_score([Item("a", "Training", "not_applicable")])
0.0
>>> health_score([Item("a", "Training", "not_applicable", notes="We train nothing.")]) is None
True

What is not applicable without a written reason counts as missing until it has one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from assessments.organizations.rules.catalogue import Group, Priority, Status, position


class Item(NamedTuple):
    """One capability as an assessment states it, once. ``notes`` carry the written reason of a `not_applicable`."""

    capability: str
    group: str
    status: str = Status.MISSING
    priority: str = Priority.MEDIUM
    notes: str = ""
    description: str = ""

    @property
    def counts_as(self) -> Status:
        """The status that counts: what is not applicable without a written reason is missing."""
        return Status.MISSING if self.lacks_reason else Status(self.status)

    @property
    def lacks_reason(self) -> bool:
        """Whether it is stated as not applicable without a written reason."""
        return self.status == Status.NOT_APPLICABLE and not self.notes.strip()

    @property
    def is_gap(self) -> bool:
        """Whether it is still to be finished or built."""
        return self.counts_as in (Status.PARTIAL, Status.MISSING)


class GroupScore(NamedTuple):
    """The score of one group, 0..100 with one decimal, None where nothing is applicable."""

    group: str
    applicable: int
    implemented: int
    partial: int
    missing: int
    health_score: float | None


def health_score(items: Iterable[Item]) -> float | None:
    """Implemented / applicable x 100, one decimal, halves up; partial counts nothing. None: nothing applicable."""
    counts = by_status(items)
    applicable = sum(counts.values()) - counts[Status.NOT_APPLICABLE]
    if not applicable:
        return None
    exact = Decimal(100 * counts[Status.IMPLEMENTED]) / applicable
    return float(exact.quantize(Decimal("0.1"), ROUND_HALF_UP))


def by_status(items: Iterable[Item]) -> dict[str, int]:
    """How many capabilities count as each status, zeros included. An unknown status is a ValueError."""
    counted = Counter(item.counts_as for item in items)
    return {str(status): counted[status] for status in Status}


def by_group(items: Sequence[Item]) -> list[GroupScore]:
    """The score of each group that has capabilities, the eight in their order, then any others."""
    order = [*map(str, Group), *dict.fromkeys(item.group for item in items)]
    return [_group_score(name, items) for name in dict.fromkeys(order) if any(item.group == name for item in items)]


def critical_gaps(items: Iterable[Item]) -> list[str]:
    """Missing or partial and critical, in catalogue order."""
    critical = [item.capability for item in items if item.is_gap and item.priority == Priority.CRITICAL]
    return sorted(critical, key=position)


def _group_score(name: str, items: Sequence[Item]) -> GroupScore:
    own = [item for item in items if item.group == name]
    counts = by_status(own)
    return GroupScore(
        group=name,
        applicable=len(own) - counts[Status.NOT_APPLICABLE],
        implemented=counts[Status.IMPLEMENTED],
        partial=counts[Status.PARTIAL],
        missing=counts[Status.MISSING],
        health_score=health_score(own),
    )
