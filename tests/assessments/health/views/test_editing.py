"""The grid: cells saved one by one, two editors kept apart, drafts begun from files, publication asked for twice."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.health.actions.assessments import change_assessment, publish_assessment, state_capability
from assessments.models import Assessment
from assessments.organizations.actions import archive_organization, change_organization
from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent

MINE = {"status": "partial", "priority": "high", "notes": "half", "evidence_url": ""}


@pytest.fixture
def lead(browser_of, draft):
    return browser_of("lead")


@pytest.fixture
def item(draft):
    return draft.items.get(capability__name="lineage")


def cell(draft, item) -> str:
    return f"/assessments/{draft.pk}/items/{item.pk}/"


def begin(lead, **fields):
    values = {"organization": "exampleco", "assessed_on": "2026-11-20", "start": "last"} | fields
    return lead.post("/assessments/new/", values)


def test_the_grid_shows_every_capability_with_its_status_and_revision(lead, draft):
    page = lead.get(f"/assessments/{draft.pk}/edit/").content.decode()
    assert page.count('class="cell"') == 17
    assert page.count('name="status"') == 17 * 4
    assert page.count('name="priority"') == 17


def test_a_cell_is_saved_alone_and_says_when(lead, draft, item):
    page = lead.post(cell(draft, item), MINE | {"revision": item.revision}, headers={"HX-Request": "true"})
    item.refresh_from_db()
    assert page.status_code == 200
    assert b"Saved " in page.content
    assert (item.status, item.notes, item.stated_by) == ("partial", "half", "lead")


def test_without_script_a_saved_cell_leads_back_to_its_place(lead, draft, item):
    page = lead.post(cell(draft, item), MINE | {"revision": item.revision})
    assert page["Location"] == f"/assessments/{draft.pk}/edit/#cell-{item.pk}"


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_the_second_of_two_editors_overwrites_nothing_and_may_choose(lead, draft, item, lea, headers):
    state_capability(item, revision=item.revision, status="not_applicable", actor=lea)
    page = lead.post(cell(draft, item), MINE | {"revision": item.revision}, headers=headers)
    assert page.status_code == 409
    assert b"lea changed this to not_applicable" in page.content
    assert b"Save mine" in page.content
    seen = item.revision
    item.refresh_from_db()
    assert (item.status, item.revision) == ("not_applicable", seen + 1)
    lead.post(cell(draft, item), MINE | {"revision": item.revision})
    item.refresh_from_db()
    assert item.status == "partial"


@pytest.mark.parametrize(
    "wrong",
    [{"status": "done"}, {"revision": "x"}, {"revision": 10**30}, {"evidence_url": "javascript:1"}, {"notes": "\0"}],
)
def test_a_faulty_cell_is_not_saved_and_says_why(lead, draft, item, wrong):
    before = item.revision
    page = lead.post(cell(draft, item), MINE | {"revision": before} | wrong, headers={"HX-Request": "true"})
    item.refresh_from_db()
    assert page.status_code == 422
    assert b"Not saved" in page.content
    assert item.revision == before


def test_a_published_assessment_has_no_grid_and_takes_no_cell(lead, published, item):
    assert lead.get(f"/assessments/{published.pk}/edit/")["Location"] == f"/assessments/{published.pk}/"
    assert lead.post(cell(published, item), MINE | {"revision": item.revision}).status_code == 409


@pytest.mark.parametrize("path", ["new/", "{pk}/edit/", "{pk}/publish/"])
def test_only_leads_edit(browser_of, draft, path):
    assert browser_of("contributor").get(f"/assessments/{path.format(pk=draft.pk)}").status_code == 403


def test_publication_shows_what_nobody_touched_and_then_freezes(lead, published):
    begin(lead)
    begun = Assessment.objects.get(assessed_on=date(2026, 11, 20))
    page = lead.get(f"/assessments/{begun.pk}/publish/").content.decode()
    assert "17 capabilities that nobody changed" in " ".join(page.split())
    lead.post(f"/assessments/{begun.pk}/publish/")
    begun.refresh_from_db()
    assert begun.is_published


@pytest.mark.parametrize(("start", "status"), [("last", "partial"), ("catalogue", "missing")])
def test_a_draft_starts_from_the_last_published_or_from_the_catalogue(lead, published, start, status):
    begin(lead, start=start)
    begun = Assessment.objects.get(assessed_on=date(2026, 11, 20))
    assert begun.items.get(capability__name="model_registry").status == status


def test_a_draft_starts_from_a_file(lead):
    begin(lead, start="file", file=SimpleUploadedFile("a.csv", b"capability,status,notes\nlineage,implemented,'=1+1\n"))
    item = Assessment.objects.get(assessed_on=date(2026, 11, 20)).items.get(capability__name="lineage")
    assert (item.status, item.notes, item.revision) == ("implemented", "=1+1", 1)


def test_every_bad_row_of_a_file_is_named_and_nothing_begun(lead):
    page = begin(lead, start="file", file=SimpleUploadedFile("a.csv", b"capability,status\nlineage,half\n,partial\n"))
    assert b"Line 2: half is not a status" in page.content
    assert b"Line 3: capability is empty" in page.content
    page = begin(lead, start="file", file=SimpleUploadedFile("a.csv", b"capability,status\nflying,partial\n"))
    assert b"Row 1:" in page.content
    assert not Assessment.objects.filter(assessed_on=date(2026, 11, 20)).exists()


def test_each_saved_cell_is_on_record(draft, item):
    state_capability(item, revision=item.revision, status="partial", actor=Actor("lea", frozenset({Role.LEAD})))
    assert (
        AuditEvent.objects.filter(subject=f"assessment:exampleco/{draft.pk}").latest("pk").action
        == "assessment.changed"
    )


def htmx(lead, path, **fields):
    return lead.post(path, fields, headers={"HX-Request": "true"}).content.decode()


def test_the_score_and_the_evidence_move_with_each_saved_cell(lead, draft, in_production, lea):
    item = draft.items.get(capability__name="model_registry")
    page = lead.get(f"/assessments/{draft.pk}/edit/").content.decode()
    assert "<strong>35.3%</strong>" in page
    assert "1 of 1</a>" in page
    assert "The registry sees 1 of 8 production models" in page
    fields = {"status": "implemented", "priority": item.priority, "notes": "", "evidence_url": "", "revision": 0}
    answer = htmx(lead, cell(draft, item), **fields | {"revision": item.revision})
    assert '<div class="grid-score" id="grid-score" role="status" hx-swap-oob="true">' in answer
    assert "<strong>41.2%</strong>" in answer
    assert f'id="evidence-{item.pk}" hx-swap-oob="true"' in answer
    assert f'id="priority-{item.pk}"' not in answer


def test_a_priority_that_follows_the_catalogue_is_shown_at_once(lead, draft):
    item = draft.items.get(capability__name="baseline_monitoring")
    fields = {"status": "missing", "priority": "low", "notes": "", "evidence_url": "", "revision": item.revision}
    answer = htmx(lead, cell(draft, item), **fields)
    assert f'id="priority-{item.pk}"' in answer
    assert '<option\n  value="critical" selected>' in answer


def test_evidence_is_taken_over_in_the_grid_with_one_click(lead, draft, in_production, lea):
    change_assessment(draft, model_count=1, actor=lea)
    item = draft.items.get(capability__name="model_registry")
    path = f"/assessments/{draft.pk}/evidence/model_registry/take-over/"
    assert path in lead.get(f"/assessments/{draft.pk}/edit/").content.decode()
    answer = htmx(lead, path)
    assert answer.lstrip().startswith(f'<div class="cell" id="cell-{item.pk}">')
    assert "<strong>41.2%</strong>" in answer
    assert path not in answer, "there is nothing left to take over"
    item.refresh_from_db()
    assert item.status == "implemented"


def test_without_script_taking_over_leads_back_to_the_grid(lead, draft, in_production, lea):
    change_assessment(draft, model_count=1, actor=lea)
    page = lead.post(f"/assessments/{draft.pk}/evidence/model_registry/take-over/", {"edit": "1"})
    assert page["Location"] == f"/assessments/{draft.pk}/edit/"


def test_publication_is_refused_with_what_lacks_its_reason(lead, draft, lea):
    change_assessment(draft, items=[{"capability": "lineage", "status": "not_applicable", "notes": ""}], actor=lea)
    page = lead.get(f"/assessments/{draft.pk}/publish/").content.decode()
    assert "1\n    capability not applicable without a reason" in page
    page = lead.post(f"/assessments/{draft.pk}/publish/", follow=True).content.decode()
    assert "lineage is not applicable without a reason." in page
    draft.refresh_from_db()
    assert not draft.is_published


def test_a_draft_is_discarded(lead, draft):
    page = lead.post(f"/assessments/{draft.pk}/discard/", follow=True).content.decode()
    assert "Draft discarded." in page
    assert not Assessment.objects.exists()
    assert lead.get(f"/assessments/{draft.pk}/").status_code == 404


def test_a_correction_is_begun_on_the_page_of_what_it_corrects(lead, browser_of, published):
    path = f"/assessments/{published.pk}/correct/"
    assert path in lead.get(f"/assessments/{published.pk}/").content.decode()
    assert path not in browser_of("viewer").get(f"/assessments/{published.pk}/").content.decode()
    page = lead.post(path)
    correction = Assessment.objects.get(corrects=published)
    assert page["Location"] == f"/assessments/{correction.pk}/edit/"
    assert (correction.model_count, correction.items.count()) == (8, 17)
    publish_assessment(correction, actor=Actor("lea", frozenset({Role.LEAD}), frozenset()))
    page = lead.get(f"/assessments/{published.pk}/").content.decode()
    assert "Corrected by a later assessment" in page
    assert path not in page


def test_a_draft_begins_with_the_organization_that_is_shown_and_its_facts(browser_of, organization, lea):
    change_organization(organization, production_models=12, shipping_teams=6, actor=lea)
    form = browser_of("lead").get("/assessments/new/?organization=exampleco").context["form"]
    values = {name: form[name].value() for name in ("organization", "model_count", "team_count")}
    assert values == {"organization": "exampleco", "model_count": 12, "team_count": 6}


def test_an_archived_organization_is_not_offered(browser_of, organization, lea):
    archive_organization(organization, archived=True, actor=lea)
    form = browser_of("lead").get("/assessments/new/").context["form"]
    assert list(form.fields["organization"].queryset) == []
