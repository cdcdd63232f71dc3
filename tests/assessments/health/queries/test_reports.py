"""The report as files, from the page and over the API."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter

import pytest

from assessments.health.actions.assessments import begin_assessment, change_assessment, state_capability
from assessments.health.queries.assessments import statuses_of
from assessments.health.rules.capability_file import read_capability_file
from assessments.organizations.actions import add_organization
from assessments.organizations.queries import get_assessment
from tests.platform_site.documents.reading import about, tags_of, text_of


@pytest.mark.parametrize(
    ("kind", "media_type", "expected"),
    [
        ("json", "application/json", '"health_score": 35.3'),
        ("md", "text/markdown", "Score: 35.3%"),
        ("csv", "text/csv", "feature_parity,Data & Features"),
        ("html", "text/html", "Score: 35.3%"),
    ],
)
def test_a_report_comes_as_a_file_of_each_kind(api, browser_of, published, kind, media_type, expected):
    over_api = api("viewer").get(f"/api/v1/assessments/{published.pk}/report/?format={kind}")
    from_page = browser_of("viewer").get(f"/assessments/{published.pk}/report.{kind}")
    assert over_api.status_code == from_page.status_code == 200
    assert over_api["Content-Type"].startswith(media_type)
    assert f'exampleco-2026-11-02.{kind}"' in over_api["Content-Disposition"]
    assert expected in over_api.content.decode()
    assert over_api.content == from_page.content


def test_another_kind_is_refused_with_those_there_are(api, published):
    answer = api("viewer").get(f"/api/v1/assessments/{published.pk}/report/?format=xls")
    assert answer.status_code == 422
    assert "json, md, csv, html, pdf, text" in json.dumps(answer.json())


def test_a_note_that_looks_like_a_formula_is_harmless_and_comes_back_whole(api, draft, lea):
    item = draft.items.get(capability__name="lineage")
    state_capability(item, revision=item.revision, notes="=HYPERLINK(1)", actor=lea)
    text = api("viewer").get(f"/api/v1/assessments/{draft.pk}/report/?format=csv").content.decode()
    row = next(row for row in csv.DictReader(io.StringIO(text)) if row["capability"] == "lineage")
    assert row["notes"] == "'=HYPERLINK(1)"
    sheet = read_capability_file(text)
    assert sheet.faults == ()
    assert next(row for row in sheet.items if row["capability"] == "lineage")["notes"] == "=HYPERLINK(1)"


def test_the_plain_text_is_a_file_too(api, browser_of, published):
    over_api = api("viewer").get(f"/api/v1/assessments/{published.pk}/report/?format=text")
    from_page = browser_of("viewer").get(f"/assessments/{published.pk}/report.text")
    assert over_api["Content-Type"] == "text/plain; charset=utf-8"
    assert 'exampleco-2026-11-02.txt"' in over_api["Content-Disposition"]
    assert over_api.content == from_page.content
    assert "Score: 35.3% (6/17 capabilities implemented)" in over_api.content.decode()


def test_the_pdf_is_tagged_and_the_same_from_page_and_api(api, browser_of, published):
    file = browser_of("viewer").get(f"/assessments/{published.pk}/report.pdf")
    assert file["Content-Type"] == "application/pdf"
    assert file.content == api("viewer").get(f"/api/v1/assessments/{published.pk}/report/?format=pdf").content
    assert about(file.content)["title"] == "ExampleCo: platform health"
    counts = Counter(tags_of(file.content))
    assert (counts["Title"], counts["Table"], counts["THead"]) == (1, 2, 2)
    text = text_of(file.content)
    for part in ("Score: 35.3%", "Confirmed: Level 0", "First step:", "All capabilities", "feature_parity"):
        assert part in text


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_a_report_is_a_file_that_another_draft_starts_from(api, published, organization, lea, kind):
    text = api("viewer").get(f"/api/v1/assessments/{published.pk}/report/?format={kind}").content.decode()
    sheet = read_capability_file(text)
    assert sheet.faults == ()
    own = add_organization(slug="copy", name="Copy", actor=lea)
    copied = begin_assessment(own, assessed_on=published.assessed_on, items=sheet.items, actor=lea)
    assert statuses_of(get_assessment(copied.pk)) == statuses_of(get_assessment(published.pk))
    names = ("notes", "priority")
    assert list(copied.items.values_list(*names)) == list(published.items.values_list(*names))


@pytest.mark.parametrize("kind", ["json", "md", "csv", "html", "pdf"])
def test_every_file_has_statuses_notes_evidence_and_first_steps(api, draft, in_production, lea, kind):
    change_assessment(draft, items=[{"capability": "lineage", "notes": "Half of the teams"}], actor=lea)
    content = api("viewer").get(f"/api/v1/assessments/{draft.pk}/report/?format={kind}").content
    text = text_of(content) if kind == "pdf" else content.decode()
    for part in ("Half of the teams", "1 of 1 production model versions have it", "Link data snapshot and features"):
        assert part in text, part
