"""Adoption counted from records: hand-counted, and quick where the runs are many."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta

import pytest

from assessments.adoption.actions import add_entry, record_training_runs
from assessments.adoption.queries import adoption_now
from assessments.adoption.queries.effects import served_releases
from assessments.models import ModelProject, Organization, Release, ShowstopperAnswer, Ticket, TrainingRun, UseCase
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


def test_the_first_success_counts_from_the_onboarding_to_its_end():
    start = datetime(2026, 11, 10, 9, tzinfo=UTC)
    rows = [
        run("ads", start, succeeded=False), run("ads", start + timedelta(minutes=5)) | ended(start, 25),
        run("ads", NOW) | ended(NOW, 1), run("maps", start, succeeded=False), run("late", start) | ended(start, 10),
        run("eta", start),
    ]  # fmt: skip
    Team.objects.create(slug="late", name="Late", onboarded_on=date(2026, 11, 3))
    Team.objects.create(slug="t-ads", name="Ads", onboarded_on=date(2026, 11, 10))
    record_training_runs(rows, actor=SYSTEM)
    assert [(success.team, success.minutes, success.state) for success in adoption_now(None, NOW).first_successes] == [
        ("ads", 25.0, "in_time"), ("eta", None, "unknown"), ("late", 6 * 1440 + 9 * 60 + 10, "too_slow"),
        ("maps", None, "no_success_yet"),
    ]  # fmt: skip


def ended(start, minutes):
    return {"ended_at": start + timedelta(minutes=minutes)}


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


def test_the_stated_number_of_teams_is_the_whole():
    organization = Organization.objects.create(slug="acme", name="Acme", shipping_teams=12)
    rows = [run(team, NOW - timedelta(days=30 * back)) for team in ("ads", "maps") for back in range(11)]
    record_training_runs(rows, organization=organization, actor=SYSTEM)
    result = adoption_now(organization, NOW)
    assert result.teams.count == 12
    adoption = result.findings[0]
    assert (adoption.answer, adoption.signals[0].answer) == ("seen", "seen")
    assert "2 of 12 teams ran a training in Oct 2026 (17%" in adoption.because
    assert "suggest an adoption problem" in result.sentence


def test_tickets_enter_the_diagnosis_with_the_questions_asked_most():
    organization = Organization.objects.create(slug="acme", name="Acme", platform_engineers=1)
    for number in range(40):
        opened = NOW - timedelta(days=1 + number % 27)
        fields = {"opened_at": opened, "resolved_at": opened + timedelta(days=8) if number % 2 else None}
        title = "How do I get a GPU?" if number % 4 else f"How does {number} work?"
        Ticket(
            organization=organization, source="x", external_id=str(number), title=title, type="how_to", **fields
        ).save()
    result = adoption_now(organization, NOW)
    signals = {signal.id: signal for finding in result.findings for signal in finding.signals}
    assert {name for name, signal in signals.items() if signal.answer == "seen"} == {"load", "waiting"}
    assert result.support.tickets == 40
    assert result.support.questions[0][:2] == ("How do I get a GPU?", 30)
    assert result.support.median_wait_hours == 192.0


def test_a_release_is_followed_to_the_teams_that_asked():
    add = {"actor": SYSTEM}
    wishes = [
        add_entry(ShowstopperAnswer, team=team, answer="GPUs", day=date(2026, 3, 2), **add)
        for team in ("ads", "maps", "fraud")
    ]
    shadow = add_entry(UseCase, name="Shadow", team="eta", supported=True, on_platform=False, **add)
    days = {"started_on": date(2026, 4, 1), "released_on": date(2026, 6, 1)}
    add_entry(Release, name="Quota", **days, answers=wishes, use_cases=[shadow], **add)
    add_entry(Release, name="Nobody's", **days, **add)
    record_training_runs(
        [run("ads", datetime(2026, 6, 20, tzinfo=UTC)), run("maps", datetime(2026, 5, 20, tzinfo=UTC))], **add
    )
    (served,) = served_releases(None, NOW)
    assert (served.answers, served.use_cases) == (["GPUs"], ["Shadow"])
    assert served.sentence == "1 of 3 teams switched: ads. Not yet: eta, fraud. Active before: maps."


def test_only_this_quarters_answers_count():
    for day, answer in ((date(2026, 9, 30), "Docs"), (date(2026, 10, 1), "GPUs"), (date(2026, 12, 31), "gpus")):
        add_entry(ShowstopperAnswer, team="ads", answer=answer, day=day, actor=SYSTEM)
    assert adoption_now(None, NOW).showstoppers == [("GPUs", 2, ("ads",), ("GPUs",))]


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
