"""What the registry follows of its own, and answers to people, is connected when the site starts."""

from __future__ import annotations

import pytest

from platform_site.people.signals import policy_teams
from registry.features.signals import current_set, versions_added


@pytest.mark.parametrize(
    ("signal", "receiver"),
    [
        (versions_added, "registry.checks.receivers.queue_parity_runs"),
        (current_set, "registry.checks.receivers.follow_current"),
        (policy_teams, "registry.versions.queries.policies.owning_teams"),
    ],
)
def test_it_follows(signal, receiver):
    sync, _ = signal._live_receivers(None)
    assert receiver in {f"{each.__module__}.{each.__name__}" for each in sync}
