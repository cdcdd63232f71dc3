"""Entered beside measured over the API."""

from __future__ import annotations

V1 = "/api/v1"


def test_an_unknown_assessment_has_no_evidence(api, db):
    assert api("viewer").get(f"{V1}/assessments/999999/evidence/").status_code == 404


def test_each_capability_has_its_line_with_nulls_where_nothing_can_be_measured(api, published):
    rows = api("viewer").get(f"{V1}/assessments/{published.pk}/evidence/").json()
    assert len(rows) == published.items.count()
    lineage = next(row for row in rows if row["capability"] == "lineage")
    assert (lineage["claimed"], lineage["measured"], lineage["agrees"], lineage["denominator"]) == (
        "partial", None, None, None,
    )  # fmt: skip
    assert lineage["sentence"] == "Entered as partial. There are no production model versions to measure it by."
