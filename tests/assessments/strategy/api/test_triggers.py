"""The conditions over the API."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db
PATH = "/api/v1/organizations/exampleco/triggers/"


def test_facts_in_the_request_are_evaluated_and_nothing_is_stored(api):
    answer = api("viewer").post("/api/v1/triggers/evaluate/", {"production_models": 3}, format="json").json()
    assert (answer["verdict"], answer["most_urgent"], len(answer["conditions"])) == ("phase_1", ["scale"], 5)


def test_a_word_that_is_not_a_cadence_is_refused(api):
    answer = api("viewer").post("/api/v1/triggers/evaluate/", {"retraining_cadence": "often"}, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "retraining_cadence")


def test_an_organization_has_its_facts_and_what_changed_since_the_last_evaluation(api, organization):
    lead = api("lead")
    assert lead.get(PATH).json()["kept_at"] is None
    assert lead.post(PATH).status_code == 201
    lead.patch("/api/v1/organizations/exampleco/", {"compliance": True}, format="json")
    answer = lead.get(PATH).json()
    assert answer["kept_at"] is not None
    assert [(change["id"], change["before"], change["after"]) for change in answer["moved"]] == [
        ("compliance", "unknown", "met")
    ]
