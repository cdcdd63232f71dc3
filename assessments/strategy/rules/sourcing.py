"""Build, buy or take open source: one proposal for each group, by the size of the team and by compliance (T6).

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
    """What is proposed for a group: the choice, what is built on top of it, and why. ``by_compliance`` marks what
    compliance drives; while a fact is missing there is no choice, and ``ask`` says which."""

    group: Group
    choice: Choice | None
    own_part: str
    by_compliance: bool
    why: Reason
    ask: str | None = None


class Default(NamedTuple):
    """A group's default: for a small team, for a larger one, and what compliance makes of either."""

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
        "Definitions are yours, their storage is not: take what others maintain.",
        "Open source can be bent to how your tables are keyed, and no vendor holds the definitions.",
        "versioning",
        why_regulated="A decision is reproduced from the version that was computed, so versions are your own.",
    ),
    Group.EXPERIENCE: Default(
        Choice.BUY,
        Choice.BUILD,
        "A hosted workspace is ready today; nobody has the days to look after another one.",
        "Templates carry your conventions: nobody sells them, and they are read every day.",
    ),
    Group.TRAINING: Default(
        Choice.BUY,
        Choice.OPEN_SOURCE,
        "Machines and schedulers wake people at night; pay somebody who is awake.",
        "An orchestrator that the team can mend costs less than its licence at this size.",
    ),
    Group.REGISTRY: Default(
        Choice.OPEN_SOURCE,
        Choice.OPEN_SOURCE,
        "A registry is small to run and hard to leave: keep the records in a form that is yours.",
        "A registry is small to run and hard to leave: keep the records in a form that is yours.",
        "immutability",
        why_regulated="What was approved must be what runs, and that promise is your own to keep.",
    ),
    Group.EVALUATION: Default(
        Choice.OPEN_SOURCE,
        Choice.BUILD,
        "Metrics are common property; the criteria are a file that teams write.",
        "Gates encode what your business calls good enough.",
        must_build=True,
        why_regulated="What was checked, against which limit and with what outcome, is the record that is asked for.",
    ),
    Group.SERVING: Default(
        Choice.BUY,
        Choice.OPEN_SOURCE,
        "Serving is what must stay up: buy the hours that you do not have.",
        "At this size latency and cost are worth having in your own hands.",
        "explanations",
        why_regulated="Who was refused may ask why, and no service knows your features well enough to answer.",
    ),
    Group.OBSERVABILITY: Default(
        Choice.BUY,
        Choice.OPEN_SOURCE,
        "Dashboards and paging are solved; buy them and spend the time on what they show.",
        "The volume at this size makes a bought one dear, and its parts are mature.",
        "fairness",
        why_regulated="Which groups must be treated alike, and by which measure, is your own duty.",
    ),
    Group.GOVERNANCE: Default(
        Choice.BUY,
        Choice.OPEN_SOURCE,
        "The company's identity provider and its log are governance enough without a regulator.",
        "Roles and logs follow standards; take them and connect them.",
        must_build=True,
        why_regulated="Who approved what, on which grounds, must outlive every vendor.",
    ),
}


def proposals(engineers: int | None, compliance: bool | None) -> list[Proposal]:
    """One for each group, in their order. Where a fact that decides is missing it is asked for, not assumed."""
    return [_proposal(group, default, engineers, compliance) for group, default in DEFAULTS.items()]


def _proposal(group: Group, default: Default, engineers: int | None, compliance: bool | None) -> Proposal:
    driven = bool(default.why_regulated)
    figures = (counted(engineers, "platform engineer"), *([_regulated(compliance)] if driven else []))
    if driven and compliance is None:
        return Proposal(group, None, "", False, Reason("Compliance decides here.", figures), ASK_COMPLIANCE)
    if driven and compliance and default.must_build:
        return Proposal(group, Choice.BUILD, "", True, Reason(default.why_regulated, figures[1:]))
    if engineers is None:
        rule = f"Fewer than {ENOUGH_ENGINEERS} platform engineers choose otherwise than more do."
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
        return "nobody said whether a decision must be explained"
    return "regulated" if compliance else "not regulated"
