"""A requested change: every fault in it, and the configuration that it leads to."""

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
    """A requested change. None leaves what serves as it is; a name with None is removed."""

    percent: int | None = None
    thresholds: Mapping[str, float | None] | None = None
    pins: Mapping[str, str | None] | None = None
    steps: Sequence[Mapping[str, int]] | None = None
    shadow: bool | None = None  # at 0%: whether the version runs as shadow, or leaves

    def upon(self, base: Configuration, version: str) -> Configuration:
        """The configuration that would serve."""
        percent = self.steps[-1]["percent"] if self.steps else self.percent
        return configuration.deployed(
            base, version, percent=percent, shadow=self.shadow, thresholds=self.thresholds, pins=self.pins
        )


def proposal_faults(version: ModelVersion, environment: str, proposal: Proposal, reason: str) -> list[Fault]:
    """Everything that is wrong with a requested change."""
    faults = []
    if message := configuration.environment_problem(environment):
        faults.append(Fault("environment", "malformed", message))
    if proposal.percent is not None and not 0 <= proposal.percent <= 100:
        faults.append(
            Fault("traffic_percent", "out_of_range", f"{proposal.percent} is not a percentage from 0 to 100.")
        )
    faults += _threshold_faults(proposal.thresholds or {})
    faults += _pin_faults(version, proposal.pins or {})
    if len(reason) > 4_000:
        faults.append(
            Fault("reason", "too_long", f"The reason has {len(reason):,} characters; at most 4,000 are allowed.")
        )
    return faults or _traffic_faults(version, environment, proposal)


def _traffic_faults(version: ModelVersion, environment: str, proposal: Proposal) -> list[Fault]:
    share = serving_state(version, environment).configuration.weights.get(version.version)
    if proposal.shadow is not None and (proposal.percent or proposal.steps is not None):
        message = "Only a version at 0% runs as shadow or leaves. Give traffic_percent 0, or leave shadow out."
        return [Fault("shadow", "meaningless", message)]
    if proposal.steps is not None:
        problem = rollout.plan_problem(proposal.steps, begins_at=share or 0)
        return [Fault("steps", "invalid", problem)] if problem else []
    if proposal.percent is None and proposal.shadow is not None:
        message = f"shadow is {str(proposal.shadow).lower()}, and no traffic is given. Give traffic_percent 0 with it."
        return [Fault("traffic_percent", "missing", message)]
    if proposal.percent is None and share is None:
        message = (
            f"{version} does not serve in {environment} yet. Give its percentage of the traffic; 0 runs it as shadow."
        )
        return [Fault("traffic_percent", "missing", message)]
    return []


class Preview(NamedTuple):
    """What a change would do: both configurations, the impact, and what the gate would decide of the version that leads
    it. Nothing is stored."""

    base: Configuration
    head: Configuration
    reach: Impact
    leading: ModelVersion
    verdict: Verdict


def preview(version: ModelVersion, environment: str, proposal: Proposal, reason: str = "") -> Preview:
    """What a change would do if it were requested now; Invalid with every fault."""
    if faults := proposal_faults(version, environment, proposal, reason):
        raise Invalid(faults)
    serving = serving_state(version, environment)
    head = proposal.upon(serving.configuration, version.version)
    change = Change(serving, version, environment, head, SYSTEM)  # a preview has no requester
    leading = change.leading
    verdict = gates.deployment_verdict(leading, environment=environment, pins=head.pins.get(leading.version))
    return Preview(change.base, head, change.reach, leading, verdict)


def _threshold_faults(thresholds: Mapping[str, float | None]) -> list[Fault]:
    refused = configuration.threshold_problems(thresholds)
    faults = [Fault(f"thresholds.{name}" if name else "thresholds", "malformed", message) for name, message in refused]
    wrong = [name for name, value in thresholds.items() if value is not None and not math.isfinite(value)]
    return faults + [
        Fault(f"thresholds.{name}", "invalid", f"{name} is not a finite number. Give a number, or null to remove it.")
        for name in wrong
    ]


def _pin_faults(version: ModelVersion, pins: Mapping[str, str | None]) -> list[Fault]:
    if not pins:
        return []
    trained, faults = trained_versions(version), []
    for name, wanted in pins.items():
        if name not in trained:
            known = ", ".join(sorted(trained)) or "none"
            message = f"{version} was not trained on {name!r}. Choose from its features: {known}."
            faults.append(Fault(f"feature_pins.{name}", "not_in_snapshot", message))
        elif wanted is not None and not trained[name].feature.versions.filter(name=wanted).exists():
            message = f"{name} has no version {wanted!r}. {version} was trained on {trained[name].name}."
            faults.append(Fault(f"feature_pins.{name}", "unknown", message))
    return faults
