"""Marking a model as regulated, over the API."""

from __future__ import annotations

import pytest

PATH = "/api/v1/models/demand/regulated/"
BODY = {"regulated": True, "reason": "It decides on credit."}


def test_a_lead_marks_a_model_and_a_contributor_may_not(api, model):
    assert api("contributor").put(PATH, BODY, format="json").status_code == 403
    assert api("lead").put(PATH, BODY, format="json").json()["regulated"] is True
    models = api("viewer").get("/api/v1/models/?regulated=true").json()["results"]
    assert [listed["name"] for listed in models] == ["demand"]


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"regulated": "perhaps"}, 400, "regulated"),
        ({"regulated": None}, 400, "regulated"),
        ({"reason": "x" * 4_001}, 400, "reason"),
        ({"since": "2026-01-01"}, 400, "since"),
    ],
)
def test_a_malformed_body_is_refused_by_its_field(api, model, changed, status, field):
    answer = api("lead").put(PATH, BODY | changed, format="json")
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (status, [field])
    model.refresh_from_db()
    assert not model.regulated


def test_a_model_that_does_not_exist_is_not_found(api, model):
    assert api("lead").put("/api/v1/models/nothing/regulated/", BODY, format="json").status_code == 404
