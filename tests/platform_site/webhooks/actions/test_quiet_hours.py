"""Everybody sets their own quiet hours, on record."""

from __future__ import annotations

from datetime import time

import pytest

from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed
from platform_site.webhooks.actions.quiet_hours import end_quiet_hours, set_quiet_hours
from platform_site.webhooks.models import QuietHours

pytestmark = pytest.mark.django_db
NIGHT = {"begins": time(22), "ends": time(7), "time_zone": "Europe/Berlin"}


def test_they_are_set_changed_and_ended_on_record(people, actor):
    viewer = people["viewer"]
    set_quiet_hours(viewer, **NIGHT, actor=actor("viewer"))
    set_quiet_hours(viewer, **NIGHT, actor=actor("viewer"))
    assert (
        str(set_quiet_hours(viewer, **NIGHT | {"ends": time(8)}, actor=actor("viewer")))
        == "22:00 to 08:00, Europe/Berlin"
    )
    end_quiet_hours(viewer, actor=actor("viewer"))
    assert not QuietHours.objects.exists()
    events = [
        row.content for row in AuditEvent.objects.filter(action__startswith="user.quiet_hours").order_by("sequence")
    ]
    assert events[0]["time_zone"] == {"from": "", "to": "Europe/Berlin"}
    assert events[1] == {"ends": {"from": "07:00:00", "to": "08:00:00"}}
    assert events[2]["begins"] == {"from": "22:00:00", "to": ""}


def test_nobody_sets_those_of_another(people, actor):
    with pytest.raises(NotAllowed):
        set_quiet_hours(people["viewer"], **NIGHT, actor=actor("admin"))
    with pytest.raises(NotAllowed):
        end_quiet_hours(people["viewer"], actor=actor("lead"))


def test_every_fault_is_reported_at_once(people, actor):
    with pytest.raises(Invalid) as refused:
        set_quiet_hours(
            people["viewer"], begins=time(22), ends=time(22), time_zone="Mars/Olympus", actor=actor("viewer")
        )
    assert [fault.field for fault in refused.value.faults] == ["ends", "time_zone"]
    assert "Mars/Olympus is not a time zone" in refused.value.faults[1].message
