"""An organization's strategy over the API."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db
PATH = "/api/v1/organizations/exampleco/strategy/"
REHEARSALS = "/api/v1/organizations/exampleco/rehearsals/"
FACTS = {
    "compliance": True, "platform_engineers": 1, "on_call_engineers": 0, "people_served": 12, "shipping_teams": 3,
    "managed_cannot_meet": "nothing", "serves_batch": True, "serves_on_device": False,
}  # fmt: skip
REHEARSAL = {"model": "demand", "version": "v1", "rehearsed_on": "2026-11-02", "rebuilt": True, "hours": 3.25}


def test_what_nobody_knows_is_asked(api, organization):
    body = api("viewer").get(PATH).json()
    assert (body["assessment"], body["verdict"], body["plan"]["kind"]) == (None, "not_yet", "project_level")
    assert body["plan"]["ask"]
    assert [row["group"] for row in body["sourcing"] if row["choice"]] == ["Data & Features", "Registry & Artifacts"]
    assert all(row["proposed"]["ask"] for row in body["sourcing"])
    assert (body["build_depth"]["choice"], len(body["build_depth"]["asks"])) == ("unknown", 4)
    assert (len(body["operating_model"]["asks"]), len(body["golden_path"]["asks"])) == (2, 3)
    assert body["readiness"]["state"] == "nothing_in_production"


def test_facts_said_over_the_api_are_advised_upon(api, published):
    lead = api("lead")
    assert lead.patch("/api/v1/organizations/exampleco/", FACTS, format="json").status_code == 200
    body = lead.get(PATH).json()
    assert body["assessment"] == published.pk
    assert body["plan"]["kind"] == "phase_1_regulated"
    assert [step["capability"] for step in body["plan"]["steps"]][:2] == ["model_registry", "feature_parity"]
    assert {"capability", "why", "until"} <= set(body["plan"]["deferred"][0])
    governance = body["sourcing"][-1]
    assert (governance["choice"], governance["by_compliance"], governance["decided"]) == ("build", True, None)
    assert (body["build_depth"]["choice"], body["build_depth"]["ratio"]) == ("managed", "1 : 12")
    assert (body["operating_model"]["model"], body["operating_model"]["office_hours"]) == ("hybrid", True)
    assert [flavour["mode"] for flavour in body["golden_path"]["flavours"]] == ["batch"]
    assert next(row["capability"] for row in body["recovery"] if row["keeper"] == "managed") == "compute_scaling"
    assert {fact["name"]: fact["value"] for fact in body["facts"]}["people_served"] == 12


def test_a_decision_stands_beside_its_proposal_until_it_is_taken_back(api, published):
    lead = api("lead")
    lead.patch("/api/v1/organizations/exampleco/", FACTS, format="json")
    decision = {"choice": "open_source", "reason": "It runs already."}
    keeper = {"lineage": {"keeper": "managed", "reason": "Our vendor keeps it."}}
    body = lead.patch(PATH, {"sourcing": {"Training": decision}, "recovery": keeper}, format="json").json()
    row = body["sourcing"][2]
    assert (row["choice"], row["proposed"]["choice"], row["decided"]["decided_by"]) == ("open_source", "buy", "lead")
    assert "lineage" in [row["capability"] for row in body["recovery"] if row["keeper"] == "managed"]
    body = lead.patch(PATH, {"sourcing": {"Training": None}}, format="json").json()
    assert (body["sourcing"][2]["choice"], body["sourcing"][2]["decided"]) == ("buy", None)


BAD = [
    ({"sourcing": {"Training": {"choice": "steal", "reason": "x"}}}, 400),
    ({"sourcing": {"Training": {"choice": "buy", "reason": "x", "why": "x"}}}, 400),
    ({"sourcing": {"Baking": {"choice": "buy", "reason": "x"}}}, 422),
    ({"recovery": {"flying": None}}, 422),
    ({"recovery": []}, 400),
    ({"everything": {}}, 400),
]


@pytest.mark.parametrize(("value", "status"), BAD)
def test_what_makes_no_sense_is_refused_by_field(api, organization, value, status):
    answer = api("lead").patch(PATH, value, format="json")
    assert answer.status_code == status
    assert answer.json()["errors"][0]["field"].split(".")[0] == next(iter(value))


def test_more_on_call_than_there_are_is_refused(api, organization):
    values = {"platform_engineers": 2, "on_call_engineers": 3}
    answer = api("lead").patch("/api/v1/organizations/exampleco/", values, format="json")
    assert (answer.status_code, "on call" in answer.json()["detail"]) == (422, True)


def test_a_viewer_decides_and_records_nothing(api, organization, in_production):
    assert api("viewer").patch(PATH, {"sourcing": {"Training": None}}, format="json").status_code == 403
    assert api("viewer").post(REHEARSALS, REHEARSAL, format="json").status_code == 403


def test_a_rehearsal_answers_whether_a_model_can_be_rebuilt(api, organization, in_production):
    lead = api("lead")
    before = lead.get(PATH).json()["readiness"]
    assert (before["complete"], before["total"]) == (1, 1)
    assert before["state"] == "not_rehearsed"
    assert lead.post(REHEARSALS, REHEARSAL, format="json").json()["hours"] == 3.25
    assert lead.get(PATH).json()["readiness"]["state"] == "ready"
    assert lead.get(REHEARSALS).json()["count"] == 1


@pytest.mark.parametrize("hours", ["nan", 0, -1, 1e9, "soon"])
def test_hours_that_are_none_are_refused(api, organization, in_production, hours):
    assert api("lead").post(REHEARSALS, REHEARSAL | {"hours": hours}, format="json").status_code == 400
