"""How the platform team works with the model teams: embedded, or a hybrid of development and enablement (T8).

>>> model = operating_model(8, 12)
>>> model.per_team, str(model.model), model.development, model.enablement, model.office_hours
(0.67, 'hybrid', 6, 2, True)
"""

from __future__ import annotations

from enum import StrEnum
from math import ceil
from typing import NamedTuple

from assessments.organizations.rules.reason import Reason
from platform_site.text.wording import counted

SHARE = 4  # one engineer in four helps teams; and one in four, two at least, stays with what all teams share
FEWEST_SHARED = 2
ASK_ENGINEERS = "How many engineers work on the platform?"
ASK_TEAMS = "How many teams ship models?"
PLATFORM_OWNS = ("the registry", "the gate framework", "the audit format")
TEAMS_OWN = ("their criteria", "their feature logic", "their on-call")
OFFICE_HOURS = "office hours twice a week"
DUTIES = (
    "onboarding of every new team",
    "documentation with runnable examples",
    OFFICE_HOURS,
    "the first answer to every ticket",
    "passing each gap on to whoever develops",
)


class Model(StrEnum):
    """How the work is divided."""

    EMBEDDED = "embedded"
    HYBRID = "hybrid"
    NONE = "none"
    UNKNOWN = "unknown"


class OperatingModel(NamedTuple):
    """The operating model and why; how many engineers develop, help teams (``enablement``) or sit with them (``embedded``);
    and what enablement owns (``duties``)."""

    model: Model
    sentence: str
    per_team: float | None
    development: int | None
    enablement: int | None
    embedded: int | None
    office_hours: bool
    duties: tuple[str, ...]
    why: Reason
    asks: list[str]


RULE = (
    "Engineers are embedded only where each model team gets one and two of them, or a quarter if that is more, stay for what all "
    "teams share. Otherwise some develop the platform and some help teams use it."
)


def operating_model(engineers: int | None, teams: int | None) -> OperatingModel:
    """The model for this number of platform engineers and model teams; unknown, with what to ask, while either is."""
    why = Reason(RULE, (counted(engineers, "platform engineer"), counted(teams, "model team")))
    asks = [ask for count, ask in ((engineers, ASK_ENGINEERS), (teams, ASK_TEAMS)) if count is None]
    if engineers is None or teams is None:
        return _without(Model.UNKNOWN, "Unknown until the questions below are answered.", why, asks)
    if not engineers or not teams:
        missing = "There is no platform engineer yet" if not engineers else "No team ships a model yet"
        return _without(Model.NONE, f"{missing}: there is nothing to divide.", why, asks)
    per_team = round(engineers / teams, 2)
    core = engineers - teams
    if core < fewest_shared(engineers):
        return _hybrid(engineers, teams, per_team, why)
    sentence = f"One engineer with each of {counted(teams, 'model team')}; {core} on what they share."
    return OperatingModel(Model.EMBEDDED, sentence, per_team, core, 0, teams, False, (), why, asks)


def fewest_shared(engineers: int) -> int:
    """How many stay with what all teams share.

    >>> fewest_shared(3), fewest_shared(8), fewest_shared(13)
    (2, 2, 4)
    """
    return max(FEWEST_SHARED, ceil(engineers / SHARE))


def _hybrid(engineers: int, teams: int, per_team: float, why: Reason) -> OperatingModel:
    enablement = engineers // SHARE
    left = engineers - teams
    reason = (
        f"{counted(engineers, 'engineer')} for {counted(teams, 'team')} cannot sit with each of them"
        if left < 0
        else f"Embedding would leave {left or 'nobody'} for what {counted(teams, 'team')} share"
    )
    divided = (
        f"{engineers - enablement} develop the platform, {enablement} help teams use it"
        if enablement
        else "develop the platform, and keep two fixed hours a week for the teams"
    )
    duties = DUTIES if enablement else (OFFICE_HOURS,)
    return OperatingModel(
        Model.HYBRID, f"{reason}. A hybrid: {divided}.", per_team, engineers - enablement, enablement, 0, True, duties, why, []
    )  # fmt: skip


def _without(model: Model, sentence: str, why: Reason, asks: list[str]) -> OperatingModel:
    return OperatingModel(model, sentence, None, None, None, None, False, (), why, asks)
