"""The gates: PROCEED or BLOCKED, with every reason, what an override covers, and the ways out (G5, G6).

>>> gate(stage="production", conflicts=()).decision
<Decision.PROCEED: 'PROCEED'>
>>> gate(stage="archived", conflicts=()).reasons
('The model version is archived. Register a new one.',)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from registry.versions.rules.compatibility import Conflict, RestsOn, Severity, SourceChange
from registry.versions.rules.lifecycle import stage_refusal
from registry.versions.rules.message import reason_of
from registry.versions.rules.observed import MissingPart
from registry.versions.rules.overrides import ApprovedOverride, Cause, covered
from registry.versions.rules.policies import CheckResult


class Decision(StrEnum):
    """What a gate decides."""

    PROCEED = "PROCEED"
    BLOCKED = "BLOCKED"


class WayOut(NamedTuple):
    """One way to open the gate: its kind, what to do, and the feature or source table and its version, if any."""

    kind: str
    do: str
    feature: str = ""
    version: str = ""
    source_table: str = ""


class Overridden(NamedTuple):
    """A reason that would have blocked, and the override that covers it."""

    reason: str
    override: int


class Approvers(NamedTuple):
    """Who can approve an override: the first names, and how many more there are."""

    names: tuple[str, ...] = ()
    more: int = 0


NOTHING_COMPARED, NOBODY = RestsOn(), Approvers()


class Verdict(NamedTuple):
    """A gate's decision and what it is based on. ``reasons`` are why it blocks, ``causes`` the same with their keys.

    ``missing`` is what an observed version lacks, None of a registered one: what is missing blocks nothing.
    """

    decision: Decision
    conflicts: tuple[Conflict, ...] = ()
    causes: tuple[Cause, ...] = ()
    ways_out: tuple[WayOut, ...] = ()
    overridden: tuple[Overridden, ...] = ()
    checks: tuple[CheckResult, ...] = ()
    rests_on: RestsOn = NOTHING_COMPARED
    approvers: Approvers = NOBODY
    open_alerts: tuple[str, ...] = ()
    missing: tuple[MissingPart, ...] | None = None

    @property
    def proceeds(self) -> bool:
        return self.decision is Decision.PROCEED

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(cause.sentence for cause in self.causes)

    def as_dict(self) -> dict[str, Any]:
        return {
            "decision": str(self.decision),
            "conflicts": [self._described(conflict) for conflict in self.conflicts],
            "reasons": list(self.reasons),
            "ways_out": [way._asdict() for way in self.ways_out],
            "overridden": [entry._asdict() for entry in self.overridden],
            "checks": [result.as_dict() for result in self.checks],
            "rests_on": self.rests_on._asdict(),
            "open_alerts": list(self.open_alerts),
            "missing_parts": None if self.missing is None else [part._asdict() for part in self.missing],
        }

    def _described(self, conflict: Conflict) -> dict[str, Any]:
        """A conflict with the people who can approve an override of it, or confirm it."""
        names, more = self.approvers if conflict.blocks else NOBODY
        return conflict.as_dict() | {"approvers": list(names), "more_approvers": more}


def gate(
    *,
    stage: str,
    conflicts: Sequence[Conflict],
    alerts: Sequence[Cause] = (),
    checks: Sequence[CheckResult] = (),
    overrides: Iterable[ApprovedOverride] = (),
    at: datetime | None = None,
    environment: str = "",
    basis: RestsOn = NOTHING_COMPARED,
    approvers: Approvers = NOBODY,
    open_alerts: Sequence[str] = (),
    missing: Sequence[MissingPart] | None = None,
) -> Verdict:
    """Decide from the compatibility conflicts, the stage, the open blocking alerts and the promotion policies.

    ``overrides`` are approved ones, and ``at`` is the moment at which they must still be in force; ``environment`` is
    where the version would serve, if the question is about one. ``basis`` says what the comparison rests on,
    ``approvers`` who could approve an override, and ``open_alerts`` are those that do not block. ``missing`` is what an
    observed version lacks: of such a version only what is known can block, not what is missing.
    """
    if missing is not None:
        conflicts = [
            conflict if conflict.feature else conflict._replace(severity=Severity.INFO) for conflict in conflicts
        ]
    blocking = [conflict for conflict in conflicts if conflict.blocks]
    causes = [
        *(Cause(conflict.key, reason_of(conflict.as_dict()), conflict.overridable) for conflict in blocking),
        *_stage_causes(stage, environment),
        *alerts,
        *(Cause(result.key, result.sentence) for result in checks if result.closes),
    ]
    covering = covered(causes, overrides, at=at) if at else {}
    closing = tuple(cause for cause in causes if cause.key not in covering)
    overridden = tuple(Overridden(cause.sentence, covering[cause.key]) for cause in causes if cause.key in covering)
    return Verdict(
        Decision.BLOCKED if closing else Decision.PROCEED,
        tuple(conflicts),
        closing,
        _ways_out_of(closing, blocking),
        overridden,
        tuple(checks),
        basis,
        approvers,
        tuple(open_alerts),
        None if missing is None else tuple(missing),
    )


def _ways_out_of(closing: Sequence[Cause], conflicts: Sequence[Conflict]) -> tuple[WayOut, ...]:
    """What would open the gate for all causes that close it, those of conflicts first."""
    keys = {cause.key for cause in closing}
    ways = ways_out([conflict for conflict in conflicts if conflict.key in keys])
    ways += tuple(STAGE_WAYS.get(cause.key, PROMOTE) for cause in closing if cause.key.startswith(STAGE))
    if any(cause.key.startswith(SKEW) for cause in closing):
        ways += (SERVE,)
    if any(cause.overridable for cause in closing):
        ways += (OVERRIDE,)
    return ways


STAGE = "stage:"
OBSERVED = "The model version is observed: supply its missing parts, so that it is registered, before it is deployed from here."
SUPPLY = WayOut("supply", "Supply the missing parts of this version: import it again, or PATCH its parts.")
PROMOTE = WayOut("promote", "Promote this version to production.")
STAGE_WAYS = {
    f"{STAGE}registered": WayOut("promote", "Promote this version to staging."),
    f"{STAGE}observed": SUPPLY,
    f"{STAGE}archived": WayOut("register", "Register a new version of the model."),
}
SKEW = "skew:"
SERVE = WayOut("serve", "Let serving compute the definitions that are due, and report a later window.")
CONFIRM = WayOut("confirm", "Ask an approver to confirm that this version uses no registered features.")
OVERRIDE = WayOut("override", "Request an override: with a reason, for a limited time, approved by another person.")


def skew_cause(environment: str, feature: str, expected: str, reported: str, *, until: datetime) -> Cause:
    """That serving computes another definition of a feature, by the newest report of an environment.

    >>> from datetime import UTC
    >>> skew_cause("production", "orders", "aaaa", "bbbb", until=datetime(2026, 11, 23, 9, tzinfo=UTC)).sentence
    'Serving in production computes orders at bbbb instead of aaaa (report until 2026-11-23 09:00 UTC).'
    """
    computes = f"Serving in {environment} computes {feature} at {reported} instead of {expected}"
    return Cause(
        f"{SKEW}{environment}:{feature}:{expected}>{reported}", f"{computes} (report until {until:%Y-%m-%d %H:%M} UTC)."
    )


def ways_out(blocking: Sequence[Conflict]) -> tuple[WayOut, ...]:
    """What would open the gate for these conflicts, the safest way first."""
    ways: list[WayOut] = []
    for conflict in blocking:
        if not conflict.overridable:
            ways.append(CONFIRM)
        elif conflict.source:
            ways.append(_way_back(conflict.source))
        elif conflict.trained_on and conflict.current:
            ways += _ways_for_a_change(conflict.feature, conflict.trained_on)
        else:
            ways.append(
                WayOut("snapshot", "Record which version of each feature the model was trained on.", conflict.feature)
            )
    if any(conflict.overridable for conflict in blocking):
        ways.append(WayOut("retrain", "Train a new model version on the current definitions and register it."))
    return tuple(dict.fromkeys(ways))


def _way_back(change: SourceChange) -> WayOut:
    before, table = change.before, change.after.table
    back = f"Set the source table's current version back: {table} to version {before.number} ({before.name}), for every model."
    return WayOut("source", back, version=before.name, source_table=table)


def _ways_for_a_change(feature: str, trained_on: str) -> tuple[WayOut, WayOut]:
    pin = f"Pin {feature} to {trained_on}, so that serving computes what the model was trained on."
    back = f"Set the current version of {feature} back to {trained_on}, for every model."
    return WayOut("pin", pin, feature, trained_on), WayOut("rollback", back, feature, trained_on)


def _stage_causes(stage: str, environment: str) -> tuple[Cause, ...]:
    sentences = {
        "registered": "The model version was never promoted. Promote it to staging first.",
        "archived": "The model version is archived. Register a new one.",
    }
    if stage == "observed":  # whoever deploys elsewhere gets advice; nothing that is not whole is deployed here
        sentences[stage] = OBSERVED if environment else ""
    sentence = sentences.get(stage) or (environment and stage_refusal(environment, stage))
    return (Cause(f"{STAGE}{stage}", sentence, overridable=False),) if sentence else ()
