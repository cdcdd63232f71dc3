"""What teams answer, over the API."""

from __future__ import annotations

import pytest

from assessments.models import TeamAnswer
from platform_site.people.models import Team

pytestmark = pytest.mark.django_db
BODY = {"team": "forecasting", "answers": [{"capability": "lineage", "status": "partial", "note": "By hand."}]}


@pytest.fixture
def address(draft, organization):
    Team.objects.filter(slug="forecasting").update(organization=organization)
    return f"/api/v1/assessments/{draft.pk}/answers/"


def test_a_contributor_answers_and_a_lead_uses_it(api, address, draft):
    made = api("contributor").post(address, BODY, format="json")
    assert made.status_code == 201
    [answer] = made.json()
    assert (answer["team"], answer["capability"], answer["status"], answer["answered_by"]) == (
        "forecasting", "lineage", "partial", "contributor",
    )  # fmt: skip
    assert api("viewer").get(address).json()["results"] == [answer]
    assert api("contributor").post(f"{address}{answer['id']}/use/").status_code == 403
    used = api("lead").post(f"{address}{answer['id']}/use/").json()
    [item] = [item for item in used["items"] if item["capability"] == "lineage"]
    assert (item["status"], item["notes"]) == ("partial", "By hand.")
    assert api("lead").post(f"{address}{answer['id'] + 1}/use/").status_code == 404


def test_replaced_answers_stay_and_the_newest_can_be_asked_for(api, address):
    for status in ("partial", "implemented"):
        answers = [BODY["answers"][0] | {"status": status}]
        api("contributor").post(address, BODY | {"answers": answers}, format="json")
    listed = {query: api("viewer").get(address + query).json() for query in ("", "?standing=true", "?standing=false")}
    assert [[row["status"] for row in answer["results"]] for answer in listed.values()] == [
        ["implemented", "partial"], ["implemented"], ["partial"],
    ]  # fmt: skip
    assert api("viewer").get(f"{address}?team=nobody").json()["count"] == 0


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"team": "forecasting"}, 400, "answers"),
        (BODY | {"answers": [{"capability": "lineage"}]}, 400, "answers.0.status"),
        (BODY | {"answers": [{"capability": "lineage", "status": "done"}]}, 400, "answers.0.status"),
        (BODY | {"answers": [{"capability": "luck", "status": "partial"}]}, 422, "answers.0.capability"),
        (BODY | {"answers": [{"capability": "lineage", "status": "not_applicable"}]}, 422, "answers.0.note"),
    ],
)
def test_a_wrong_answer_is_refused_by_its_field(api, address, body, status, field):
    answer = api("contributor").post(address, body, format="json")
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (status, [field])
    assert not TeamAnswer.objects.exists()


def test_another_team_is_answered_for_by_nobody(api, address):
    for name, team in (("contributor", "elsewhere"), ("admin", "forecasting"), ("viewer", "forecasting")):
        assert api(name).post(address, BODY | {"team": team}, format="json").status_code == 403
