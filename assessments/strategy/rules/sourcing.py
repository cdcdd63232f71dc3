"""Build, buy or use open source: one proposal for each group, by build depth, team size and compliance (T6).

>>> evaluation = proposals(Depth.MANAGED, 1, True)[4]
>>> evaluation.choice, evaluation.by_compliance
(<Choice.BUILD: 'build'>, True)
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from assessments.organizations.rules.build_depth import ENOUGH_ENGINEERS, Depth
from assessments.organizations.rules.catalogue import Group
from assessments.organizations.rules.reason import Reason
from platform_site.text.wording import counted

ASK_ENGINEERS = "How many engineers work on the platform?"
ASK_COMPLIANCE = "Must any model decision be explainable, audited or reproducible by law or contract?"
ASK_DEPTH = "Managed services or your own cluster? Answer the questions of the build depth."
BY_DEPTH = frozenset({Group.EXPERIENCE, Group.TRAINING, Group.SERVING, Group.OBSERVABILITY})


class Choice(StrEnum):
    """Where a group's capabilities come from."""

    BUILD = "build"
    BUY = "buy"
    OPEN_SOURCE = "open_source"


class Proposal(NamedTuple):
    """What is proposed for a group: the choice, what is built on top of it, and why. ``by_compliance`` marks proposals
    driven by compliance; ``ask`` asks for a missing fact. Where it decides the choice, there is none yet."""

    group: Group
    choice: Choice | None
    own_part: str
    by_compliance: bool
    why: Reason
    ask: str | None = None


class Default(NamedTuple):
    """A group's defaults: light (managed services, or a small team), heavy (an own cluster, or a larger team), and what
    compliance changes."""

    light: Choice
    heavy: Choice
    why_light: str
    why_heavy: str
    own_part: str = ""
    must_build: bool = False
    why_regulated: str = ""


DEFAULTS: dict[Group, Default] = {
    Group.DATA: Default(
        Choice.OPEN_SOURCE,
        Choice.OPEN_SOURCE,
        "The definitions are yours, their storage need not be: use what others maintain.",
        "Open source can be adapted to your table keys, and no vendor holds the definitions.",
        "versioning",
        why_regulated="A decision is reproduced from the feature version that it used, so keep the versioning in your own hands.",
    ),
    Group.EXPERIENCE: Default(
        Choice.BUY,
        Choice.BUILD,
        "A hosted workspace is ready today; a team that buys what it runs on has none to maintain.",
        "Templates carry your conventions: nobody sells them, and people use them every day.",
    ),
    Group.TRAINING: Default(
        Choice.BUY,
        Choice.OPEN_SOURCE,
        "Machines and schedulers page people at night; pay a provider to be on call.",
        "On your own cluster, an orchestrator that the team can fix itself costs less than a licence.",
    ),
    Group.REGISTRY: Default(
        Choice.OPEN_SOURCE,
        Choice.OPEN_SOURCE,
        "A registry is cheap to run and hard to leave: keep the records in a format you own.",
        "A registry is cheap to run and hard to leave: keep the records in a format you own.",
        "immutability",
        why_regulated="What was approved must be what runs, and only you can guarantee that.",
    ),
    Group.EVALUATION: Default(
        Choice.OPEN_SOURCE,
        Choice.BUILD,
        "Metrics are standard; the criteria are a file that teams write.",
        "Gates encode what your business calls good enough.",
        must_build=True,
        why_regulated="Auditors ask for what was checked, against which threshold and with what outcome.",
    ),
    Group.SERVING: Default(
        Choice.BUY,
        Choice.OPEN_SOURCE,
        "Serving must stay up: buy the on-call hours.",
        "On your own cluster, latency and cost are yours to control.",
        "explanations",
        why_regulated="People who were refused may ask why, and no service knows your features well enough to answer.",
    ),
    Group.OBSERVABILITY: Default(
        Choice.BUY,
        Choice.OPEN_SOURCE,
        "Dashboards and paging are solved problems; buy them and spend your time on what they show.",
        "What runs on your own cluster is watched by parts that the team can change; the open-source ones are mature.",
        "fairness",
        why_regulated="You must decide which groups have to be treated alike, and by which measure.",
    ),
    Group.GOVERNANCE: Default(
        Choice.BUY,
        Choice.OPEN_SOURCE,
        "Without a regulator, the company's identity provider and its log are enough.",
        "Roles and logs follow standards; use existing ones and connect them.",
        must_build=True,
        why_regulated="Who approved what, and why, must outlive every vendor.",
    ),
}


def proposals(depth: Depth, engineers: int | None, compliance: bool | None) -> list[Proposal]:
    """One for each group, in their order. A missing fact that decides is asked for, not assumed."""
    return [_proposal(group, default, depth, engineers, compliance) for group, default in DEFAULTS.items()]


def _proposal(group: Group, default: Default, depth: Depth, engineers: int | None, compliance: bool | None) -> Proposal:
    driven = bool(default.why_regulated)
    figures = (*_size(group, depth, engineers), *([_regulated(compliance)] if driven else []))
    if compliance and default.must_build:
        return Proposal(group, Choice.BUILD, "", True, Reason(default.why_regulated, (_regulated(compliance),)))
    heavy = _is_heavy(group, depth, engineers)
    if heavy is None and default.light != default.heavy:
        return _open(group, driven and bool(compliance), figures)
    choice, why = (default.heavy, default.why_heavy) if heavy else (default.light, default.why_light)
    if driven and compliance:
        rule = f"{why} {default.why_regulated}"
        return Proposal(group, choice, f"own {default.own_part}", True, Reason(rule, figures))
    return Proposal(
        group, choice, "", False, Reason(why, figures), ASK_COMPLIANCE if driven and compliance is None else None
    )


def _open(group: Group, by_compliance: bool, figures: tuple[str, ...]) -> Proposal:
    if group in BY_DEPTH:
        rule, ask = "Bought where you use managed services; otherwise the team can run it.", ASK_DEPTH
    else:
        rule, ask = f"The choice differs for fewer than {ENOUGH_ENGINEERS} platform engineers.", ASK_ENGINEERS
    return Proposal(group, None, "", by_compliance, Reason(rule, figures), ask)


def _is_heavy(group: Group, depth: Depth, engineers: int | None) -> bool | None:
    """Whether the team runs it itself: by the build depth for what that decides, else by the size; None: unknown."""
    if group in BY_DEPTH:
        return None if depth is Depth.UNKNOWN else depth is Depth.OWN_CLUSTER
    return None if engineers is None else engineers >= ENOUGH_ENGINEERS


def _size(group: Group, depth: Depth, engineers: int | None) -> tuple[str, ...]:
    words = {
        Depth.MANAGED: "managed services",
        Depth.OWN_CLUSTER: "an own cluster",
        Depth.UNKNOWN: "build depth unknown",
    }
    size = counted(engineers, "platform engineer")
    return (size, words[depth]) if group in BY_DEPTH else (size,)


def _regulated(compliance: bool | None) -> str:
    if compliance is None:
        return "unknown whether a decision must be explained"
    return "regulated" if compliance else "not regulated"
