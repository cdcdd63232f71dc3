"""Exemptions over the API, and what they change of every other answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.health.actions.exemptions import grant_exemption
from assessments.organizations.actions import add_organization

pytestmark = pytest.mark.django_db
V1 = "/api/v1"
LATER = timezone.localdate() + timedelta(days=90)
REASON = "The zebrafish contract ends"
LEAVE = {"organization": "exampleco", "capability": "feature_parity", "reason": REASON, "ends_on": LATER.isoformat()}


def test_an_exemption_is_granted_read_listed_and_ended(api, organization):
    lead, viewer = api("lead"), api("viewer")
    made = lead.post(f"{V1}/exemptions/", LEAVE, format="json")
    assert made.status_code == 201
    content = made.json()
    assert {name: content[name] for name in LEAVE} == LEAVE
    assert (content["state"], content["granted_by"], content["ended_at"]) == ("in_force", "lead", None)
    assert viewer.get(f"{V1}/exemptions/{content['id']}/").json() == content
    for query, count in (
        ("", 1),
        ("in_force=true", 1),
        ("in_force=false", 0),
        ("capability=lineage", 0),
        ("search=zebra", 1),
    ):
        assert viewer.get(f"{V1}/exemptions/?{query}").json()["count"] == count
    ended = lead.post(f"{V1}/exemptions/{content['id']}/end/", {"reason": "Renewed."}, format="json").json()
    assert (ended["state"], ended["ended_by"], ended["end_reason"]) == ("ended", "lead", "Renewed.")
    assert viewer.get(f"{V1}/exemptions/?in_force=true").json()["count"] == 0
    again = lead.post(f"{V1}/exemptions/{content['id']}/end/", {}, format="json")
    assert (again.status_code, again.json()["code"]) == (409, "exemption_ended")
    assert lead.post(f"{V1}/exemptions/77/end/", {}, format="json").status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "fields"),
    [
        ({}, 400, {"organization", "capability", "reason", "ends_on"}),
        (LEAVE | {"capability": "luck", "ends_on": "2020-01-01"}, 422, {"capability", "ends_on"}),
        (LEAVE | {"ends_on": "soon"}, 400, {"ends_on"}),
    ],
)
def test_a_wrong_exemption_is_refused_with_every_fault(api, organization, body, status, fields):
    answer = api("lead").post(f"{V1}/exemptions/", body, format="json")
    assert (answer.status_code, {error["field"] for error in answer.json()["errors"]}) == (status, fields)


def test_plan_and_recommendations_leave_it_out_and_the_score_stays(api, organization, published):
    viewer, summary = api("viewer"), f"{V1}/assessments/{published.pk}/summary/"
    before = viewer.get(summary).json()
    assert "feature_parity" in {gap["capability"] for gap in before["recommendations"]}
    api("lead").post(f"{V1}/exemptions/", LEAVE, format="json")
    after = viewer.get(summary).json()
    assert "feature_parity" not in {gap["capability"] for gap in after["recommendations"]}
    [left_out] = after["left_out"]
    assert (left_out["capability"], left_out["until"], left_out["reason"]) == (
        "feature_parity",
        LATER.isoformat(),
        REASON,
    )
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {"recommendations", "left_out", "next_step"}
    plan = viewer.get(f"{V1}/organizations/exampleco/strategy/").json()["plan"]
    assert "feature_parity" not in {row["capability"] for row in (*plan["steps"], *plan["deferred"])}
    assert [row["capability"] for row in plan["left_out"]] == ["feature_parity"]


@pytest.mark.parametrize("kind", ["json", "md", "csv", "html", "text"])
def test_every_report_says_what_is_left_out_and_why(api, organization, published, kind):
    api("lead").post(f"{V1}/exemptions/", LEAVE, format="json")
    report = api("viewer").get(f"{V1}/assessments/{published.pk}/report/?format={kind}").content.decode()
    assert REASON in report
    assert f"Left out until {LATER.day} {LATER:%B %Y}" in report


@pytest.mark.parametrize("kind", ["json", "md", "html"])
def test_the_review_names_what_is_left_out_and_what_ended(api, organization, published, kind):
    address = f"{V1}/organizations/exampleco/review/?format={kind}"
    assert "No capability is left out" in api("viewer").get(address).content.decode()
    made = api("lead").post(f"{V1}/exemptions/", LEAVE, format="json").json()
    assert (
        "Left out: Training and serving compute the same feature values until"
        in api("viewer").get(address).content.decode()
    )
    api("lead").post(f"{V1}/exemptions/{made['id']}/end/", {}, format="json")
    assert "Ended since" in api("viewer").get(address).content.decode()


def test_an_exemption_of_another_organization_is_in_no_answer(api, organization, published, lea):
    other = add_organization(slug="northwind", name="Northwind Retail", actor=lea)
    grant_exemption(other, capability="feature_parity", reason=REASON, ends_on=LATER, actor=lea)
    viewer = api("viewer")
    for path in (
        "exemptions/?organization=exampleco", f"assessments/{published.pk}/summary/", "organizations/exampleco/strategy/",
        "organizations/exampleco/review/", f"assessments/{published.pk}/report/?format=json",
    ):  # fmt: skip
        assert REASON not in viewer.get(f"{V1}/{path}").content.decode()
    assert viewer.get(f"{V1}/exemptions/?organization=northwind").json()["count"] == 1
