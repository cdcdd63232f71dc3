"""Reports as files over the API."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("query", "media_type", "name"),
    [
        ("", "application/json; charset=utf-8", "exampleco-2026-11-02.json"),
        ("?format=csv", "text/csv; charset=utf-8", "exampleco-2026-11-02.csv"),
        ("?format=md", "text/markdown; charset=utf-8", "exampleco-2026-11-02.md"),
    ],
)
def test_a_report_is_a_download_with_its_name(api, published, query, media_type, name):
    answer = api("viewer").get(f"/api/v1/assessments/{published.pk}/report/{query}")
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (media_type, f'attachment; filename="{name}"')


def test_an_unknown_format_is_refused_with_the_choices(api, published):
    answer = api("viewer").get(f"/api/v1/assessments/{published.pk}/report/?format=xls")
    assert answer.status_code == 422
    assert (
        answer.json()["errors"][0]["message"] == "'xls' is not a report format. Choose json, md, csv, html, pdf, text."
    )
