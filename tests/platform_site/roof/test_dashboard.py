"""The first page on a Monday morning: what waits, what is open, what is contradicted, whether teams still come."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.adoption.actions import record_training_runs
from platform_site.access import SYSTEM
from registry.models import Alert, NoFeaturesConfirmation, Override, ServingReport

pytestmark = pytest.mark.django_db


def tiles(visitor) -> str:
    """The tiles at the top, as they read."""
    page = visitor.get("/").content.decode()
    start = page.index('<div class="tiles">')
    return " ".join(page[start : page.index("<section", start)].split())


def months_ago(count: int):
    day = timezone.now().replace(day=15)
    for _ in range(count):
        day = (day.replace(day=1) - timedelta(days=1)).replace(day=15)
    return day


def test_a_calm_morning_says_so(browser_of, organization, in_production):
    assert "another person must decide" in tiles(browser_of("lead")), "that it uses no features is not confirmed yet"
    NoFeaturesConfirmation.objects.create(model_version=in_production, confirmed_by="ann", confirmed_at=timezone.now())
    result = tiles(browser_of("lead"))
    assert "nothing to decide" in result
    assert "none is open" in result


def test_the_groups_of_the_published_assessment_are_drawn(browser_of, published):
    page = browser_of("lead").get("/").content.decode()
    assert '<section class="card" aria-label="The eight groups">' in page
    assert 'data-chart="groups"' in page


def test_what_asks_for_somebody_stands_on_top(browser_of, organization, in_production, published):
    now = timezone.now()
    Override.objects.create(
        model_version=in_production, causes=[], reason="The sale.", requested_by="cora", requested_at=now,
        expires_at=now + timedelta(days=1),
    )  # fmt: skip
    report = ServingReport.objects.create(
        model_version=in_production, environment="production", window_start=now - timedelta(hours=1), window_end=now,
        features={}, reported_by="cora", reported_at=now,
    )  # fmt: skip
    Alert.objects.create(
        model=in_production.model, serving_report=report, environment="production", title="Skew", opened_at=now
    )
    for ago, teams in ((3, "abc"), (2, "ab"), (1, "a")):
        run = {"model": "m", "started_at": months_ago(ago), "succeeded": True}
        record_training_runs([run | {"team": team} for team in teams], actor=SYSTEM)
    result = tiles(browser_of("lead"))
    for words in (
        "another person must decide", "open or acknowledged", "contradicted by measurement",
        "adoption fell two months in a row", f"/assessments/{published.pk}/#evidence", "/registry/alerts/",
    ):  # fmt: skip
        assert words in result
