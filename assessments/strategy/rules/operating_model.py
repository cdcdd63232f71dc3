"""How the platform team works with the model teams: embedded, or a hybrid of development and enablement (T8).

>>> found = operating_model(8, 12)
>>> found.per_team, str(found.model), found.development, found.enablement
(0.67, 'hybrid', 6, 2)
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from assessments.organizations.rules.reason import Reason
from platform_site.text.wording import counted

ENABLEMENT_SHARE = 4  # one engineer in four helps teams; a smaller team holds office hours
ASK_ENGINEERS = "How many engineers work on the platform?"
ASK_TEAMS = "How many teams ship models?"
PLATFORM_OWNS = ("the registry", "the gate framework", "the audit format")
TEAMS_OWN = ("their criteria", "their feature logic", "their on-call")


class Model(StrEnum):
    """How the work is divided."""

    EMBEDDED = "embedded"
    HYBRID = "hybrid"
    NONE = "none"
    UNKNOWN = "unknown"


class OperatingModel(NamedTuple):
    """The operating model and why; how many engineers develop, help teams (``enablement``) or sit with them (``embedded``)."""

    model: Model
    sentence: str
    per_team: float | None
    development: int | None
    enablement: int | None
    embedded: int | None
    office_hours: bool
    why: Reason
    asks: list[str]


RULE = "With fewer platform engineers than model teams nobody can be embedded: some develop the platform, some help teams use it."


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
    if engineers < teams:
        return _hybrid(engineers, per_team, why)
    core = engineers - teams
    sentence = f"One engineer with each of {counted(teams, 'model team')}; {core} on what they share."
    return OperatingModel(Model.EMBEDDED, sentence, per_team, core, 0, teams, False, why, asks)


def _hybrid(engineers: int, per_team: float, why: Reason) -> OperatingModel:
    enablement = engineers // ENABLEMENT_SHARE
    if not enablement:
        sentence = (
            "There are too few engineers to embed. A hybrid: develop the platform, and hold office hours for the teams."
        )
        return OperatingModel(Model.HYBRID, sentence, per_team, engineers, 0, 0, True, why, [])
    sentence = f"There are too few engineers to embed. A hybrid: {engineers - enablement} develop the platform, {enablement} help teams use it."
    return OperatingModel(Model.HYBRID, sentence, per_team, engineers - enablement, enablement, 0, False, why, [])


def _without(model: Model, sentence: str, why: Reason, asks: list[str]) -> OperatingModel:
    return OperatingModel(model, sentence, None, None, None, None, False, why, asks)
