"""Assessments, and what they add up to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from assessments.health.rules import maturity
from assessments.health.rules.comparison import Change, changes
from assessments.health.rules.maturity import Level
from assessments.health.rules.recommendations import NOTHING_KNOWN, Known
from assessments.health.rules.scoring import Item, health_score
from assessments.health.rules.summary import Summary, summarize
from assessments.models import Assessment, AssessmentItem, Organization
from assessments.organizations.queries import uncorrected_assessments
from platform_site.errors import Unknown


class ScoreAndLevels(NamedTuple):
    """What a history shows of an assessment: the score, 0..100 or None, and both levels."""

    health_score: float | None
    confirmed: Level
    provisional: Level


class Point(NamedTuple):
    """One published assessment of a history, and what changed since the one before."""

    assessment: Assessment
    summary: ScoreAndLevels
    moves: list[Change]


def get_item(assessment_id: int, item_id: int) -> AssessmentItem:
    """One capability of an assessment; Unknown when there is none."""
    item = _items().filter(assessment_id=assessment_id, pk=item_id).first()
    if item is None:
        raise Unknown(f"Assessment {assessment_id} has no item {item_id}.")
    return item


def get_item_of(assessment_id: int, capability: str) -> AssessmentItem:
    """The same by the capability's name."""
    item = _items().filter(assessment_id=assessment_id, capability__name=capability).first()
    if item is None:
        raise Unknown(f"Assessment {assessment_id} has no capability {capability[:120]!r}.")
    return item


def _items() -> QuerySet[AssessmentItem]:
    return AssessmentItem.objects.select_related("assessment__organization", "capability")


def correction_of(assessment: Assessment) -> Assessment | None:
    """The published assessment that corrects it; None where there is none."""
    return assessment.corrected_by.filter(state=Assessment.State.PUBLISHED).first()


def with_corrections(rows: QuerySet[Assessment]) -> QuerySet[Assessment]:
    """The same, each with ``is_corrected``: a published assessment corrects it, so that it decides nothing any more."""
    corrections = Assessment.objects.filter(corrects=OuterRef("pk"), state=Assessment.State.PUBLISHED)
    return rows.annotate(is_corrected=Exists(corrections))


def statuses_of(assessment: Assessment) -> dict[str, str]:
    """Each capability's status by its name; no query where the items were read with it."""
    return {item.capability.name: item.status for item in assessment.items.all()}


def history_of(organization: Organization) -> list[Point]:
    """Score, levels and changes at each published assessment, oldest first, in two queries."""
    published = list(uncorrected_assessments(organization))
    points: list[Point] = []
    before: dict[str, str] | None = None
    items = items_of(published)
    for assessment in published:
        stated = items.get(assessment.pk, [])
        statuses = {item.capability: item.status for item in stated}
        moves = changes(before, statuses) if before is not None else []
        points.append(Point(assessment, score_and_levels(stated, assessment.levels), moves))
        before = statuses
    return points


def items_of(published: Sequence[Assessment]) -> dict[int, list[Item]]:
    """The items of each, as the rules take them: years of them are too many to load as records."""
    columns = ("capability__name", "capability__group", "status", "priority", "notes")
    rows = AssessmentItem.objects.filter(assessment__in=published).values_list("assessment_id", *columns)
    items: dict[int, list[Item]] = {}
    for assessment_id, *values in rows:
        items.setdefault(assessment_id, []).append(Item(*values))
    return items


def score_and_levels(items: list[Item], levels: Sequence[Level]) -> ScoreAndLevels:
    """What an assessment's items add up to by the levels of a rubric."""
    return ScoreAndLevels(
        health_score(items), maturity.confirmed_level(items, levels), maturity.provisional_level(items, levels)
    )


def summary_of(assessment: Assessment, known: Known = NOTHING_KNOWN) -> Summary:
    """What an assessment adds up to; no query where its items were read with it. ``known`` goes into the recommendations."""
    return summarize(
        [item.as_item for item in assessment.items.all()],
        organization=assessment.organization.slug,
        assessed_on=assessment.assessed_on,
        models=assessment.model_count,
        teams=assessment.team_count,
        levels=assessment.levels,
        known=known,
    )
