"""What checks do when a feature changes, and what the registry says of an event that is sent; connected in `registry.apps`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from platform_site.access import Actor
from platform_site.webhooks.rules.messages import Event
from platform_site.webhooks.rules.notices import Details
from registry.checks.actions.checks import run_checks_of
from registry.checks.actions.parity_runs import compare_each
from registry.checks.actions.run_alerts import resolve_alerts_of_superseded
from registry.checks.queries.event_details import details_of_events
from registry.models import CheckRun, Feature, FeatureVersion


def queue_parity_runs(
    sender: object, pairs: Sequence[tuple[FeatureVersion, FeatureVersion]], actor: Actor, **_: Any
) -> dict[int, CheckRun]:
    """Compare each new version with the one before it on the real rows; by the new version's key."""
    return compare_each(pairs, actor=actor)


def follow_current(sender: object, feature: Feature, version: FeatureVersion, **_: Any) -> None:
    """Resolve the alerts about the version that was set back from, run again the checks of the one that is current now."""
    resolve_alerts_of_superseded(feature)
    run_checks_of(version)


def describe_events(sender: object, events: Sequence[Event], **_: Any) -> dict[int, Details]:
    """What the registry adds to notices about its records."""
    return details_of_events(events)
