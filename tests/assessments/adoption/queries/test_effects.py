"""What became of the teams that a release was for."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from assessments.adoption.actions import add_entry, record_training_runs
from assessments.adoption.queries.effects import served_releases
from assessments.models import Release, ShowstopperAnswer, UseCase
from platform_site.access import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def run(team, at, *, succeeded=True, orchestrator=""):
    return {"team": team, "model": "m", "started_at": at, "succeeded": succeeded, "orchestrator": orchestrator}


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
