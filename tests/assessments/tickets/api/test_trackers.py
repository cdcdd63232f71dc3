"""How far trackers were read, over the API."""

from __future__ import annotations

import pytest
from django.utils import timezone

from assessments.models import TrackerSync

pytestmark = pytest.mark.django_db


def test_each_tracker_with_how_its_last_reading_ended(api):
    now = timezone.now()
    TrackerSync.objects.create(name="ml", kind="github", state="failed", due_at=now, created_at=now, error="No token.")
    [row] = api("viewer", scopes=("read",)).get("/api/v1/ticket-trackers/").json()["results"]
    assert (row["name"], row["state"], row["error"], row["organization"]) == ("ml", "failed", "No token.", None)
