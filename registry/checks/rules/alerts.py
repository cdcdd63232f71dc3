"""What evidence does to the alert about the same thing: open it, add to it, end it, or nothing (G11b).

A thing is one model version in one environment, with the feature where it is about one, or one check; and one kind of finding.
Its own observation time orders the evidence, not its arrival.

>>> noon, later = datetime(2026, 11, 30, 12), datetime(2026, 11, 30, 13)
>>> decide(None, Finding({"orders": 1.2}), noon).step
<Step.OPEN: 'open'>
>>> standing = Unresolved(noon, Finding({"orders": 1.2}), acknowledged=Finding({"orders": 1.2}))
>>> decide(standing, Finding({"orders": 1.4}), later).step
<Step.SEE: 'see'>
>>> decide(standing, Finding({"orders": 1.2, "price": 1.1}), later)
Decision(step=<Step.UPDATE: 'update'>, change=<Change.MORE: 'another_or_worse'>, reopens=True)
>>> decide(standing, Finding({}), later).step, decide(standing, Finding({}), datetime(2026, 11, 30, 11)).step
(<Step.RESOLVE: 'resolve'>, <Step.NOTHING: 'nothing'>)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

MISSING, EXTRA = "missing:", "extra:"  # parts: a feature that is not reported, and one that no model was trained on
WORSE_BY = 1.5  # a part is worse once it is half as large again as it was


class Finding(NamedTuple):
    """What was found: each part with its size, None where it has none. Without a part nothing is wrong.

    ``blocking``: it closes the gate.
    """

    parts: Mapping[str, float | None]
    blocking: bool = False


class Change(StrEnum):
    """A finding against an earlier one about the same thing."""

    SAME = "same"
    LESS = "lesser"
    MORE = "another_or_worse"


class Step(StrEnum):
    """What becomes of an alert."""

    NOTHING = "nothing"
    OPEN = "open"
    SEE = "see"  # the same again: only when it was seen last changes
    UPDATE = "update"
    RESOLVE = "resolve"


class Unresolved(NamedTuple):
    """An unresolved alert: when its newest evidence was observed, what it reports, and what is acknowledged of it."""

    observed_at: datetime
    finding: Finding
    acknowledged: Finding | None = None


class Decision(NamedTuple):
    """A step, and for an update how the finding changed and whether it ends an acknowledgement."""

    step: Step
    change: Change = Change.SAME
    reopens: bool = False


def decide(standing: Unresolved | None, finding: Finding, at: datetime, *, superseded: bool = False) -> Decision:
    """What a finding that was observed at a moment does.

    ``superseded``: where no alert stands, whether newer evidence about the same thing is known.
    """
    if standing is None:
        return Decision(Step.OPEN if finding.parts and not superseded else Step.NOTHING)
    if at < standing.observed_at:
        return Decision(Step.NOTHING)
    if not finding.parts:
        return Decision(Step.RESOLVE)
    changed = change(standing.finding, finding)
    if changed is Change.SAME:
        return Decision(Step.SEE)
    return Decision(
        Step.UPDATE, changed, standing.acknowledged is not None and not covers(standing.acknowledged, finding)
    )


def covers(acknowledged: Finding, finding: Finding) -> bool:
    """Whether an acknowledgement of one finding holds for another: there is nothing new in it, and nothing is worse."""
    return change(acknowledged, finding) is not Change.MORE


def change(before: Finding, now: Finding) -> Change:
    """How a finding differs from an earlier one; numbers that moved by less than half do not count.

    >>> change(Finding({"orders": 1.0}), Finding({"orders": 1.5})), change(Finding({"orders": 1.5}), Finding({"orders": 1.0}))
    (<Change.MORE: 'another_or_worse'>, <Change.LESS: 'lesser'>)
    """
    if _exceeds(now, before):
        return Change.MORE
    return Change.LESS if _exceeds(before, now) else Change.SAME


def _exceeds(finding: Finding, other: Finding) -> bool:
    """Whether a finding has something that another has not."""
    if finding.blocking and not other.blocking:
        return True
    return any(name not in other.parts or _is_worse(size, other.parts[name]) for name, size in finding.parts.items())


def _is_worse(size: float | None, than: float | None) -> bool:
    return size is not None and than is not None and size > than and size >= WORSE_BY * than
