"""What checks do when a feature changes; connected in `registry.apps`."""

from __future__ import annotations

from typing import Any

from platform_site.access import Actor
from registry.checks.actions.alerts import resolve_alerts_of_superseded
from registry.checks.actions.checks import compare_versions, run_checks_of
from registry.models import CheckRun, Feature, FeatureVersion


def queue_parity_run(
    sender: object, base: FeatureVersion, version: FeatureVersion, actor: Actor, **_: Any
) -> CheckRun | None:
    """Compare a new version with the one before it on the real rows; None while their data is not bound."""
    return compare_versions(base, version, actor=actor)


def follow_current(sender: object, feature: Feature, version: FeatureVersion, **_: Any) -> None:
    """Resolve the alerts about the version that was set back from, run again the checks of the one that is current now."""
    resolve_alerts_of_superseded(feature)
    run_checks_of(version)
