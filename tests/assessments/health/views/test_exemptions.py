"""Exemptions in the browser: their page, and every page that shows them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.health.actions.assessments import begin_assessment
from assessments.health.actions.exemptions import grant_exemption
from assessments.initiatives.actions.initiatives import propose_initiative
from assessments.models import Exemption
from assessments.organizations.actions import add_organization

pytestmark = pytest.mark.django_db
PAGE = "/organizations/exampleco/exemptions/"
LATER = timezone.localdate() + timedelta(days=90)
REASON = "The zebrafish contract ends"
SAID = f"Left out until {LATER.day} {LATER:%B %Y}: {REASON}."
LEAVE = {"capability": "feature_parity", "reason": REASON, "ends_on": LATER.isoformat()}


@pytest.fixture
def exemption(organization, lea):
    return grant_exemption(organization, **LEAVE | {"ends_on": LATER}, actor=lea)


@pytest.fixture
def next_draft(published, organization, lea):
    return begin_assessment(organization, assessed_on=timezone.localdate(), actor=lea)


def test_a_lead_grants_and_ends_one_on_its_page(browser_of, organization):
    visitor = browser_of("lead")
    assert "No exemptions" in visitor.get(PAGE).content.decode()
    shown = visitor.post(PAGE, LEAVE, follow=True).content.decode()
    assert "Exemption granted." in shown
    assert REASON in shown
    made = Exemption.objects.get()
    assert "Grant exemption" not in browser_of("viewer").get(PAGE).content.decode()
    ended = visitor.post(f"{PAGE}{made.pk}/end/", {"reason": "Renewed."}, follow=True).content.decode()
    assert "It is proposed again." in ended
    assert "Renewed." in ended


def test_a_fault_stands_at_its_field(browser_of, organization):
    answer = browser_of("lead").post(PAGE, LEAVE | {"ends_on": "2020-01-01"})
    assert answer.status_code == 422
    assert "2020-01-01 is not a last day for an exemption" in answer.content.decode()


def test_one_of_another_organization_is_not_ended_here(browser_of, exemption, lea):
    add_organization(slug="northwind", name="Northwind Retail", actor=lea)
    answer = browser_of("lead").post(f"/organizations/northwind/exemptions/{exemption.pk}/end/")
    assert answer.status_code == 404
    assert Exemption.objects.get().in_force


def test_the_page_takes_the_capability_from_the_address(browser_of, organization):
    assert '<option value="lineage" selected' in browser_of("lead").get(f"{PAGE}?capability=lineage").content.decode()


@pytest.mark.parametrize(
    "path", ["/assessments/{published}/", "/assessments/{draft}/edit/", "/organizations/exampleco/strategy/"]
)
def test_report_grid_and_strategy_say_until_when_and_why(browser_of, published, next_draft, exemption, path):
    page = browser_of("lead").get(path.format(published=published.pk, draft=next_draft.pk)).content.decode()
    assert SAID in page


def test_the_review_and_initiatives_show_it(browser_of, organization, published, exemption, lea):
    about = {"title": "Parity", "capabilities": ["feature_parity"], "target": "implemented"}
    work = propose_initiative(organization, **about, actor=lea)
    visitor = browser_of("lead")
    assert REASON in visitor.get("/organizations/exampleco/review/").content.decode()
    assert f"(left out until {LATER.day} {LATER:%b %Y})" in visitor.get("/initiatives/").content.decode()
    assert SAID in visitor.get(f"/initiatives/{work.pk}/").content.decode()
    assert SAID in visitor.get("/initiatives/new/?capability=feature_parity").content.decode()
