"""What the health side follows of others is connected when the site starts."""

from __future__ import annotations

import pytest
from django.dispatch import Signal

from assessments.health.signals import assessment_published
from platform_site.people.signals import team_changed


def receivers(signal: Signal) -> set[str]:
    """The receivers of a signal, by module and name."""
    sync, _ = signal._live_receivers(None)
    return {f"{receiver.__module__}.{receiver.__name__}" for receiver in sync}


@pytest.mark.parametrize(
    ("signal", "receiver"),
    [
        (team_changed, "assessments.tickets.receivers.follow_team"),
        (assessment_published, "assessments.initiatives.receivers.follow_assessment"),
    ],
)
def test_it_follows(signal, receiver):
    assert receiver in receivers(signal)
