"""The five conditions under which an organization needs a platform, and the verdict they add up to (T1, T2).

An unknown fact makes a condition unknown, with the question to ask; it never counts for or against. A likely condition
comes with a question too, and does not count as met.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from assessments.organizations.rules.facts import CADENCES, Cadence, Facts
from platform_site.text.wording import counted


class State(StrEnum):
    """What the facts say about a condition."""

    MET = "met"
    LIKELY = "likely"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class Condition(NamedTuple):
    """One condition: its id, its state, why, and the question to ask where a fact is unknown."""

    id: str
    state: State
    because: str
    ask: str | None = None


class Evaluation(NamedTuple):
    """All five, the verdict (`not_yet`, `phase_1`, `urgent`), the most urgent conditions, and which Phase 1 plan would fit."""

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


class ConditionChange(NamedTuple):
    """A condition whose state differs from the evaluation before."""

    id: str
    before: str
    after: str
    because: str


def changed_conditions(before: Mapping[str, str], now: Evaluation) -> list[ConditionChange]:
    """Which conditions changed since an evaluation whose states were ``before``, by id.

    >>> changed_conditions({"scale": "not_met"}, evaluate(Facts(production_models=3)))[0][:3]
    ('scale', 'not_met', 'met')
    """
    return [
        ConditionChange(condition.id, before[condition.id], str(condition.state), condition.because)
        for condition in now.conditions
        if before.get(condition.id, condition.state) != condition.state
    ]


def _most_urgent(met: set[str]) -> list[str]:
    if {"compliance", "incidents"} <= met:
        return ["compliance", "incidents"]
    return [name for name in BY_URGENCY if name in met][:1]


def _scale(facts: Facts) -> Condition:
    models, teams = facts.production_models, facts.shipping_teams
    figures = (
        f"{_count(facts, 'production_models', 'production model')}, {_count(facts, 'shipping_teams', 'shipping team')}"
    )
    if (models or 0) >= ENOUGH_MODELS or (teams or 0) >= ENOUGH_TEAMS:
        return Condition("scale", State.MET, f"{figures}; {ENOUGH_MODELS} models or {ENOUGH_TEAMS} teams are enough.")
    planned = facts.models_planned_next_quarter or 0
    if planned and (models or 0) + planned >= ENOUGH_MODELS:
        because = f"{figures}; {planned} more planned for the next quarter."
        return Condition(
            "scale", State.LIKELY, because, "Which of the planned models are certain to go into production?"
        )
    if models is None or teams is None:
        ask = "How many models are in production, and how many teams ship them?"
        return Condition("scale", State.UNKNOWN, f"{figures}.", ask)
    return Condition("scale", State.NOT_MET, f"{figures}; fewer than {ENOUGH_MODELS} models and {ENOUGH_TEAMS} teams.")


def _retraining(facts: Facts) -> Condition:
    cadence = facts.retraining_cadence
    if cadence in OFTEN:
        return Condition(
            "retraining", State.MET, f"At least one model is retrained {cadence}{_mark(facts, 'retraining_cadence')}."
        )
    if cadence in CADENCES:
        sentence = f"The most frequent retraining is {cadence}{_mark(facts, 'retraining_cadence')}."
        return Condition("retraining", State.NOT_MET, sentence)
    ask = "How often is the most frequently retrained model retrained, or its data refreshed?"
    if facts.ships_demand_or_fraud:
        because = "A demand or fraud model ships; such models are usually retrained at least weekly."
        return Condition("retraining", State.LIKELY, because, ask)
    return Condition("retraining", State.UNKNOWN, "How often models are retrained is not entered.", ask)


def _incidents(facts: Facts) -> Condition:
    count = facts.skew_or_drift_incidents_12m
    if count is None:
        ask = "How many production incidents in the last 12 months came from skew, drift or silent failure?"
        return Condition("incidents", State.UNKNOWN, "Incidents are not entered.", ask)
    incidents = _count(facts, "skew_or_drift_incidents_12m", "incident")
    because = f"{incidents} from skew, drift or silent failure in 12 months."
    return Condition("incidents", State.MET if count >= 1 else State.NOT_MET, because)


def _duplication(facts: Facts) -> Condition:
    teams = facts.teams_with_own_tooling
    if teams is None:
        ask = "How many teams maintain their own pipelines, training scripts or monitoring?"
        return Condition("duplication", State.UNKNOWN, "Teams with their own tooling are not entered.", ask)
    because = (
        f"{_count(facts, 'teams_with_own_tooling', 'team')} with their own pipelines, training scripts or monitoring; "
        f"{ENOUGH_TEAMS} are enough."
    )
    return Condition("duplication", State.MET if teams >= ENOUGH_TEAMS else State.NOT_MET, because)


def _compliance(facts: Facts) -> Condition:
    if facts.compliance is None:
        ask = "Must any model decision be explainable, audited or reproducible by law or contract?"
        return Condition("compliance", State.UNKNOWN, "Compliance needs are not entered.", ask)
    if facts.compliance:
        return Condition(
            "compliance", State.MET, "At least one model decision must be explainable, audited or reproducible."
        )
    return Condition("compliance", State.NOT_MET, "No model decision must be explainable, audited or reproducible.")


def _count(facts: Facts, name: str, noun: str) -> str:
    count = getattr(facts, name)
    return counted(count, noun) + ("" if count is None else _mark(facts, name))


def _mark(facts: Facts, name: str) -> str:
    other = dict(facts.others).get(name)
    if name in facts.measured:
        return " (measured)" if other is None else f" (measured; entered: {other})"
    return "" if other is None else f" (entered; measured: {other})"
