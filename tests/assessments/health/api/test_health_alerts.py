"""Alerts about figures over the API."""

from __future__ import annotations

import pytest

from tests.assessments.health.views.test_health_alerts import alert

__all__ = ["alert"]
pytestmark = pytest.mark.django_db


def test_they_are_listed_filtered_read_and_acknowledged(api, alert):
    lead, path = api("lead"), "/api/v1/health-alerts/"
    (row,) = lead.get(path, {"organization": "exampleco", "state": "open", "figure": "score"}).json()["results"]
    assert row == lead.get(f"{path}{alert.pk}/").json()
    assert (row["before"], row["before_of"], row["after"], row["organization"]) == (
        41.2,
        "assessment 1",
        33.3,
        "exampleco",
    )
    assert lead.get(path, {"figure": "ticket_load"}).json()["results"] == []
    assert api("viewer").post(f"{path}{alert.pk}/acknowledge/").status_code == 403
    assert lead.post(f"{path}{alert.pk}/acknowledge/").json()["state"] == "acknowledged"
