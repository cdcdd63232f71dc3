"""Adoption counted from records: hand-counted, and quick where the runs are many."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import pytest

from assessments.adoption.actions import add_entry, record_training_runs
from assessments.adoption.queries import adoption_now, orchestrated_share
from assessments.models import ModelProject, ShowstopperAnswer, TrainingRun, UseCase
from platform_site.access import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def run(team, at, *, succeeded=True, orchestrator=""):
    return {"team": team, "model": "m", "started_at": at, "succeeded": succeeded, "orchestrator": orchestrator}


def test_nothing_reported_is_empty_and_nothing_is_shown_as_good(django_assert_num_queries):
    with django_assert_num_queries(8):
        result = adoption_now(None, NOW)
    assert result.is_empty
    assert result.coverage.share is None
    assert {finding.answer for finding in result.findings} == {"unknown"}


def test_a_team_counts_once_in_each_month_it_ran():
    edge = datetime(2026, 11, 1, tzinfo=UTC)
    rows = [
        run("ads", edge), run("ads", edge + timedelta(days=1)), run("ads", edge - timedelta(seconds=1)),
        run("maps", edge - timedelta(days=1)), run("old", datetime(2025, 11, 30, tzinfo=UTC)),
    ]  # fmt: skip
    record_training_runs(rows, actor=SYSTEM)
    result = adoption_now(None, NOW)
    assert [(str(row.month), row.teams) for row in result.active[-2:]] == [("2026-10-01", 2), ("2026-11-01", 1)]
    assert sum(row.teams for row in result.active) == 3
    assert [month.teams for month in result.full_months] == [2]


def test_another_team_never_lowers_the_active_teams():
    record_training_runs([run("ads", NOW - timedelta(days=1))], actor=SYSTEM)
    before = adoption_now(None, NOW).active[-1].teams
    record_training_runs([run("maps", NOW - timedelta(days=1), succeeded=False)], actor=SYSTEM)
    assert adoption_now(None, NOW).active[-1].teams == before + 1


def test_the_first_success_counts_from_the_first_try():
    start = NOW - timedelta(days=3)
    rows = [
        run("ads", start, succeeded=False), run("ads", start + timedelta(minutes=25)), run("ads", NOW),
        run("maps", start, succeeded=False),
    ]  # fmt: skip
    record_training_runs([row for row in rows if row["started_at"] <= NOW], actor=SYSTEM)
    assert [(success.team, success.minutes, success.in_time) for success in adoption_now(None, NOW).first_successes] == [
        ("ads", 25.0, True), ("maps", None, False),
    ]  # fmt: skip


def test_only_this_quarters_answers_count():
    for day, answer in ((date(2026, 9, 30), "Docs"), (date(2026, 10, 1), "GPUs"), (date(2026, 12, 31), "gpus")):
        add_entry(ShowstopperAnswer, team="ads", answer=answer, day=day, actor=SYSTEM)
    assert [tuple(showstopper) for showstopper in adoption_now(None, NOW).showstoppers] == [("GPUs", 2)]


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
        "supported": 5, "on_platform": 5, "share": 1.0, "escape_hatch_gaps": 3,
    }  # fmt: skip


def test_the_orchestrated_share_is_of_the_runs_since():
    rows = [run("a", NOW), run("a", NOW, orchestrator="airflow"), run("a", NOW - timedelta(days=31))]
    TrainingRun.objects.bulk_create(TrainingRun(**row) for row in rows)
    assert orchestrated_share(None, NOW - timedelta(days=30)) == (1, 2)


@pytest.mark.slow
def test_a_hundred_thousand_runs_are_counted_in_a_second(django_assert_num_queries):
    rows = (
        TrainingRun(**run(f"team {n % 40}", NOW - timedelta(minutes=5 * n), succeeded=n % 7 > 0))
        for n in range(100_000)
    )
    TrainingRun.objects.bulk_create(rows, batch_size=5_000)
    began = time.process_time()
    with django_assert_num_queries(8):
        result = adoption_now(None, NOW)
    assert [row.teams for row in result.active][-3:] == [40, 40, 40]
    assert time.process_time() - began < 1
