"""The deployment gate: PROCEED or BLOCKED, with every reason and the ways out (G5).

>>> deployment_gate(stage="production", conflicts=(), blocking_alerts=()).decision
<Decision.PROCEED: 'PROCEED'>
>>> deployment_gate(stage="archived", conflicts=(), blocking_alerts=()).reasons
('The model version is archived: register a new one.',)
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from registry.domain.compatibility import Conflict


class Decision(StrEnum):
    """What a gate says."""

    PROCEED = "PROCEED"
    BLOCKED = "BLOCKED"


class WayOut(NamedTuple):
    """One thing that would open the gate: its kind, what to do, and the feature and version it concerns if any."""

    kind: str
    do: str
    feature: str = ""
    version: str = ""


class Verdict(NamedTuple):
    """A gate's answer and what it saw."""

    decision: Decision
    conflicts: tuple[Conflict, ...] = ()
    reasons: tuple[str, ...] = ()
    ways_out: tuple[WayOut, ...] = ()

    @property
    def proceeds(self) -> bool:
        return self.decision is Decision.PROCEED

    def as_dict(self) -> dict[str, Any]:
        return {
            "decision": str(self.decision),
            "conflicts": [conflict.as_dict() for conflict in self.conflicts],
            "reasons": list(self.reasons),
            "ways_out": [way._asdict() for way in self.ways_out],
        }


def deployment_gate(*, stage: str, conflicts: Sequence[Conflict], blocking_alerts: Sequence[str]) -> Verdict:
    """Decide from the compatibility conflicts, the promotion that still stands and the open blocking alerts."""
    blocking = [conflict for conflict in conflicts if conflict.blocks]
    reasons = (*(_reason(conflict) for conflict in blocking), *_stage_reasons(stage), *blocking_alerts)
    if not reasons:
        return Verdict(Decision.PROCEED, tuple(conflicts))
    return Verdict(Decision.BLOCKED, tuple(conflicts), reasons, ways_out(blocking))


def ways_out(blocking: Sequence[Conflict]) -> tuple[WayOut, ...]:
    """What would open the gate for the conflicts given, the safest first."""
    ways: list[WayOut] = []
    for conflict in blocking:
        if conflict.trained_on and conflict.current:
            ways += _ways_for_a_change(conflict)
        else:
            ways.append(
                WayOut("snapshot", "Record which version of each feature the model was trained on.", conflict.feature)
            )
    if ways:
        ways.append(WayOut("retrain", "Train a new model version on the current definitions and register it."))
    return tuple(dict.fromkeys(ways))


def _ways_for_a_change(conflict: Conflict) -> tuple[WayOut, WayOut]:
    return (
        WayOut(
            "pin",
            f"Pin {conflict.feature} to {conflict.trained_on}: serving then computes what the model was trained on.",
            conflict.feature,
            conflict.trained_on or "",
        ),
        WayOut(
            "rollback",
            f"Set the current version of {conflict.feature} back to {conflict.trained_on}, for every model.",
            conflict.feature,
            conflict.trained_on or "",
        ),
    )


def _reason(conflict: Conflict) -> str:
    return f"{conflict.feature}: {conflict.issue}" if conflict.feature else conflict.issue


def _stage_reasons(stage: str) -> tuple[str, ...]:
    sentences = {
        "registered": "The model version was never promoted: promote it to staging first.",
        "archived": "The model version is archived: register a new one.",
    }
    return (sentences[stage],) if stage in sentences else ()
