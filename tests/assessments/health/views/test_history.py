"""An organization over time and two assessments compared, on pages and over the API."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.health.actions.assessments import begin_assessment, publish_assessment
from assessments.health.actions.rubrics import make_rubric
from tests.assessments.health.actions.test_rubrics import OWN


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
        visitor.get("/organizations/exampleco/")  # the navigation counts what waits once after each change
        with CaptureQueriesContext(connection) as result:
            assert visitor.get("/organizations/exampleco/").status_code == 200
        costs.append(len(result))
    assert costs[0] == costs[1] <= 9


def test_an_organization_without_a_published_assessment_says_so(browser_of, draft):
    assert b"Nothing published yet" in browser_of("viewer").get("/organizations/exampleco/").content


def test_the_matrix_has_a_status_for_each_capability_and_assessment(browser_of, published, later):
    matrix = browser_of("viewer").get("/organizations/exampleco/matrix/").context["matrix"]
    assert [column.assessment for column in matrix.columns] == [published, later]
    assert [column.summary.health_score for column in matrix.columns] == [35.3, 41.2]
    assert len(matrix.rows) == 17
    cells = {row.capability: [cell.status for cell in row.cells] for row in matrix.rows}
    assert cells["model_registry"] == ["partial", "implemented"]


def test_one_rubric_of_the_readers_choice_judges_the_whole_matrix(browser_of, published, later, organization, lea):
    make_rubric(organization, levels=OWN, reason="Agreed in March.", actor=lea)
    viewer, path = browser_of("viewer"), "/organizations/exampleco/matrix/"

    def labels(query=""):
        matrix = viewer.get(path + query).context["matrix"]
        return [column.summary.confirmed.label for column in matrix.columns]

    standard = ["Level 0 — Ad hoc", "Level 1 — Repeatable Pipelines"]
    assert labels("?rubric=standard") == standard
    assert labels("?rubric=1") == labels() != standard
    for wrong in ("9", "own", "9" * 30):
        assert viewer.get(f"{path}?rubric={wrong}").status_code == 404


def test_the_matrix_shows_what_was_measured_at_publication(browser_of, draft, in_production, lea):
    publish_assessment(draft, actor=lea)
    page = browser_of("viewer").get("/organizations/exampleco/matrix/").content.decode()
    assert "1/1 measured" in page
    assert "0/1 measured" in page


def test_the_days_of_an_axis_are_those_of_the_assessments_and_few(browser_of, organization, lea):
    for day in range(20):
        begun = begin_assessment(organization, assessed_on=date(2026, 10, 1) + timedelta(day), actor=lea)
        publish_assessment(begun, actor=lea)
    axis = browser_of("viewer").get("/organizations/exampleco/").context["chart"].figure["layout"]["xaxis"]
    assert len(axis["tickvals"]) <= 8
    assert len(set(axis["ticktext"])) == len(axis["ticktext"])
    assert axis["tickvals"][-1] == "2026-10-20"


def test_an_organization_without_assessments_leads_to_its_first(browser_of, organization):
    page = browser_of("lead").get("/organizations/exampleco/").content.decode()
    assert "/assessments/new/?organization=exampleco" in page
    assert "/assessments/new/" not in browser_of("viewer").get("/organizations/exampleco/").content.decode()


def test_one_assessment_is_not_compared_with_itself(browser_of, organization, lea):
    publish_assessment(begin_assessment(organization, assessed_on=date(2026, 10, 1), actor=lea), actor=lea)
    page = browser_of("viewer").get("/organizations/exampleco/").content.decode()
    assert "Compare two assessments" not in page
    assert "the\n        first</span>" in page
