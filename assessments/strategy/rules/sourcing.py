"""Build, buy or use open source: one proposal for each group, by team size and compliance (T6).

>>> evaluation = proposals(1, True)[4]
>>> evaluation.choice, evaluation.by_compliance
(<Choice.BUILD: 'build'>, True)
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from assessments.organizations.rules.build_depth import ENOUGH_ENGINEERS
from assessments.organizations.rules.catalogue import Group
from assessments.organizations.rules.reason import Reason
from assessments.strategy.rules.phase_plan import ASK_COMPLIANCE
from platform_site.text.wording import counted

ASK_ENGINEERS = "How many engineers work on the platform?"


class Choice(StrEnum):
    """Where a group's capabilities come from."""

    BUILD = "build"
    BUY = "buy"
    OPEN_SOURCE = "open_source"


class Proposal(NamedTuple):
    """What is proposed for a group: the choice, what is built on top of it, and why. ``by_compliance`` marks proposals
    driven by compliance; while a fact is missing there is no choice, and ``ask`` asks for the fact."""

    group: Group
    choice: Choice | None
    own_part: str
    by_compliance: bool
    why: Reason
    ask: str | None = None


class Default(NamedTuple):
    """A group's defaults: for a small team, for a larger one, and what compliance changes."""

    small: Choice
    large: Choice
    why_small: str
    why_large: str
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
        "A hosted workspace is ready today; nobody has time to maintain one.",
        "Templates carry your conventions: nobody sells them, and people use them every day.",
    ),
    Group.TRAINING: Default(
        Choice.BUY,
        Choice.OPEN_SOURCE,
        "Machines and schedulers page people at night; pay a provider to be on call.",
        "At this size, an orchestrator that the team can fix itself costs less than a licence.",
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
        "Serving must stay up: buy the on-call hours that you do not have.",
        "At this size, latency and cost are worth controlling yourself.",
        "explanations",
        why_regulated="People who were refused may ask why, and no service knows your features well enough to answer.",
    ),
    Group.OBSERVABILITY: Default(
        Choice.BUY,
        Choice.OPEN_SOURCE,
        "Dashboards and paging are solved problems; buy them and spend your time on what they show.",
        "At this volume a bought one is expensive, and the open-source parts are mature.",
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


def proposals(engineers: int | None, compliance: bool | None) -> list[Proposal]:
    """One for each group, in their order. A missing fact that decides is asked for, not assumed."""
    return [_proposal(group, default, engineers, compliance) for group, default in DEFAULTS.items()]


def _proposal(group: Group, default: Default, engineers: int | None, compliance: bool | None) -> Proposal:
    driven = bool(default.why_regulated)
    figures = (counted(engineers, "platform engineer"), *([_regulated(compliance)] if driven else []))
    if driven and compliance is None:
        return Proposal(group, None, "", False, Reason("Compliance decides this group.", figures), ASK_COMPLIANCE)
    if driven and compliance and default.must_build:
        return Proposal(group, Choice.BUILD, "", True, Reason(default.why_regulated, figures[1:]))
    if engineers is None:
        rule = f"The choice differs for fewer than {ENOUGH_ENGINEERS} platform engineers."
        return Proposal(group, None, "", driven, Reason(rule, figures), ASK_ENGINEERS)
    choice, why = _by_size(default, engineers)
    if driven and compliance:
        return Proposal(
            group, choice, f"own {default.own_part}", True, Reason(f"{why} {default.why_regulated}", figures)
        )
    return Proposal(group, choice, "", False, Reason(why, figures))


def _by_size(default: Default, engineers: int) -> tuple[Choice, str]:
    if engineers < ENOUGH_ENGINEERS:
        return default.small, default.why_small
    return default.large, default.why_large


def _regulated(compliance: bool | None) -> str:
    if compliance is None:
        return "unknown whether a decision must be explained"
    return "regulated" if compliance else "not regulated"
