"""The report as files, from the page and over the API."""

from __future__ import annotations

import csv
import io
import json

import pytest

from assessments.health.actions.assessments import state_capability
from assessments.health.rules.capability_file import read_capability_file


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
    assert "json, md, csv, html" in json.dumps(answer.json())


def test_a_note_that_looks_like_a_formula_is_harmless_and_comes_back_whole(api, draft, lea):
    item = draft.items.get(capability__name="lineage")
    state_capability(item, revision=item.revision, notes="=HYPERLINK(1)", actor=lea)
    text = api("viewer").get(f"/api/v1/assessments/{draft.pk}/report/?format=csv").content.decode()
    row = next(row for row in csv.DictReader(io.StringIO(text)) if row["capability"] == "lineage")
    assert row["notes"] == "'=HYPERLINK(1)"
    sheet = read_capability_file(text)
    assert sheet.faults == ()
    assert next(row for row in sheet.items if row["capability"] == "lineage")["notes"] == "=HYPERLINK(1)"
