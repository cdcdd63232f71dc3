"""The timeline of an incident."""

from __future__ import annotations

import pytest

from assessments.postmortems.charts import timeline

pytestmark = pytest.mark.django_db


def test_two_lines_begin_when_it_happened_and_end_when_it_was_noticed(incident):
    chart = timeline(incident)
    assert [list(line["x"]) for line in chart.figure["data"]] == [
        ["2026-09-14T02:10:00", "2026-10-05T09:00:00"],
        ["2026-09-14T02:10:00", "2026-09-14T02:30:00"],
    ]
    assert [row[2] for row in chart.rows] == ["–", "20 minutes", "21 days"]
    assert chart.sentence == incident.sentence
