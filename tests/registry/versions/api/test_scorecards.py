"""The scorecard has the facts of the model's page."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db


def test_the_facts_of_a_model_with_links(api, in_production):
    card = api("viewer", scopes=("read",)).get("/api/v1/scorecards/demand/").json()
    assert (card["entity"], card["state"], card["owner_team"]) == (
        "component:default/demand",
        "not_deployed",
        "forecasting",
    )
    facts = {fact["title"]: fact for fact in card["facts"]}
    assert facts["Training snapshot"]["met"] is True
    assert facts["Parity watched"]["met"] is False
    assert facts["Parity watched"]["url"] == "http://testserver/registry/checks/new/?kind=log_parity"
    assert card["badge"].endswith("/demand.svg")
