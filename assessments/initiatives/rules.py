"""A gap as work: which states follow which, what is overdue, and whether an assessment reaches what it is for (H13).

>>> standing = [Item("lineage", "", "implemented")]
>>> reach("implemented", ["lineage"], standing).reached
True
>>> reach("implemented", ["lineage"], standing, counted={"lineage": (3, 40, "production model versions")}).sentence
'Full training lineage is entered as implemented, and 3 of 40 production model versions have it.'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from assessments.health.rules.evidence import RANK, is_contradicted, suggested
from assessments.health.rules.maturity import LEVELS, Level, blockers, confirmed_level
from assessments.health.rules.recommendations import listed, title_of
from assessments.health.rules.scoring import Item
from assessments.organizations.rules.catalogue import CAPABILITIES, Status
from platform_site.text.wording import in_words, label

DUE_SOON_DAYS = 7
STATUSES = (Status.IMPLEMENTED, Status.PARTIAL)  # what an initiative can aim at, beside a level
Counted = Mapping[str, tuple[int, int, str]]  # by capability: how many, of how many, what was counted


class State(StrEnum):
    """How far an initiative is."""

    PROPOSED = "proposed"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    DROPPED = "dropped"


class Origin(StrEnum):
    """What an initiative was proposed from."""

    RECOMMENDATION = "recommendation"
    PLAN_STEP = "plan_step"
    POSTMORTEM = "postmortem"
    TICKET_LEVER = "ticket_lever"
    NONE = ""


OPEN = (State.PROPOSED, State.IN_PROGRESS)
FOLLOWING: dict[str, tuple[State, ...]] = {
    State.PROPOSED: (State.IN_PROGRESS, State.DONE, State.DROPPED),
    State.IN_PROGRESS: (State.PROPOSED, State.DONE, State.DROPPED),
    State.DONE: (State.IN_PROGRESS,),
    State.DROPPED: (State.PROPOSED, State.IN_PROGRESS),
}


class Reach(NamedTuple):
    """Whether an assessment reaches a target, and the sentence that says what decided it."""

    reached: bool
    sentence: str


def state_fault(before: str, after: str) -> str:
    """Why one state may not follow another; empty when it may.

    >>> state_fault("done", "dropped")
    'An initiative that is done can become in progress, not dropped.'
    """
    if after == before or after in FOLLOWING[before]:
        return ""
    choices = " or ".join(in_words(state) for state in FOLLOWING[before])
    return f"An initiative that is {in_words(before)} can become {choices}, not {in_words(after)}."


def is_overdue(state: str, due_on: date | None, today: date) -> bool:
    """Whether an open one is past its day.

    >>> is_overdue("proposed", date(2026, 11, 1), date(2026, 11, 1)), is_overdue("done", date(2026, 1, 1), date(2026, 2, 1))
    (False, False)
    """
    return state in OPEN and due_on is not None and due_on < today


def is_due_soon(state: str, due_on: date | None, today: date) -> bool:
    """Whether an open one is due today or within a week."""
    return state in OPEN and due_on is not None and 0 <= (due_on - today).days <= DUE_SOON_DAYS


def targets(levels: Sequence[Level] = LEVELS) -> dict[str, str]:
    """What an initiative can aim at: the word that is stored, and how people read it.

    >>> list(targets())
    ['implemented', 'partial', '0+', '1', '2']
    """
    return {str(status): label(status) for status in STATUSES} | {level.level: level.label for level in levels}


def reach(
    target: str,
    capabilities: Sequence[str],
    items: Sequence[Item],
    levels: Sequence[Level] = LEVELS,
    counted: Counted | None = None,
) -> Reach:
    """Whether an assessment reaches a target: what was counted with it may not contradict what it states.

    A status is reached by every one of the capabilities, a level by the whole assessment. A capability that is not
    applicable reaches every status, with a written reason.
    """
    standing = [_proven(item, counted or {}) for item in items]
    if target in STATUSES:
        return _reach_status(target, capabilities, {item.capability: item for item in standing}, items, counted or {})
    return _reach_level(target, standing, levels)


def _proven(item: Item, counted: Counted) -> Item:
    """The item with its status lowered to what was counted."""
    numerator, denominator, _ = counted.get(item.capability, (0, 0, ""))
    if not is_contradicted(item.status, numerator, denominator):
        return item
    return item._replace(status=suggested(numerator, denominator) or Status.MISSING)


def _reach_status(
    target: str, names: Sequence[str], standing: Mapping[str, Item], items: Sequence[Item], counted: Counted
) -> Reach:
    entered = {item.capability: item.status for item in items}
    lacking = [name for name in names if not _has(standing.get(name), target)]
    sentences = [_standing(name, entered.get(name), counted) for name in lacking or names]
    return Reach(not lacking, " ".join(sentences))


def _has(item: Item | None, target: str) -> bool:
    if item is None:
        return False
    if item.status == Status.NOT_APPLICABLE:
        return bool(item.notes.strip())
    return RANK[item.status] >= RANK[target]


def _standing(name: str, status: str | None, counted: Counted) -> str:
    capability = CAPABILITIES.get(name)
    title = title_of(name, capability.description if capability else "")
    if status is None:
        return f"{title} is not in the assessment."
    if name not in counted:
        return f"{title} is entered as {in_words(status)}."
    numerator, denominator, of = counted[name]
    return f"{title} is entered as {in_words(status)}, and {numerator} of {denominator} {of} have it."


def _reach_level(target: str, standing: Sequence[Item], levels: Sequence[Level]) -> Reach:
    names = [level.level for level in levels]
    if target not in names:
        return Reach(False, f"The organization's levels have no level {target} any more.")
    confirmed = confirmed_level(standing, levels)
    if confirmed.level in names[names.index(target) :]:
        return Reach(True, f"{confirmed.label} is confirmed.")
    blocker = next(blocker for blocker in blockers(standing, levels) if blocker.level.level == target)
    lacking = [title_of(item.capability, item.description) for item in blocker.items]
    return Reach(False, f"{confirmed.label} is confirmed; {blocker.level.label} lacks {listed(lacking)}.")
