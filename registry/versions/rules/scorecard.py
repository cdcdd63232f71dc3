"""What a model in good order has: six to eight facts, each with the next step where it lacks one."""

from __future__ import annotations

from typing import NamedTuple


class Fact(NamedTuple):
    """One line of a scorecard: whether it is met, None where it does not apply yet, and the next step with its address."""

    title: str
    met: bool | None
    sentence: str
    action: str = ""
    url: str = ""


def met(facts: list[Fact]) -> str:
    """How many of the facts that apply are met, in words.

    >>> met([Fact("Policy", True, "One applies."), Fact("Drift", False, "No check."), Fact("Reports", None, "Not yet.")])
    '1 of 2'
    """
    applying = [fact for fact in facts if fact.met is not None]
    return f"{sum(bool(fact.met) for fact in applying)} of {len(applying)}"
