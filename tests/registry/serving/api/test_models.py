"""The silence limit of a model over the API."""

from __future__ import annotations

import pytest

from registry.models.model_versions import MOST_HOURS

PATH = "/api/v1/models/demand/"


def limited(client, hours):
    return client.patch(PATH, {"silent_after_hours": hours}, format="json")


@pytest.mark.parametrize("hours", [1, MOST_HOURS])
def test_a_limit_from_one_hour_to_the_most_is_set(api, model, hours):
    answer = limited(api("contributor"), hours)
    assert (answer.status_code, answer.json()["silent_after_hours"]) == (200, hours)
    assert api("viewer").get(PATH).json()["silent_after_hours"] == hours


@pytest.mark.parametrize("hours", [0, MOST_HOURS + 1, None, "2", 1.5])
def test_any_other_is_refused_and_nothing_changes(api, model, hours):
    answer = limited(api("contributor"), hours)
    assert answer.status_code == 400
    assert {error["field"] for error in answer.json()["errors"]} == {"silent_after_hours"}
    model.refresh_from_db()
    assert model.silent_after_hours == 24


def test_only_the_team_of_the_model_sets_it(api, model):
    assert limited(api("stranger"), 2).status_code == 403
    assert api("contributor").patch("/api/v1/models/none/", {"silent_after_hours": 2}, format="json").status_code == 404
