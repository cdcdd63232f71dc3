"""A team that registers a model version has come to the platform."""

from __future__ import annotations

import pytest
from django.utils import timezone

from assessments.adoption.actions import add_entry
from assessments.adoption.queries import adoption_now
from assessments.models import ModelProject
from platform_site.access import SYSTEM
from registry.published.teams import Arrival, arrivals

pytestmark = pytest.mark.django_db


def counted() -> tuple[int, int]:
    month = adoption_now(None).projects[-1]
    return month.started, month.on_platform


def test_nobody_came_before_the_first_registration(model):
    assert arrivals(None) == []
    assert counted() == (0, 0)


def test_the_first_registration_of_a_team_is_a_project_on_the_platform(in_production):
    today = in_production.registered_at.date()
    assert arrivals(None) == [Arrival("forecasting", today)]
    assert counted() == (1, 1)


def test_a_project_that_the_team_reported_itself_is_not_counted_twice(in_production):
    values = {"team": "forecasting", "started_on": timezone.now().date()}
    add_entry(ModelProject, name="around", **values, on_platform=False, actor=SYSTEM)
    assert counted() == (2, 1)
    add_entry(ModelProject, name="demand", **values, on_platform=True, actor=SYSTEM)
    assert counted() == (2, 1)
