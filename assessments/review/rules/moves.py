"""What moved between two assessments: score and level by which capability, and evidence gained and lost (H14).

>>> before = Stand(date(2026, 8, 3), [Item("artifact_store", "", "implemented"), Item("model_registry", "", "partial")])
>>> after = Stand(date(2026, 11, 2), [Item("artifact_store", "", "implemented"), Item("model_registry", "", "implemented")])
>>> [(move.title, move.points, move.level) for move in moves(before, after)]
[('Model registry', 50.0, 'Level 0+ — Basic Registry')]
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from assessments.health.rules.evidence import Evidence
from assessments.health.rules.maturity import AD_HOC, LEVELS, Level, confirmed_level
from assessments.health.rules.recommendations import title_of
from assessments.health.rules.scoring import Item, health_score

GAINED, LOST = "gained", "lost"


class Stand(NamedTuple):
    """What one assessment states: its day, its capabilities, and the levels that judge it."""

    day: date
    items: Sequence[Item]
    levels: Sequence[Level] = LEVELS

    @property
    def score(self) -> float | None:
        return health_score(self.items)

    @property
    def level(self) -> Level:
        return confirmed_level(self.items, self.levels)


class Move(NamedTuple):
    """A capability that counts differently: None where one of the two assessments does not state it.

    ``points`` of all moves add up to the difference of the scores; None where one of the scores is unknown. ``level`` is
    the level that it helped to reach or to lose, empty where it did neither.
    """

    title: str
    before: str | None
    after: str | None
    points: float | None
    level: str


class EvidenceMove(NamedTuple):
    """A capability of which a larger or smaller share is measured than before."""

    title: str
    before: str
    after: str
    change: str  # gained or lost


def moves(before: Stand, after: Stand) -> list[Move]:
    """Each capability that counts differently, in the order of the later assessment, with what it did to the score.

    The points are found by changing one capability after the other, so that they add up to the whole difference.
    """
    old, new = _by_name(before.items), _by_name(after.items)
    standing, moved = dict(old), []
    for name in dict.fromkeys([*new, *old]):
        was, now = old.get(name), new.get(name)
        if _counted(was) == _counted(now):
            continue
        score = health_score(standing.values())
        standing = {other: item for other, item in standing.items() if other != name} | ({name: now} if now else {})
        item = now or was
        assert item is not None
        moved.append(
            Move(
                title_of(name, item.description),
                _counted(was),
                _counted(now),
                _difference(score, health_score(standing.values())),
                _level_moved(name, before, after),
            )
        )
    return moved


def evidence_moves(
    before: Iterable[Evidence], after: Iterable[Evidence], titles: Mapping[str, str]
) -> list[EvidenceMove]:
    """The capabilities of which a larger (gained) or smaller (lost) share is measured; the order is that of ``after``.

    What was counted before and is not any more is lost; what is counted now alone is gained where some have it.
    """
    old, new = ({line.capability: line for line in lines} for lines in (before, after))
    moved = []
    for name in dict.fromkeys([*new, *old]):
        was, now = old.get(name), new.get(name)
        if change := _evidence_change(was, now):
            moved.append(EvidenceMove(titles.get(name) or title_of(name, ""), _figure(was), _figure(now), change))
    return moved


def _by_name(items: Iterable[Item]) -> dict[str, Item]:
    return {item.capability: item for item in items}


def _counted(item: Item | None) -> str | None:
    return str(item.counts_as) if item else None


def _difference(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else round(after - before, 1)


def _level_moved(name: str, before: Stand, after: Stand) -> str:
    """The lowest level between the two confirmed ones that requires the capability beyond the level below; empty when the
    levels are the same, or judged by another rubric."""
    if tuple(before.levels) != tuple(after.levels):
        return ""
    rungs = [AD_HOC, *after.levels]
    low, high = sorted((rungs.index(before.level), rungs.index(after.level)))
    return next((level.label for level in rungs[low + 1 : high + 1] if name in level.requires), "")


def _evidence_change(before: Evidence | None, after: Evidence | None) -> str:
    (had, of), (have, now_of) = _counts(before), _counts(after)
    if not of and not now_of:
        return ""
    if not of:
        return GAINED if have else ""
    if not now_of:
        return LOST if had else ""
    difference = have * of - had * now_of
    return "" if not difference else GAINED if difference > 0 else LOST


def _counts(line: Evidence | None) -> tuple[int, int]:
    return (line.numerator or 0, line.denominator or 0) if line else (0, 0)


def _figure(line: Evidence | None) -> str:
    having, total = _counts(line)
    return f"{having:,} of {total:,} {line.of}".strip() if line and total else "not measured"
