"""The form in which a team answers, and its answers beside the lead's form."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import TeamAnswer
from platform_site.people.models import Team

pytestmark = pytest.mark.django_db
SAID = {"team": "forecasting", "status_lineage": "implemented", "note_lineage": "The zebrafish commit is kept by hand."}


@pytest.fixture
def address(draft, organization):
    Team.objects.filter(slug="forecasting").update(organization=organization)
    return f"/assessments/{draft.pk}/answers/"


def test_a_contributor_answers_for_the_own_team(browser_of, address):
    visitor = browser_of("contributor")
    assert 'name="status_lineage"' in visitor.get(address).content.decode()
    saved = visitor.post(address, SAID, follow=True).content.decode()
    assert "Answers of" in saved
    assert "zebrafish" in saved
    answer = TeamAnswer.objects.get()
    assert (answer.team.slug, answer.status, answer.answered_by) == ("forecasting", "implemented", "contributor")
    again = visitor.post(address, SAID | {"status_audit_log": "missing"}, follow=True)
    assert again.status_code == 200
    assert TeamAnswer.objects.count() == 2  # what was said already is not stored again


@pytest.mark.parametrize(("name", "fields"), [("viewer", {}), ("admin", {}), ("contributor", {"team": "elsewhere"})])
def test_nobody_answers_for_another_team_and_everybody_reads(browser_of, address, name, fields):
    browser_of("contributor").post(address, SAID)
    visitor = browser_of(name)
    page = visitor.get(address, fields).content.decode()
    assert "zebrafish" in page
    assert 'name="status_lineage"' not in page
    assert visitor.post(address, SAID | fields).status_code == 403
    assert TeamAnswer.objects.count() == 1


def test_faults_stand_at_their_capability(browser_of, address):
    visitor = browser_of("contributor")
    answer = visitor.post(address, {"team": "forecasting", "status_lineage": "not_applicable", "note_audit_log": "x"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose a status for this note." in page
    answer = visitor.post(address, {"team": "forecasting", "status_lineage": "not_applicable"})
    assert "Write why lineage is not applicable." in answer.content.decode()
    assert visitor.post(address, {"team": "forecasting"}).status_code == 422


def test_the_lead_sees_the_answers_beside_the_cell_and_uses_one(browser_of, address, draft):
    browser_of("contributor").post(address, SAID)
    lead, answer = browser_of("lead"), TeamAnswer.objects.get()
    grid = lead.get(f"/assessments/{draft.pk}/edit/").content.decode()
    assert "zebrafish" in grid
    assert f"{address}{answer.pk}/use/" in grid
    fragment = lead.post(f"{address}{answer.pk}/use/", headers={"HX-Request": "true"}).content.decode()
    assert "as stated" in fragment
    assert draft.items.get(capability__name="lineage").status == "implemented"
    plain = lead.post(f"{address}{answer.pk}/use/", follow=True).content.decode()
    assert "lineage is now set to implemented, as the team answered." in plain
    assert (
        browser_of("contributor").post(f"{address}{answer.pk}/use/", headers={"HX-Request": "true"}).status_code == 403
    )


def test_the_grid_asks_the_same_queries_for_more_answers(browser_of, address, draft, django_assert_max_num_queries):
    lead, visitor = browser_of("lead"), browser_of("contributor")
    lead.get(f"/assessments/{draft.pk}/edit/")
    with CaptureQueriesContext(connection) as few:
        lead.get(f"/assessments/{draft.pk}/edit/")
    count = len(few)
    visitor.post(address, {"team": "forecasting"} | {f"status_{name}": "partial" for name in ("lineage", "audit_log")})
    lead.get(f"/assessments/{draft.pk}/edit/")  # the navigation counts what waits once after each change
    with django_assert_max_num_queries(count):
        lead.get(f"/assessments/{draft.pk}/edit/")
