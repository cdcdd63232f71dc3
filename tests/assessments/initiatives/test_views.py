"""Initiatives in the browser: made with one click from where the gap is seen, listed, changed, commented on."""

from __future__ import annotations

import pytest

from assessments.initiatives.actions.initiatives import propose_initiative
from assessments.models import Initiative
from assessments.organizations.actions import add_organization

pytestmark = pytest.mark.django_db
NEW = "/initiatives/new/"
FILLED = {"title": "A tested rollback", "capabilities": ["deployment_rollback"], "target": "implemented", "owner": ""}


@pytest.fixture
def rollback(organization, lea):
    return propose_initiative(organization, title="A tested rollback", capabilities=["deployment_rollback"],
                              target="implemented", actor=lea)  # fmt: skip


def test_a_recommendation_leads_to_a_form_that_is_filled_in(published, browser_of):
    page = browser_of("lead").get(f"/assessments/{published.pk}/").content.decode()
    link = f"{NEW}?organization=exampleco&amp;capability=lineage&amp;from=recommendation:lineage"
    assert link in page
    assert NEW not in browser_of("viewer").get(f"/assessments/{published.pk}/").content.decode()
    form = browser_of("lead").get(
        f"{NEW}?organization=exampleco&capability=lineage&from=recommendation:lineage&title=All"
    )
    html = form.content.decode()
    assert "Proposed from a\n  recommendation." in html
    assert form.context["form"]["capabilities"].value() == ["lineage"]
    assert 'value="All"' in html


def test_the_gap_shows_who_works_on_it_instead_of_the_link(published, browser_of, lea):
    rollback = propose_initiative(
        published.organization, title="All parity", capabilities=["feature_parity"], target="implemented", actor=lea
    )
    for path in (f"/assessments/{published.pk}/", "/organizations/exampleco/strategy/"):
        html = browser_of("lead").get(path).content.decode()
        assert f'href="/initiatives/{rollback.pk}/"' in html, path
        assert "capability=feature_parity&amp;from" not in html, path
        assert "Make\n  an initiative" in html, path


def test_one_is_proposed_with_where_it_comes_from(organization, browser_of):
    visitor = browser_of("contributor")
    answer = visitor.post(f"{NEW}?from=postmortem:7", FILLED)
    made = Initiative.objects.get()
    assert (answer.status_code, answer.url, made.origin) == (
        302,
        f"/initiatives/{made.pk}/",
        {"kind": "postmortem", "id": "7"},
    )
    refused = visitor.post(NEW, FILLED | {"capabilities": [], "link": "nowhere", "title": ""})
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"title", "link", "capabilities"})
    assert visitor.post(NEW, FILLED | {"capabilities": []}).context["form"].errors["capabilities"]
    assert browser_of("viewer").get(NEW).status_code == 403


def test_it_is_changed_and_commented_on_where_it_is_read(rollback, browser_of):
    lead, path = browser_of("lead"), f"/initiatives/{rollback.pk}/"
    assert lead.post(path, FILLED | {"state": "dropped"}).context["form"].errors["reason"]
    assert lead.post(path, FILLED | {"state": "in_progress", "effort_days": "12"}).status_code == 302
    rollback.refresh_from_db()
    assert (rollback.state, rollback.effort_days) == ("in_progress", 12)
    assert lead.post(f"{path}comments/", {"text": "Half of it runs."}).status_code == 302
    html = browser_of("viewer").get(path).content.decode()
    assert "Half of it runs." in html
    assert "Save initiative" not in html


def test_the_list_is_of_one_organization_and_narrows(rollback, browser_of, lea):
    add_organization(slug="northwind", name="Northwind", actor=lea)
    visitor = browser_of("lead")
    assert (
        "A tested rollback"
        in visitor.get("/initiatives/?organization=exampleco&state=proposed&owner=none").content.decode()
    )
    assert "Nothing matches" in visitor.get("/initiatives/?organization=exampleco&overdue=1").content.decode()
    assert "A tested rollback" not in visitor.get("/initiatives/?organization=northwind").content.decode()


def test_there_is_none_to_propose_without_an_organization(db, browser_of):
    assert browser_of("lead").get(NEW).status_code == 404
    assert browser_of("lead").get("/initiatives/").status_code == 200
