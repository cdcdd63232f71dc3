"""How low in the stack to build: managed services with a thin wrapper, or your own cluster (T7).

>>> depth = build_depth(2, 0, 12, None)
>>> str(depth.choice), depth.ratio
('managed', '1 : 6')
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from assessments.organizations.rules.reason import Reason
from platform_site.text.wording import counted

ENOUGH_ENGINEERS = 5
NIGHT = "Who is paged when a training job fails at 3 a.m.?"
ASKS = {
    "engineers": "How many engineers work on the platform?",
    "on_call": "How many of them have on-call duty for infrastructure?",
    "served": "How many people does the platform serve?",
    "need": "Is there a workload, a latency or a residency need that no managed service meets?",
}


class Need(StrEnum):
    """What managed services cannot meet here."""

    NOTHING = "nothing"
    WORKLOAD = "workload"
    LATENCY = "latency"
    RESIDENCY = "residency"


class Depth(StrEnum):
    """How low in the stack to build."""

    MANAGED = "managed"
    OWN_CLUSTER = "own_cluster"
    UNKNOWN = "unknown"


class BuildDepth(NamedTuple):
    """What to build on and why; the ratio of engineers to people served; the on-call question with its answer; what to ask."""

    choice: Depth
    sentence: str
    ratio: str | None
    why: Reason
    night: str
    night_answer: str
    asks: list[str]


SENTENCES = {
    Depth.MANAGED: "Managed services, with a thin wrapper of your own.",
    Depth.OWN_CLUSTER: "Your own cluster: there is a need for it, and the team can run it.",
    Depth.UNKNOWN: "Unknown until the questions below are answered.",
}
RULE = (
    f"Your own cluster takes {ENOUGH_ENGINEERS} or more platform engineers, on-call duty among them, and a need that no managed "
    "service meets. If any of these is missing, use managed services."
)


def build_depth(engineers: int | None, on_call: int | None, served: int | None, need: str | None) -> BuildDepth:
    """Managed as soon as one condition for a cluster is known to be missing; else unknown while a fact is."""
    known = {"engineers": engineers, "on_call": on_call, "served": served, "need": need}
    choice = _choice(engineers, on_call, need)
    questions = [ask for name, ask in ASKS.items() if known[name] is None]
    figures = (counted(engineers, "platform engineer"), _on_call(on_call), _unmet(need))
    return BuildDepth(
        choice, SENTENCES[choice], ratio(engineers, served), Reason(RULE, figures), NIGHT, _night(on_call), questions
    )


def ratio(engineers: int | None, served: int | None) -> str | None:
    """How many people one platform engineer serves; None where either is unknown or there is no engineer.

    >>> ratio(2, 12), ratio(4, 50), ratio(0, 12)
    ('1 : 6', '1 : 12.5', None)
    """
    return f"1 : {round(served / engineers, 1):g}" if engineers and served is not None else None


def _choice(engineers: int | None, on_call: int | None, need: str | None) -> Depth:
    too_few = engineers is not None and engineers < ENOUGH_ENGINEERS
    if too_few or on_call == 0 or need == Need.NOTHING:
        return Depth.MANAGED
    return Depth.UNKNOWN if None in (engineers, on_call, need) else Depth.OWN_CLUSTER


def _on_call(on_call: int | None) -> str:
    if on_call is None:
        return "on-call duty unknown"
    return f"{on_call} on call" if on_call else "nobody on call"


def _unmet(need: str | None) -> str:
    if need is None:
        return "needs beyond managed services unknown"
    return (
        "no need beyond managed services"
        if need == Need.NOTHING
        else f"a {need} need that managed services do not meet"
    )


def _night(on_call: int | None) -> str:
    if on_call is None:
        return "Unknown: on-call duty is not entered."
    if on_call == 0:
        return "Nobody: the job waits until morning. Buy what cannot wait."
    if on_call == 1:
        return "Always the same person, until they leave."
    return f"One of {on_call} engineers who take turns."
