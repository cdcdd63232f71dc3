"""An organization's target, and where its assessments lead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.utils import timezone

from assessments.health.queries.assessments import Point, history_of
from assessments.health.queries.rubrics import newest_rubric
from assessments.health.rules.maturity import LEVELS
from assessments.health.rules.targets import Aim, Mark, Progress, aim_in_words, outlook
from assessments.models import HealthTarget, Organization
from platform_site.errors import Unknown


class TargetShown(NamedTuple):
    """A target, the published assessments as its rules take them, the oldest first, and the way to the target."""

    target: HealthTarget
    aim: Aim
    marks: list[Mark]
    progress: Progress

    @property
    def last_mark(self) -> Mark | None:
        """The newest published assessment; None before the first."""
        return self.marks[-1] if self.marks else None

    @property
    def words(self) -> str:
        """What is wanted, in words."""
        last = self.last_mark
        return aim_in_words(self.aim, last.levels) if last else aim_in_words(self.aim)


def target_of(organization: Organization) -> HealthTarget | None:
    """The target of an organization; None where nobody set one."""
    return HealthTarget.objects.filter(organization=organization).first()


def get_target(organization: Organization) -> TargetShown:
    """The same with where the organization is; Unknown where nobody set one."""
    shown = target_shown(organization)
    if shown is None:
        raise Unknown(f"{organization.name} has no target. A lead sets one.")
    return shown


def target_shown(organization: Organization, points: Sequence[Point] | None = None) -> TargetShown | None:
    """The target beside the history; None where there is no target. ``points``: the history where it was read already."""
    target = target_of(organization)
    if target is None:
        return None
    aim = Aim(target.due_on, target.score, target.level)
    marks = [_mark(point) for point in (history_of(organization) if points is None else points)]
    return TargetShown(target, aim, marks, outlook(aim, marks, timezone.localdate()))


def targetable_levels(organization: Organization) -> dict[str, str]:
    """The levels that a target can name, by their short names, with their labels."""
    rubric = newest_rubric(organization)
    return {level.level: level.label for level in (rubric.levels if rubric else LEVELS)}


def _mark(point: Point) -> Mark:
    summary, assessment = point.summary, point.assessment
    return Mark(assessment.assessed_on, summary.health_score, summary.confirmed, assessment.levels)
