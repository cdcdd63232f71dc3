"""An organization's level beside the conditions that call for it, for rooms that do not know either."""

from __future__ import annotations

from assessments.adoption.rules.signals import Maturity
from assessments.health.rules.maturity import AD_HOC, LEVELS
from assessments.health.rules.maturity import confirmed_level as level_of
from assessments.models import Organization
from assessments.organizations.queries import current_assessment
from assessments.strategy.queries.triggers import trigger_status
from assessments.strategy.rules.triggers import State
from platform_site.text.wording import label

RANKS = {AD_HOC: 0} | dict(zip(LEVELS, (0, 1, 2), strict=True))


def maturity_of(organization: Organization) -> Maturity | None:
    """The confirmed level of its current assessment, and its conditions; None before its first assessment."""
    assessment = current_assessment(organization)
    if assessment is None:
        return None
    level = level_of([item.as_item for item in assessment.items.all()], assessment.levels)
    rank = RANKS.get(level) if assessment.levels == LEVELS else None
    conditions = trigger_status(organization).evaluation.conditions
    by_state = {
        state: tuple(label(condition.id) for condition in conditions if condition.state is state) for state in State
    }
    return Maturity(level.label, rank, by_state[State.MET], by_state[State.UNKNOWN] + by_state[State.LIKELY])
