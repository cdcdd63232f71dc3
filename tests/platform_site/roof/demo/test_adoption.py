"""Half a year of sample adoption: every row is marked as a sample, and a second load adds nothing."""

from __future__ import annotations

from assessments.models import ModelProject, Release, ShowstopperAnswer, TrainingRun, UseCase
from platform_site.roof.demo import adoption, health

KINDS = (ModelProject, Release, ShowstopperAnswer, TrainingRun, UseCase)


def test_every_row_is_a_sample_and_a_second_load_adds_nothing(actors):
    health.add_organizations(actors["lead"])
    adoption.load(actors["lead"])
    counts = [kind.objects.count() for kind in KINDS]
    assert all(counts)
    assert not any(kind.objects.filter(sample=False).exists() for kind in KINDS)
    adoption.load(actors["lead"])
    assert [kind.objects.count() for kind in KINDS] == counts


def test_teams_come_to_the_platform_over_half_a_year(actors):
    health.add_organizations(actors["lead"])
    adoption.load(actors["lead"])
    teams = set(TrainingRun.objects.values_list("team", flat=True))
    assert teams <= {team.name for sample in (adoption.EXAMPLECO, adoption.MEADOW_SAMPLE) for team in sample.teams}
    months = {(moment.year, moment.month) for moment in TrainingRun.objects.values_list("started_at", flat=True)}
    assert len(months) >= 6
