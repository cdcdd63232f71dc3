"""The five conditions under which an organization needs a platform, and the verdict they add up to (T1, T2).

A fact that nobody knows makes a condition unknown, with the question to ask; it never counts for or against. A likely
condition is asked about too, and does not count as met.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from assessments.organizations.rules.facts import CADENCES, Cadence, Facts
from platform_site.text.wording import counted


class State(StrEnum):
    """What the facts say of a condition."""

    MET = "met"
    LIKELY = "likely"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class Condition(NamedTuple):
    """One condition: its id, what the facts say, because of what, and what to ask when nobody knows."""

    id: str
    state: State
    because: str
    ask: str | None = None


class Evaluation(NamedTuple):
    """All five, the verdict (`not_yet`, `phase_1`, `urgent`), what presses most, and which Phase 1 plan would fit."""

    conditions: list[Condition]
    verdict: str
    most_urgent: list[str]
    phase_1: str

    def as_dict(self) -> dict[str, Any]:
        return self._asdict() | {"conditions": [condition._asdict() for condition in self.conditions]}


OFTEN = frozenset({Cadence.HOURLY, Cadence.DAILY, Cadence.WEEKLY})
ENOUGH_MODELS, ENOUGH_TEAMS, URGENT_FROM = 3, 2, 3
BY_URGENCY = ("compliance", "incidents", "duplication", "scale", "retraining")


def evaluate(facts: Facts) -> Evaluation:
    """Evaluate the conditions in their order.

    >>> evaluate(Facts(production_models=5, shipping_teams=2, compliance=False)).verdict
    'phase_1'
    """
    conditions = [_scale(facts), _retraining(facts), _incidents(facts), _duplication(facts), _compliance(facts)]
    met = {condition.id for condition in conditions if condition.state is State.MET}
    verdict = "urgent" if len(met) >= URGENT_FROM else "phase_1" if met else "not_yet"
    return Evaluation(conditions, verdict, _most_urgent(met), "regulated" if "compliance" in met else "standard")


class Moved(NamedTuple):
    """A condition that says otherwise than at the evaluation before."""

    id: str
    before: str
    after: str
    because: str


def what_moved(before: Mapping[str, str], now: Evaluation) -> list[Moved]:
    """Which conditions changed since an evaluation whose states were ``before``, by id.

    >>> what_moved({"scale": "not_met"}, evaluate(Facts(production_models=3)))[0][:3]
    ('scale', 'not_met', 'met')
    """
    return [
        Moved(condition.id, before[condition.id], str(condition.state), condition.because)
        for condition in now.conditions
        if before.get(condition.id, condition.state) != condition.state
    ]


def _most_urgent(met: set[str]) -> list[str]:
    if {"compliance", "incidents"} <= met:
        return ["compliance", "incidents"]
    return [name for name in BY_URGENCY if name in met][:1]


def _scale(facts: Facts) -> Condition:
    models, teams = facts.production_models, facts.shipping_teams
    told = f"{_told(facts, 'production_models', 'production model')}, {_told(facts, 'shipping_teams', 'shipping team')}"
    if (models or 0) >= ENOUGH_MODELS or (teams or 0) >= ENOUGH_TEAMS:
        return Condition("scale", State.MET, f"{told}; {ENOUGH_MODELS} models or {ENOUGH_TEAMS} teams are enough.")
    if models is None or teams is None:
        ask = "How many models are in production, and how many teams ship them?"
        return Condition("scale", State.UNKNOWN, f"{told}.", ask)
    return Condition("scale", State.NOT_MET, f"{told}; fewer than {ENOUGH_MODELS} models and {ENOUGH_TEAMS} teams.")


def _retraining(facts: Facts) -> Condition:
    cadence = facts.retraining_cadence
    if cadence in OFTEN:
        return Condition(
            "retraining", State.MET, f"Some model is retrained {cadence}{_mark(facts, 'retraining_cadence')}."
        )
    if cadence in CADENCES:
        told = f"The most frequent retraining is {cadence}{_mark(facts, 'retraining_cadence')}."
        return Condition("retraining", State.NOT_MET, told)
    ask = "How often is the most frequently retrained model retrained, or its data refreshed?"
    if facts.ships_demand_or_fraud:
        because = "A demand or fraud model ships, and those are seldom left alone for longer than a week."
        return Condition("retraining", State.LIKELY, because, ask)
    return Condition("retraining", State.UNKNOWN, "Nobody said how often models are retrained.", ask)


def _incidents(facts: Facts) -> Condition:
    count = facts.skew_or_drift_incidents_12m
    if count is None:
        ask = "How many production incidents in the last 12 months came from skew, drift or silent failure?"
        return Condition("incidents", State.UNKNOWN, "Nobody said whether there were incidents.", ask)
    incidents = _told(facts, "skew_or_drift_incidents_12m", "incident")
    told = f"{incidents} from skew, drift or silent failure in 12 months."
    return Condition("incidents", State.MET if count >= 1 else State.NOT_MET, told)


def _duplication(facts: Facts) -> Condition:
    teams = facts.teams_with_own_tooling
    if teams is None:
        ask = "How many teams keep pipelines, training scripts or monitoring of their own?"
        return Condition("duplication", State.UNKNOWN, "Nobody said which teams keep their own tooling.", ask)
    told = (
        f"{_told(facts, 'teams_with_own_tooling', 'team')} with pipelines, training scripts or monitoring of their own; "
        f"{ENOUGH_TEAMS} are enough."
    )
    return Condition("duplication", State.MET if teams >= ENOUGH_TEAMS else State.NOT_MET, told)


def _compliance(facts: Facts) -> Condition:
    if facts.compliance is None:
        ask = "Must any model decision be explainable, audited or reproducible by law or contract?"
        return Condition("compliance", State.UNKNOWN, "Nobody said yet.", ask)
    if facts.compliance:
        return Condition("compliance", State.MET, "Some model decision must be explainable, audited or reproducible.")
    return Condition("compliance", State.NOT_MET, "No model decision must be explainable, audited or reproducible.")


def _told(facts: Facts, name: str, noun: str) -> str:
    number = getattr(facts, name)
    return counted(number, noun) + ("" if number is None else _mark(facts, name))


def _mark(facts: Facts, name: str) -> str:
    return " (measured)" if name in facts.measured else ""
