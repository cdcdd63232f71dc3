"""Scores over time and comparisons over the API."""

from __future__ import annotations

from datetime import date

import pytest

from assessments.health.actions.assessments import begin_assessment, publish_assessment

V1 = "/api/v1"


@pytest.fixture
def later(published, organization, lea):
    items = [{"capability": "model_registry", "status": "implemented"}]
    return publish_assessment(
        begin_assessment(organization, assessed_on=date(2026, 11, 20), items=items, actor=lea), actor=lea
    )


def test_a_history_is_oldest_first_and_names_what_changed(api, published, later):
    points = api("viewer").get(f"{V1}/organizations/exampleco/history/").json()["results"]
    assert [(point["assessment"], point["health_score"]) for point in points] == [
        (published.pk, 35.3),
        (later.pk, 41.2),
    ]
    assert [len(point["moves"]) for point in points] == [0, 1]
    assert points[1]["moves"][0]["direction"] == "forward"


def test_a_draft_is_not_in_the_history(api, draft):
    assert api("viewer").get(f"{V1}/organizations/exampleco/history/").json()["results"] == []


def test_a_comparison_has_both_scores_and_what_differs(api, published, later):
    answer = api("viewer").get(f"{V1}/assessments/compare/?base={later.pk}&head={published.pk}").json()
    assert (answer["base_score"], answer["head_score"]) == (41.2, 35.3)
    assert [(change["capability"], change["direction"]) for change in answer["changes"]] == [("model_registry", "back")]
