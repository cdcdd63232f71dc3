"""The target, the initiatives and the exemption of the sample organization."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from assessments.health.queries.exemptions import exempt_of
from assessments.health.queries.targets import get_target
from assessments.initiatives.queries import list_initiatives, overdue
from assessments.models import Organization
from platform_site.audit.models import AuditEvent
from platform_site.roof.demo import goals, health


def test_the_goals_stand_beside_the_assessments_and_load_once(actors):
    health.load(actors["lead"])
    goals.load(actors["lead"])
    organization = Organization.objects.get(slug=health.SLUG)
    shown = get_target(organization)
    assert (shown.target.score, shown.target.level) == (60, "1")
    assert shown.progress.forecast.of == 4
    assert list(exempt_of(organization)) == ["compute_scaling"]
    rows = list_initiatives().filter(organization=organization)
    assert [row.state for row in rows] == ["in_progress", "in_progress", "proposed"]
    assert [row.owner for row in overdue(rows)] == ["person:lead"]
    count = AuditEvent.objects.count()
    goals.load(actors["lead"])
    assert AuditEvent.objects.count() == count


@pytest.mark.parametrize("days", range(0, 400, 13))
def test_a_quarter_ends_on_its_last_day(days):
    end = goals.quarter_end(timezone.localdate() + timedelta(days=days))
    assert end.month % 3 == 0
    assert (end + timedelta(days=1)).day == 1
    assert goals.quarter_end(date(2027, 2, 28)) == date(2027, 3, 31)
