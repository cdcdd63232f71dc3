"""The page of an organization's strategy, its file, and the forms of what can be decided."""

from __future__ import annotations

import pytest

from assessments.models import RecoveryDecision, Rehearsal, SourcingDecision
from assessments.organizations.actions import change_organization

pytestmark = pytest.mark.django_db
PATH = "/organizations/exampleco/strategy/"
TRAINING, LINEAGE = f"{PATH}sourcing/3/", f"{PATH}recovery/lineage/"


@pytest.fixture
def known(published, lea):
    values = {"compliance": True, "platform_engineers": 2, "on_call_engineers": 0, "people_served": 12}
    return change_organization(
        published.organization, shipping_teams=3, managed_cannot_meet="nothing", **values, actor=lea
    )


def test_the_page_tells_the_advice_with_its_figures(browser_of, known):
    page = browser_of("viewer").get(f"{PATH}?part=all").content.decode()
    for text in (
        "1 : 6",
        "0.67",
        "own versioning",
        "Managed services, with a thin wrapper",
        "2 platform engineers, nobody on call, no need beyond managed services",
    ):
        assert text in page
    assert "Decide" not in page


def test_the_page_of_an_organization_of_which_nothing_is_known_asks(browser_of, organization):
    page = browser_of("lead").get(f"{PATH}?part=all").content.decode()
    assert page.count("Question:") > 10
    assert "No capability runs yet" in page


def test_each_part_has_its_address_and_facts_have_titles(browser_of, known):
    visitor = browser_of("viewer")
    plan, facts = (visitor.get(f"{PATH}?part={part}").content.decode() for part in ("plan", "facts"))
    assert 'aria-current="page">Plan</a>' in plan
    assert "Build, buy or open source" not in plan
    assert "People who build models on the platform" in facts
    assert visitor.get(f"{PATH}?part=nothing").context["part"] == "plan"


def test_a_regulated_organization_sees_what_it_takes_and_what_is_held(browser_of, api, known):
    page = browser_of("viewer").get(PATH).content.decode()
    assert "No decision is reported yet: serving posts each with its explanation." in page
    rows = api("viewer").get("/api/v1/organizations/exampleco/strategy/").json()["obligations"]
    assert [row["word"] for row in rows] == ["Explainable", "Audited", "Reproducible"]
    assert rows[1]["holds"][0]["begun"]


def test_where_nobody_routes_around_there_is_nothing_to_recover(browser_of, known, lea):
    change_organization(known, teams_with_own_tooling=0, actor=lea)
    page = browser_of("viewer").get(f"{PATH}?part=recovery").content.decode()
    assert "there is nothing to recover" in page


def test_a_lead_decides_and_goes_back_to_the_proposal(browser_of, known):
    lead = browser_of("lead")
    assert "Machines and schedulers page people" in lead.get(TRAINING).content.decode()
    assert lead.post(TRAINING, {"choice": "open_source", "reason": ""}).status_code == 422
    assert lead.post(TRAINING, {"choice": "open_source", "reason": "It runs."}).status_code == 302
    page = lead.get(f"{PATH}?part=all").content.decode()
    assert "Decided by lead" in page
    assert "Proposed: Buy" in page
    assert lead.post(TRAINING, {"withdraw": "1"}).status_code == 302
    assert not SourcingDecision.objects.exists()


def test_a_lead_decides_who_should_run_a_capability(browser_of, known):
    assert browser_of("lead").post(LINEAGE, {"keeper": "managed", "reason": "Our vendor does."}).status_code == 302
    assert RecoveryDecision.objects.get().keeper == "managed"


def test_a_lead_records_a_rehearsal(browser_of, known, in_production):
    lead, values = (
        browser_of("lead"),
        {"model": "demand", "version": "v1", "rehearsed_on": "2026-11-02", "hours": "3.5"},
    )
    assert lead.post(f"{PATH}rehearsals/", values | {"version": "v9"}).status_code == 422
    assert lead.post(f"{PATH}rehearsals/", values | {"rebuilt": "on"}).status_code == 302
    assert Rehearsal.objects.get().recorded_by == "lead"
    assert "the last rehearsal took 3.5 hours" in lead.get(f"{PATH}?part=all").content.decode()


@pytest.mark.parametrize("path", [TRAINING, LINEAGE, f"{PATH}rehearsals/"])
def test_others_decide_and_record_nothing(browser_of, known, path):
    assert browser_of("viewer").get(path).status_code == 403
    assert browser_of("viewer").post(path, {"withdraw": "1"}).status_code == 403


@pytest.mark.parametrize("path", [f"{PATH}sourcing/0/", f"{PATH}sourcing/9/", f"{PATH}recovery/audit_log/"])
def test_what_is_not_there_to_decide_is_not_found(browser_of, known, path):
    assert browser_of("lead").get(path).status_code == 404


def test_the_file_tells_the_same(browser_of, known):
    answer = browser_of("viewer").get(f"{PATH}strategy.md")
    text = answer.content.decode()
    assert answer["Content-Disposition"].endswith('filename="exampleco-strategy.md"')
    assert "## Phase 1, regulated: " in text
    assert "- [x] One deployment path, with a rehearsed rollback (done)" in text
    assert "| Governance | build (compliance) |" in text
    assert "1. compute\\_scaling: " in text


@pytest.mark.parametrize(
    ("model", "value"),
    [
        ("sourcingdecision", {"group": "Training", "choice": "build", "reason": "We can."}),
        ("recoverydecision", {"keeper": "managed", "reason": "They can."}),
        (
            "rehearsal",
            {"model": "demand", "version": "v1", "rehearsed_on": "2026-11-02", "hours": "3", "rebuilt": "on"},
        ),
    ],
)
def test_the_same_is_entered_in_the_admin(browser_of, known, in_production, model, value):
    lead, path = browser_of("lead"), f"/admin/assessments/{model}/"
    capability = known.assessments.first().items.first().capability_id
    value |= {"organization": known.pk} | ({"capability": capability} if model == "recoverydecision" else {})
    assert lead.post(f"{path}add/", value | {"organization": ""}).status_code == 200
    assert lead.post(f"{path}add/", value).status_code == 302
    assert lead.get(path).status_code == 200
    changed = lead.post(f"{path}1/change/", value | {"reason": "Still."})
    assert changed.status_code == (403 if model == "rehearsal" else 302)
