"""The five conditions under which an organization needs a platform, and the verdict they add up to (T1, T2).

A fact that nobody knows makes a condition unknown, with the question to ask; it never counts for or against.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple


class State(StrEnum):
    """What the facts say of a condition."""

    MET = "met"
    LIKELY = "likely"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class Facts(NamedTuple):
    """What is known of an organization; None where nobody said."""

    production_models: int | None = None
    shipping_teams: int | None = None
    retraining_cadence: str | None = None
    ships_demand_or_fraud: bool | None = None
    skew_or_drift_incidents_12m: int | None = None
    teams_with_own_tooling: int | None = None
    compliance: bool | None = None


class Condition(NamedTuple):
    """One condition: its id, what the facts say, because of what, and what to ask when nobody knows."""

    id: str
    state: State
    because: str
    ask: str | None = None


class Evaluation(NamedTuple):
    """All five, the verdict (`not_yet`, `phase_1`, `urgent`), what presses most, and which Phase 1 plan fits."""

    conditions: list[Condition]
    verdict: str
    most_urgent: list[str]
    phase_1: str

    def as_dict(self) -> dict[str, Any]:
        return self._asdict() | {"conditions": [condition._asdict() for condition in self.conditions]}


CADENCES = ("daily", "weekly", "monthly", "quarterly", "yearly", "never")
OFTEN = ("daily", "weekly")
BY_URGENCY = ("compliance", "incidents", "duplication", "scale", "retraining")


def evaluate(facts: Facts) -> Evaluation:
    """Evaluate the conditions in their order.

    >>> evaluate(Facts(production_models=5, shipping_teams=2, compliance=False)).verdict
    'phase_1'
    """
    conditions = [_scale(facts), _retraining(facts), _incidents(facts), _duplication(facts), _compliance(facts)]
    met = {condition.id for condition in conditions if condition.state is State.MET}
    verdict = "urgent" if len(met) >= 3 else "phase_1" if met else "not_yet"
    return Evaluation(conditions, verdict, _most_urgent(met), "regulated" if "compliance" in met else "standard")


def _most_urgent(met: set[str]) -> list[str]:
    if {"compliance", "incidents"} <= met:
        return ["compliance", "incidents"]
    return [name for name in BY_URGENCY if name in met][:1]


def _scale(facts: Facts) -> Condition:
    models, teams = facts.production_models, facts.shipping_teams
    told = f"{_count(models, 'production model')}, {_count(teams, 'team')} shipping models"
    if (models or 0) >= 3 or (teams or 0) >= 2:
        return Condition("scale", State.MET, f"{told}; 3 models or 2 teams are enough.")
    if models is None or teams is None:
        ask = "How many models are in production, and how many teams ship them?"
        return Condition("scale", State.UNKNOWN, f"{told}.", ask)
    return Condition("scale", State.NOT_MET, f"{told}; fewer than 3 models and than 2 teams.")


def _retraining(facts: Facts) -> Condition:
    cadence = facts.retraining_cadence
    if cadence in OFTEN:
        return Condition("retraining", State.MET, f"Some model is retrained {cadence}.")
    if cadence is not None:
        return Condition("retraining", State.NOT_MET, f"The most frequent retraining is {cadence}.")
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
    told = f"{_count(count, 'incident')} from skew, drift or silent failure in 12 months."
    return Condition("incidents", State.MET if count >= 1 else State.NOT_MET, told)


def _duplication(facts: Facts) -> Condition:
    teams = facts.teams_with_own_tooling
    if teams is None:
        ask = "How many teams keep pipelines, training scripts or monitoring of their own?"
        return Condition("duplication", State.UNKNOWN, "Nobody said which teams keep their own tooling.", ask)
    told = f"{_count(teams, 'team')} with pipelines, training scripts or monitoring of their own; 2 are enough."
    return Condition("duplication", State.MET if teams >= 2 else State.NOT_MET, told)


def _compliance(facts: Facts) -> Condition:
    if facts.compliance is None:
        ask = "Must any model decision be explainable, audited or reproducible by law or contract?"
        return Condition("compliance", State.UNKNOWN, "Nobody said yet.", ask)
    if facts.compliance:
        return Condition("compliance", State.MET, "Some model decision must be explainable, audited or reproducible.")
    return Condition("compliance", State.NOT_MET, "No model decision must be explainable, audited or reproducible.")


def _count(number: int | None, noun: str) -> str:
    if number is None:
        return f"an unknown number of {noun}s"
    return f"{number} {noun}{'' if number == 1 else 's'}"
