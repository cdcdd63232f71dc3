"""What an event does to an incident at its receivers: open it, acknowledge it, resolve it. Pure: standard library alone.

>>> incident_of("alert.opened", "alert:3", {})
Incident(key='alert:3', step=<Step.TRIGGER: 'trigger'>)
>>> incident_of("gate.decided", "model_version:demand/v1", {"gate": "deployment", "decision": "PROCEED"})
Incident(key='gate:deployment:model_version:demand/v1', step=<Step.RESOLVE: 'resolve'>)
>>> incident_of("check_run.finished", "check_run:3", {}) is None
True
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

TEST = "webhook.tested"
BLOCKED, DECIDED = "gate.blocked", "gate.decided"
LONGEST_KEY = 200


class Step(StrEnum):
    """What happens to an incident, in PagerDuty's words."""

    TRIGGER = "trigger"
    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"


class Incident(NamedTuple):
    """What an event is about, by the same key from the first event to the last, and what it does."""

    key: str
    step: Step


ALERTS = ("alert", "health_alert")
STEPS = {
    "opened": Step.TRIGGER,
    "updated": Step.TRIGGER,
    "reopened": Step.TRIGGER,
    "acknowledged": Step.ACKNOWLEDGE,
    "resolved": Step.RESOLVE,
}


def incident_of(name: str, subject: str, payload: Any) -> Incident | None:
    """The incident of an event, if a later event ends what it is about."""
    content = payload if isinstance(payload, Mapping) else {}
    noun, _, verb = name.partition(".")
    if noun in ALERTS and verb in STEPS:
        return Incident(subject[:LONGEST_KEY], STEPS[verb])
    if name in (BLOCKED, DECIDED):
        step = Step.TRIGGER if content.get("decision") == "BLOCKED" else Step.RESOLVE
        return Incident(f"gate:{content.get('gate', '')}:{subject}"[:LONGEST_KEY], step)
    if name == TEST:
        return Incident(f"test:{subject}"[:LONGEST_KEY], Step(content.get("step", Step.TRIGGER)))
    return None


def unpaged(patterns: Iterable[str]) -> list[str]:
    """The patterns that a pager cannot take: nothing in Plumbline would ever end their incidents.

    >>> unpaged(["alert.*", "gate.blocked", "gate.decided", "deployment.*", "*"])
    ['gate.decided', 'deployment.*', '*']
    """
    return [name for name in patterns if name != BLOCKED and name.partition(".")[0] not in ALERTS]
