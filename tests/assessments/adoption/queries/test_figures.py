"""The figures of adoption read from records: hand-counted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from assessments.adoption.actions import add_entry, record_training_runs
from assessments.adoption.queries import adoption_now
from assessments.adoption.queries.figures import projects
from assessments.models import ModelProject, Organization, ShowstopperAnswer
from platform_site.access import SYSTEM
from platform_site.people.models import Team

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def run(team, at, *, succeeded=True, orchestrator=""):
    return {"team": team, "model": "m", "started_at": at, "succeeded": succeeded, "orchestrator": orchestrator}


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


def test_projects_are_those_of_one_organization():
    acme, other = (Organization.objects.create(slug=slug, name=slug) for slug in ("acme", "other"))
    for organization, name in ((acme, "eta"), (other, "batch"), (other, "stream")):
        fields = {"name": name, "team": name, "started_on": date(2026, 11, 1), "on_platform": True}
        add_entry(ModelProject, **fields, organization=organization, actor=SYSTEM)
    assert [project.team for project in projects(acme)] == ["eta"]


def test_only_this_quarters_answers_count():
    for day, answer in ((date(2026, 9, 30), "Docs"), (date(2026, 10, 1), "GPUs"), (date(2026, 12, 31), "gpus")):
        add_entry(ShowstopperAnswer, team="ads", answer=answer, day=day, actor=SYSTEM)
    assert adoption_now(None, NOW).showstoppers == [("GPUs", 2, ("ads",), ("GPUs",))]
