"""Can a newcomer rebuild a production model from the registry alone in under four hours? (T10)

Lineage shows what is missing; only a rehearsal shows how long rebuilding takes.

>>> readiness(40, 40, {}, None).state
'not_rehearsed'
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from assessments.organizations.rules.reason import Reason

LIMIT_HOURS = 4.0
QUESTION = "Can a newcomer rebuild a production model from the registry alone in under 4 hours?"


class Rehearsed(NamedTuple):
    """A rehearsal: of which model version, when, whether it was rebuilt, in how many hours."""

    of: str
    day: date
    rebuilt: bool
    hours: float


class Readiness(NamedTuple):
    """The answer: `ready`, `not_rehearsed`, `too_slow`, `not_rebuilt`, `incomplete` or `nothing_in_production`."""

    question: str
    state: str
    sentence: str
    complete: int
    total: int
    missing: dict[str, int]
    why: Reason


def readiness(complete: int, total: int, missing: Mapping[str, int], last: Rehearsed | None) -> Readiness:
    """The answer for ``complete`` of ``total`` production versions; ``missing`` counts the versions that lack a part.

    >>> readiness(1, 2, {"the training snapshot": 1}, None).sentence
    'Not yet: 1 of 2 production versions cannot be rebuilt from the registry.'
    """
    state = _state(complete, total, last)
    figures = [f"{complete} of {total} production versions have every part"]
    figures += [f"last rehearsal {last.day}: {last.of}, {_outcome(last)}"] if last else ["never rehearsed"]
    rule = "Ready means: every part of the lineage is on record, and a rehearsal takes under 4 hours."
    lacking = {part: count for part, count in missing.items() if count}
    return Readiness(
        QUESTION, state, _sentence(state, complete, total, last), complete, total, lacking, Reason(rule, tuple(figures))
    )


def _state(complete: int, total: int, last: Rehearsed | None) -> str:
    if not total:
        return "nothing_in_production"
    if complete < total:
        return "incomplete"
    if last is None:
        return "not_rehearsed"
    if not last.rebuilt:
        return "not_rebuilt"
    return "ready" if last.hours < LIMIT_HOURS else "too_slow"


def _outcome(last: Rehearsed) -> str:
    return f"{last.hours:g} hours" if last.rebuilt else f"not rebuilt after {last.hours:g} hours"


def _sentence(state: str, complete: int, total: int, last: Rehearsed | None) -> str:
    hours = f"{last.hours:g}" if last else ""
    return {
        "nothing_in_production": "The registry has no production model to rebuild.",
        "incomplete": f"Not yet: {total - complete} of {total} production versions cannot be rebuilt from the registry.",
        "not_rehearsed": "Every part is on record, but nobody has tried yet: rehearse it.",
        "not_rebuilt": f"Not yet: the last rehearsal gave up after {hours} hours.",
        "ready": f"Yes: the last rehearsal took {hours} hours.",
        "too_slow": f"Too slow: the last rehearsal took {hours} hours, the limit is {LIMIT_HOURS:g}.",
    }[state]
