"""An organization's level beside the conditions that call for it."""

from __future__ import annotations

from datetime import date

from assessments.health.actions.assessments import begin_assessment, publish_assessment
from assessments.health.actions.rubrics import make_rubric
from assessments.health.rules.maturity import LEVELS
from assessments.strategy.queries.maturity import RANKS, maturity_of
from tests.assessments.health.actions.test_rubrics import OWN


def test_before_the_first_assessment_nothing_is_known(organization):
    assert maturity_of(organization) is None


def test_the_standard_levels_have_a_rank_and_its_conditions(published):
    maturity = maturity_of(published.organization)
    assert maturity.rank in (0, 1, 2)
    assert maturity.label in {level.label for level in RANKS}
    assert len(maturity.met) + len(maturity.unknown) <= 5
    assert not set(maturity.met) & set(maturity.unknown)


def test_levels_of_ones_own_have_none(published, organization, lea):
    make_rubric(organization, levels=OWN, reason="Ours.", actor=lea)
    publish_assessment(begin_assessment(organization, assessed_on=date(2026, 11, 20), actor=lea), actor=lea)
    assert maturity_of(organization).rank is None


def test_every_standard_level_has_a_rank():
    assert {*LEVELS} < {*RANKS}
    assert sorted(RANKS.values()) == [0, 0, 1, 2]
