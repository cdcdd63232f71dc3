"""What the database itself refuses of postmortems, and what one says of its own detection."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from assessments.models import Postmortem


@pytest.mark.parametrize(
    "change",
    [
        lambda incident: {"lesson_2": ""},
        lambda incident: {"would_have_been_seen_at": incident.happened_at - timedelta(seconds=1)},
        lambda incident: {"seen_at": incident.would_have_been_seen_at - timedelta(seconds=1)},
        lambda incident: {"published_at": timezone.now()},
    ],
)
def test_the_database_refuses_what_makes_no_timeline(incident, change):
    with pytest.raises(IntegrityError):
        Postmortem.objects.filter(pk=incident.pk).update(**change(incident))


def test_how_late_it_was_seen(incident):
    late = incident.seen_at - incident.would_have_been_seen_at
    assert incident.seconds_too_late == late.total_seconds() > 0
    assert len(incident.lessons) == 3
    assert "20 days" in incident.sentence or "21 days" in incident.sentence
