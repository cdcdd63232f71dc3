"""An organization over time and two assessments compared, on pages and over the API."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.health.actions.assessments import begin_assessment, publish_assessment


@pytest.fixture
def later(published, organization, lea):
    moved = [{"capability": "model_registry", "status": "implemented"}]
    begun = begin_assessment(organization, assessed_on=date(2026, 11, 20), items=moved, actor=lea)
    return publish_assessment(begun, actor=lea)


def test_two_assessments_differ_by_what_moved(api, published, later):
    answer = api("viewer").get(f"/api/v1/assessments/compare/?base={published.pk}&head={later.pk}").json()
    moved = {"capability": "model_registry", "before": "partial", "after": "implemented", "direction": "forward"}
    assert answer["changes"] == [moved]
    assert answer["head_score"] > answer["base_score"] == 35.3


def test_the_page_of_a_comparison_names_what_moved(browser_of, published, later):
    page = browser_of("viewer").get(f"/assessments/compare/?base={published.pk}&head={later.pk}")
    assert b"1 capability differs" in page.content


@pytest.mark.parametrize(("requested", "status"), [("", 422), ("base=x&head=1", 422), (f"base={10**25}&head=1", 422)])
def test_a_comparison_of_nothing_says_what_to_give(api, browser_of, requested, status):
    assert api("viewer").get(f"/api/v1/assessments/compare/?{requested}").status_code == status
    assert browser_of("viewer").get(f"/assessments/compare/?{requested}").status_code == status


def test_a_history_tells_what_moved_each_score(api, later):
    points = api("viewer").get("/api/v1/organizations/exampleco/history/").json()["results"]
    assert [point["health_score"] for point in points] == [35.3, 41.2]
    assert [move["capability"] for move in points[1]["moves"]] == ["model_registry"]


def test_a_history_costs_the_same_queries_for_more_assessments(browser_of, organization, published, lea):
    visitor, costs = browser_of("viewer"), []
    for more in (1, 6):
        for day in range(more):
            begun = begin_assessment(organization, assessed_on=date(2025, more, 1) + timedelta(day), actor=lea)
            publish_assessment(begun, actor=lea)
        with CaptureQueriesContext(
            connection,
        ) as result:
            assert visitor.get("/organizations/exampleco/").status_code == 200
        costs.append(len(result))
    assert costs[0] == costs[1] <= 8


def test_an_organization_without_a_published_assessment_says_so(browser_of, draft):
    assert b"Nothing published yet" in browser_of("viewer").get("/organizations/exampleco/").content
