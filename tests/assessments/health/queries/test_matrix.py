"""Each capability at each published assessment, judged by one rubric."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from assessments.health.actions.assessments import begin_assessment, publish_assessment
from assessments.health.actions.rubrics import make_rubric
from assessments.health.queries.matrix import NEWEST, STANDARD, matrix_of
from platform_site.errors import Unknown
from tests.assessments.health.actions.test_rubrics import OWN


@pytest.fixture
def later(published, organization, lea):
    moved = [{"capability": "model_registry", "status": "implemented"}]
    return publish_assessment(
        begin_assessment(organization, assessed_on=date(2026, 11, 20), items=moved, actor=lea), actor=lea
    )


def test_without_an_assessment_there_is_nothing_to_show(organization):
    assert matrix_of(organization) == (None, [], [], 0)


def test_assessments_stand_the_oldest_first_with_a_cell_for_each(organization, published, later):
    matrix = matrix_of(organization)
    assert [column.assessment.pk for column in matrix.columns] == [published.pk, later.pk]
    rows = {row.capability: [cell.status for cell in row.cells] for row in matrix.rows}
    assert rows["model_registry"] == ["partial", "implemented"]
    assert {len(cells) for cells in rows.values()} == {2}


def test_of_many_assessments_the_newest_are_shown(organization, lea):
    for day in range(NEWEST + 2):
        begun = begin_assessment(organization, assessed_on=date(2026, 1, 1) + timedelta(day), actor=lea)
        publish_assessment(begun, actor=lea)
    matrix = matrix_of(organization)
    assert (len(matrix.columns), matrix.left_out) == (NEWEST, 2)
    assert matrix.columns[-1].assessment.assessed_on == date(2026, 1, NEWEST + 2)


@pytest.mark.parametrize("rubric", ["7", "one", "-1", "1" * 12, "²"])
def test_a_rubric_that_is_not_there_is_unknown(organization, published, rubric):
    with pytest.raises(Unknown):
        matrix_of(organization, rubric)


def test_every_assessment_is_judged_by_the_chosen_levels(organization, published, lea):
    own = make_rubric(organization, levels=OWN, reason="Ours.", actor=lea)
    assert matrix_of(organization).rubric == own
    assert matrix_of(organization, str(own.number)).rubric == own
    assert matrix_of(organization, STANDARD).rubric is None
