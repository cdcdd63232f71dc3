"""What a change asked for would be: every fault in it, and the configuration that comes of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from platform_site.access import SYSTEM
from platform_site.errors import Fault, Invalid
from registry.models import ModelVersion
from registry.serving.queries.changes import Change
from registry.serving.queries.deployments import serving_state
from registry.serving.rules import configuration, rollout
from registry.serving.rules.configuration import Configuration, Impact
from registry.versions.queries import gates
from registry.versions.queries.snapshots import trained_versions
from registry.versions.rules.gates import Verdict


class Proposal(NamedTuple):
    """A change as it was asked for; None leaves what serves as it is, and names with None go."""

    percent: int | None = None
    thresholds: Mapping[str, float | None] | None = None
    pins: Mapping[str, str | None] | None = None
    steps: Sequence[Mapping[str, int]] | None = None

    def upon(self, base: Configuration, version: str) -> Configuration:
        """What would serve."""
        percent = self.steps[-1]["percent"] if self.steps else self.percent
        return configuration.deployed(base, version, percent=percent, thresholds=self.thresholds, pins=self.pins)


def proposal_faults(version: ModelVersion, environment: str, asked: Proposal, reason: str) -> list[Fault]:
    """Everything that makes a change mean nothing."""
    faults = []
    if told := configuration.environment_refused(environment):
        faults.append(Fault("environment", "malformed", told))
    if asked.percent is not None and not 0 <= asked.percent <= 100:
        faults.append(Fault("traffic_percent", "out_of_range", "Give a percentage from 0 to 100."))
    faults += _threshold_faults(asked.thresholds or {})
    faults += _pin_faults(version, asked.pins or {})
    if len(reason) > 4_000:
        faults.append(Fault("reason", "too_long", "Give at most 4000 characters."))
    return faults or _traffic_faults(version, environment, asked)


def _traffic_faults(version: ModelVersion, environment: str, asked: Proposal) -> list[Fault]:
    serves = serving_state(version, environment).configuration.weights.get(version.version, 0)
    if asked.steps is not None:
        told = rollout.plan_refused(asked.steps, begins_at=serves)
        return [Fault("steps", "invalid", told)] if told else []
    if asked.percent is None and not serves:
        told = f"{version} does not serve in {environment} yet: say how much of the traffic it is to have."
        return [Fault("traffic_percent", "missing", told)]
    return []


class Preview(NamedTuple):
    """What a change would do: from what to what, how far it reaches, and what the gate would say. Nothing is stored."""

    base: Configuration
    head: Configuration
    reach: Impact
    verdict: Verdict


def preview(version: ModelVersion, environment: str, asked: Proposal, reason: str = "") -> Preview:
    """What a change would do if it were asked for now; Invalid with every fault."""
    if faults := proposal_faults(version, environment, asked, reason):
        raise Invalid(faults)
    serving = serving_state(version, environment)
    head = asked.upon(serving.configuration, version.version)
    change = Change(serving, version, environment, head, SYSTEM)  # nobody's: it is only looked at
    leading = change.leading
    verdict = gates.deployment_verdict(leading, environment=environment, pins=head.pins.get(leading.version))
    return Preview(change.base, head, change.reach, verdict)


def _threshold_faults(given: Mapping[str, float | None]) -> list[Fault]:
    refused = configuration.thresholds_refused(given)
    faults = [Fault(f"thresholds.{name}" if name else "thresholds", "malformed", told) for name, told in refused]
    wrong = [name for name, value in given.items() if value is not None and not math.isfinite(value)]
    return faults + [Fault(f"thresholds.{name}", "invalid", "Give a number, or null to remove it.") for name in wrong]


def _pin_faults(version: ModelVersion, given: Mapping[str, str | None]) -> list[Fault]:
    if not given:
        return []
    trained, faults = trained_versions(version), []
    for name, wanted in given.items():
        if name not in trained:
            known = ", ".join(sorted(trained)) or "none"
            told = f"{version} was not trained on {name!r}; its features: {known}."
            faults.append(Fault(f"feature_pins.{name}", "not_in_snapshot", told))
        elif wanted is not None and not trained[name].feature.versions.filter(name=wanted).exists():
            told = f"{name} has no version {wanted!r}: it was trained on at {trained[name].name}."
            faults.append(Fault(f"feature_pins.{name}", "unknown", told))
    return faults
