"""Overrides and policies in the browser, short of the browser."""

from __future__ import annotations

import pytest

from registry.models import GatePolicy, Override
from registry.versions.forms import ChecksField, PolicyForm
from tests.registry.conftest import FIXED, register
from tests.registry.versions.views.test_models import VERSION, text


@pytest.fixture
def blocked(in_production, cora):
    register(FIXED, cora)
    return in_production


@pytest.fixture
def requested(browser_of, blocked):
    answer = browser_of("contributor").post(f"{VERSION}override/", {"reason": "Friday.", "days": 7}, follow=True)
    assert "The override is requested." in text(answer)
    return Override.objects.get()


def test_what_it_would_cover_stands_beside_the_form(browser_of, blocked):
    page = browser_of("contributor").get(f"{VERSION}override/")
    assert "orders_3d: The definition changed since training" in text(page)
    refused = browser_of("contributor").post(f"{VERSION}override/", {"reason": "", "days": 99})
    assert set(refused.context["form"].errors) == {"reason", "days"}


def test_another_person_approves_and_every_page_says_so(browser_of, requested):
    assert "Approve" not in text(browser_of("contributor").get("/registry/overrides/"))
    approver = browser_of("approver")
    assert "Approve" in text(approver.get("/registry/overrides/"))
    answer = approver.post(f"/registry/overrides/{requested.pk}/approve/", {"reason": "Seen."}, follow=True)
    assert "approved and in force" in text(answer)
    for path in (VERSION, "/registry/features/orders_3d/", "/registry/overrides/"):
        assert "Friday." in text(browser_of("viewer").get(path)), path
    assert "1 override in force" in text(browser_of("viewer").get("/"))
    shown = text(browser_of("viewer").get(VERSION))
    assert "PROCEED under override" in shown
    assert "Approved by approver: Seen." in shown


def test_whoever_asked_is_refused_at_the_door_too(browser_of, requested):
    answer = browser_of("contributor").post(f"/registry/overrides/{requested.pk}/approve/", follow=True)
    assert "another person must decide" in text(answer)
    assert browser_of("approver").post(f"/registry/overrides/{requested.pk}/shrug/").status_code == 404
    browser_of("approver").post(f"/registry/overrides/{requested.pk}/reject/")
    requested.refresh_from_db()
    assert requested.state == "rejected"


POLICY = {"name": "errors", "checks": "mape <= 0.15\nmape @ region=north <= 0.2 (informs)", "reason": "first"}


def test_a_lead_saves_a_policy_and_its_next_version(browser_of, people):
    lead = browser_of("lead")
    assert "errors v1 is saved and in force" in text(lead.post("/registry/policies/", POLICY, follow=True))
    page = lead.get("/registry/policies/?policy=errors")
    assert page.context["form"]["checks"].value() == POLICY["checks"]
    lead.post("/registry/policies/", POLICY | {"checks": "mape < 0.1", "owner_team": ""})
    newest = GatePolicy.objects.filter(name="errors").first()
    assert (newest.number, newest.checks[0]["operator"]) == (2, "<")


def test_a_looser_version_leads_to_the_request_that_waits(browser_of, people):
    lead = browser_of("lead")
    lead.post("/registry/policies/", POLICY)
    page = text(lead.post("/registry/policies/", POLICY | {"checks": "mape <= 0.5", "reason": "Later."}, follow=True))
    assert "waits until another person approves it" in page
    assert "mape &lt;= 0.15 becomes mape &lt;= 0.5" in page
    assert GatePolicy.objects.filter(name="errors").count() == 1
    assert "Loosen policy errors" in text(lead.get("/registry/policies/"))


def test_faults_stand_at_their_fields(browser_of, people):
    page = browser_of("lead").post("/registry/policies/", {"name": "No Name", "checks": "mape about 3"})
    assert set(page.context["form"].errors) == {"checks", "reason"}
    page = browser_of("contributor").post("/registry/policies/", POLICY)
    assert "Only leads set" in text(page)
    assert not GatePolicy.objects.filter(name="errors").exists()


@pytest.mark.parametrize(
    ("line", "check"),
    [
        ("mape <= 0.15", ("mape", "", "<=", 0.15, True)), ("auc>.9", ("auc", "", ">", 0.9, True)),
        ("mae @ origin=LGA < 1e1", ("mae", "origin=LGA", "<", 10.0, True)),
        ("bias >= -1 (informs)", ("bias", "", ">=", -1.0, False)),
    ],
)  # fmt: skip
def test_a_check_is_written_as_people_say_it(line, check):
    (result,) = ChecksField().clean(line)
    assert tuple(result.values()) == check


def test_a_policy_survives_its_own_form(db):
    policy = GatePolicy(name="x", checks=ChecksField().clean(POLICY["checks"]))
    assert ChecksField().clean(PolicyForm.initial_of(policy)["checks"]) == policy.checks
