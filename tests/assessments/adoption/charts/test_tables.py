"""The tables of the page of adoption as files, whole."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from assessments.adoption.actions import record_training_runs
from assessments.adoption.charts.tables import tables
from assessments.adoption.queries import adoption_now
from assessments.models import ShowstopperAnswer, UseCase
from platform_site.access import SYSTEM

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def by_id(db):
    months = {"ads": (8, 9, 10), "maps": (7, 8), "fraud": (10, 11)}
    runs = [
        {"team": team, "model": "m", "started_at": datetime(2026, month, 5, tzinfo=UTC), "succeeded": True}
        for team, of_team in months.items()
        for month in of_team
    ]
    record_training_runs(runs, actor=SYSTEM)
    UseCase.objects.create(name="Streams", team="ads", supported=True, on_platform=False, recorded_by="x")
    ShowstopperAnswer.objects.create(team="ads", answer="GPUs", day=date(2026, 11, 2), recorded_by="x")
    return {table.id: table for table in tables(adoption_now(None, NOW), [])}


def test_every_row_has_a_cell_for_every_column(by_id):
    assert set(by_id) == {
        "diagnosis", "teams", "teams-by-month", "use-cases", "first-successes", "answers", "years", "effects",
    }  # fmt: skip
    for name, table in by_id.items():
        assert {len(row) for row in table.rows} <= {len(table.columns)}, name


def test_teams_say_when_they_came_and_when_they_were_last_seen(by_id):
    rows = {name: rest for name, *rest in by_id["teams"].rows}
    assert rows["fraud"] == ["yes", date(2026, 10, 1), None]
    assert rows["maps"] == ["no", None, date(2026, 8, 1)]


def test_months_name_who_came_and_who_left(by_id):
    rows = {str(month): (count, names, came, left) for month, count, names, came, left in by_id["teams-by-month"].rows}
    assert rows["2026-09-01"] == (1, "ads", "", "maps")
    assert rows["2026-10-01"] == (2, "ads; fraud", "fraud", "")


def test_what_is_recorded_stands_in_words(by_id):
    assert [*by_id["use-cases"].rows] == [("Streams", "ads", "yes", "no")]
    assert [*by_id["answers"].rows] == [("GPUs", 1, "ads", "GPUs")]
    assert len({row[1] for row in by_id["diagnosis"].rows}) == len(by_id["diagnosis"].rows) == 11
