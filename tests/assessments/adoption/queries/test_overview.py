"""Adoption as it stands: empty, from its records, and quick where the runs are many."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import pytest

from assessments.adoption.actions import add_entry, record_training_runs
from assessments.adoption.queries import adoption_now
from assessments.models import ModelProject, TrainingRun, UseCase
from platform_site.access import SYSTEM
from platform_site.people.models import Team

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def run(team, at, *, succeeded=True, orchestrator=""):
    return {"team": team, "model": "m", "started_at": at, "succeeded": succeeded, "orchestrator": orchestrator}


def test_nothing_reported_is_empty_and_nothing_is_shown_as_good(django_assert_num_queries):
    with django_assert_num_queries(10):
        result = adoption_now(None, NOW)
    assert result.is_empty
    assert result.coverage.share is None
    assert {finding.answer for finding in result.findings} == {"unknown"}


def test_teams_are_named_counted_and_seen_to_come_and_go():
    months = {"ads": (8, 9, 10), "maps": (8,), "fraud": (10, 11)}
    rows = [
        run(team, datetime(2026, month, 5, tzinfo=UTC)) for team, in_months in months.items() for month in in_months
    ]
    record_training_runs(rows, actor=SYSTEM)
    Team.objects.create(slug="vision", name="Vision")
    result = adoption_now(None, NOW)
    assert result.teams == (4, ("ads", "fraud", "maps", "vision"))
    assert [month.names for month in result.full_months] == [("ads", "maps"), ("ads",), ("ads", "fraud")]
    assert [team for team, _ in result.movement.won] == ["fraud"]
    assert result.movement.lost == [("maps", date(2026, 8, 1))]
    assert result.inactive == ("maps", "vision")
    assert result.as_dict()["teams"]["lost"] == [{"team": "maps", "month": date(2026, 8, 1)}]


def test_a_share_that_falls_two_months_running_is_flagged():
    for month, starts in ((8, "ppp"), (9, "ppo"), (10, "poo")):
        for index, letter in enumerate(starts):
            values = {"name": f"{month}-{index}", "team": "ads", "started_on": date(2026, month, 3)}
            add_entry(ModelProject, **values, on_platform=letter == "p", actor=SYSTEM)
    result = adoption_now(None, NOW)
    assert result.projects_falling
    add_entry(
        ModelProject, name="first of the month", team="ads", started_on=NOW.date(), on_platform=True, actor=SYSTEM
    )
    assert adoption_now(None, NOW).projects_falling, "a month that is not over lifts no flag"
    assert result.as_dict()["new_projects"][-2]["share"] == pytest.approx(1 / 3)


def test_five_of_five_and_three_unsupported():
    for number in range(8):
        add_entry(UseCase, name=str(number), supported=number < 5, on_platform=number < 5, actor=SYSTEM)
    assert adoption_now(None, NOW).as_dict()["coverage"] == {
        "supported": 5, "on_platform": 5, "share": 1.0, "escape_hatch_gaps": 3, "run_elsewhere": [],
        "gaps": [{"name": name, "team": ""} for name in "567"],
    }  # fmt: skip


@pytest.mark.slow
def test_a_hundred_thousand_runs_are_counted_in_a_second(django_assert_num_queries):
    rows = (
        TrainingRun(**run(f"team {n % 40}", NOW - timedelta(minutes=5 * n), succeeded=n % 7 > 0))
        for n in range(100_000)
    )
    TrainingRun.objects.bulk_create(rows, batch_size=5_000)
    began = time.process_time()
    with django_assert_num_queries(11):
        result = adoption_now(None, NOW)
    assert [row.teams for row in result.active][-3:] == [40, 40, 40]
    assert time.process_time() - began < 1
