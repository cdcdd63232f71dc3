"""Each capability's status at each published assessment, all judged by one rubric."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from assessments.health.queries.assessments import ScoreAndLevels, items_of, score_and_levels
from assessments.health.queries.rubrics import get_rubric, newest_rubric
from assessments.health.rules.maturity import LEVELS
from assessments.models import Assessment, AssessmentEvidence, AssessmentItem, Organization, Rubric
from assessments.organizations.queries import uncorrected_assessments
from platform_site.errors import Unknown

STANDARD = "standard"
NEWEST = 12  # assessments side by side on a page


class Column(NamedTuple):
    """One assessment, and what it adds up to by the chosen rubric."""

    assessment: Assessment
    summary: ScoreAndLevels


class Cell(NamedTuple):
    """A status, empty where the assessment does not include the capability; and the measured share as it was stored."""

    status: str
    measured: str


class Row(NamedTuple):
    """One capability over time."""

    capability: str
    title: str
    group: str
    cells: list[Cell]


class Matrix(NamedTuple):
    """The newest assessments, oldest first, by capability. ``rubric`` None: the standard levels judge them."""

    rubric: Rubric | None
    columns: list[Column]
    rows: list[Row]
    left_out: int


def matrix_of(organization: Organization, rubric: str = "") -> Matrix:
    """The matrix by `standard`, by the number of a version of the organization's own levels, or by its newest."""
    judge, published = _rubric(organization, rubric), list(uncorrected_assessments(organization))
    shown = published[-NEWEST:]
    items, levels = items_of(shown), judge.levels if judge else LEVELS
    columns = [Column(each, score_and_levels(items.get(each.pk, []), levels)) for each in shown]
    statuses = {(pk, item.capability): item.status for pk, stated in items.items() for item in stated}
    return Matrix(judge, columns, _rows(shown, statuses, _measured(shown)), len(published) - len(shown))


def _rubric(organization: Organization, rubric: str) -> Rubric | None:
    if not rubric:
        return newest_rubric(organization)
    if rubric == STANDARD:
        return None
    if not (rubric.isascii() and rubric.isdigit() and len(rubric) < 10):
        raise Unknown(
            f"{organization.slug} has no rubric {rubric[:20]!r}: choose {STANDARD} or the number of a version."
        )
    return get_rubric(organization, int(rubric))


def _rows(
    shown: Sequence[Assessment], statuses: dict[tuple[int, str], str], measured: dict[tuple[int, str], str]
) -> list[Row]:
    named = AssessmentItem.objects.filter(assessment__in=shown).order_by("capability__position", "capability__name")
    columns = ("capability__name", "capability__description", "capability__group")
    return [
        Row(
            name,
            title or name,
            group,
            [Cell(statuses.get((each.pk, name), ""), measured.get((each.pk, name), "")) for each in shown],
        )
        for name, title, group in dict.fromkeys(named.values_list(*columns))
    ]


def _measured(shown: Sequence[Assessment]) -> dict[tuple[int, str], str]:
    """The share of each capability as it was stored, such as 3/8."""
    stored = AssessmentEvidence.objects.filter(assessment__in=shown, denominator__gt=0)
    rows = stored.values_list("assessment_id", "capability__name", "numerator", "denominator")
    return {(pk, name): f"{numerator}/{denominator}" for pk, name, numerator, denominator in rows}
