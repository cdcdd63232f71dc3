"""What a change asked for would be: every fault in it, and the configuration that comes of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db.models import QuerySet

from platform_site.errors import Fault, Invalid
from registry.domain import rollout, serving_config
from registry.domain.gates import Verdict
from registry.domain.serving_config import Configuration, Impact
from registry.models import ModelVersion, ServingRevision
from registry.queries import gates
from registry.queries.deployments import line
from registry.queries.snapshots import trained_versions


class Line(NamedTuple):
    """Where a change begins: the revision that serves, and the last one that somebody approved."""

    current: ServingRevision | None
    approved: ServingRevision | None

    @property
    def configuration(self) -> Configuration:
        return self.current.configuration if self.current else Configuration()

    @property
    def approved_configuration(self) -> Configuration | None:
        """None where it is the one that serves, or nothing was approved yet."""
        if self.approved is None or self.approved == self.current:
            return None
        return self.approved.configuration

    @property
    def next_number(self) -> int:
        return self.current.number + 1 if self.current else 1


class Proposal(NamedTuple):
    """A change as it was asked for; None leaves what serves as it is, and names with None go."""

    percent: int | None = None
    thresholds: Mapping[str, float | None] | None = None
    pins: Mapping[str, str | None] | None = None
    steps: Sequence[Mapping[str, int]] | None = None

    def upon(self, base: Configuration, version: str) -> Configuration:
        """What would serve."""
        percent = self.steps[-1]["percent"] if self.steps else self.percent
        return serving_config.deployed(base, version, percent=percent, thresholds=self.thresholds, pins=self.pins)


def line_of(version: ModelVersion, environment: str) -> Line:
    """The line that a version would be deployed on."""
    rows = line(version.model, environment)
    return Line(rows.first(), _approved(rows))


def _approved(rows: QuerySet[ServingRevision]) -> ServingRevision | None:
    """The last content that somebody approved. Going back to a change too small for that leaves it what it was then:
    otherwise small change, rollback and small change again would add up to one that nobody saw."""
    covered = rows.filter(covered_by__isnull=False)
    found = covered.first()
    while found is not None and found.restores is not None:
        restored = found.restores
        found = restored if restored.covered_by_id else covered.filter(number__lt=restored.number).first()
    return found


def proposal_faults(version: ModelVersion, environment: str, asked: Proposal, reason: str) -> list[Fault]:
    """Everything that makes a change mean nothing."""
    faults = []
    if told := serving_config.environment_refused(environment):
        faults.append(Fault("environment", "malformed", told))
    if asked.percent is not None and not 0 <= asked.percent <= 100:
        faults.append(Fault("traffic_percent", "out_of_range", "Give a percentage from 0 to 100."))
    faults += _threshold_faults(asked.thresholds or {})
    faults += _pin_faults(version, asked.pins or {})
    if len(reason) > 4_000:
        faults.append(Fault("reason", "too_long", "Give at most 4000 characters."))
    return faults or _traffic_faults(version, environment, asked)


def _traffic_faults(version: ModelVersion, environment: str, asked: Proposal) -> list[Fault]:
    serves = line_of(version, environment).configuration.weights.get(version.version, 0)
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
    line = line_of(version, environment)
    base, head = line.configuration, asked.upon(line.configuration, version.version)
    leading = leading_version(version, head, base)
    verdict = gates.deployment_verdict(leading, environment=environment, pins=head.pins.get(leading.version))
    return Preview(base, head, serving_config.impact(base, head, line.approved_configuration), verdict)


def leading_version(version: ModelVersion, head: Configuration, base: Configuration) -> ModelVersion:
    """The version whose gate decides about a change: the one asked for while it serves, else the one that gains most."""
    if head.weights.get(version.version) or not head.weights:
        return version
    gains = {name: weight - base.weights.get(name, 0) for name, weight in head.weights.items()}
    return version.model.versions.select_related("model").get(version=max(gains, key=lambda name: (gains[name], name)))


def _threshold_faults(given: Mapping[str, float | None]) -> list[Fault]:
    refused = serving_config.thresholds_refused(given)
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
