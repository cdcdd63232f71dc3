"""Everything that an assessment adds up to, as pages, reports and the API show it.

>>> summary = summarize([Item("artifact_store", "Registry & Artifacts", "implemented")], organization="exampleco").as_dict()
>>> summary["organization"], summary["health_score"], summary["next_step"]
('exampleco', 100.0, {'capability': 'model_registry', 'from': 'missing', 'reaches': 'Level 0+ — Basic Registry'})
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from assessments.health.rules import maturity, scoring
from assessments.health.rules.maturity import LEVELS, Blocker, Level, NextStep
from assessments.health.rules.recommendations import (
    NOTHING_KNOWN,
    Known,
    LeftOutGap,
    Recommendation,
    left_out,
    recommendations,
)
from assessments.health.rules.scoring import GroupScore, Item
from assessments.organizations.rules.catalogue import Status


class Summary(NamedTuple):
    """What a set of stated capabilities adds up to. ``health_score`` is 0..100, None where nothing is applicable.

    ``models`` and ``teams`` are how many the organization had on that day, None where unknown.
    """

    organization: str
    assessed_on: date | None
    models: int | None
    teams: int | None
    total_capabilities: int
    applicable: int
    by_status: dict[str, int]
    health_score: float | None
    critical_gaps: list[str]
    confirmed: Level
    provisional: Level
    blockers: list[Blocker]
    next_step: NextStep | None
    by_group: list[GroupScore]
    recommendations: list[Recommendation]
    left_out: list[LeftOutGap]

    def as_dict(self) -> dict[str, Any]:
        """As the API gives it: levels by their labels, the day as ISO 8601."""
        return {
            "organization": self.organization,
            "assessed_on": self.assessed_on.isoformat() if self.assessed_on else None,
            "models": self.models,
            "teams": self.teams,
            "total_capabilities": self.total_capabilities,
            "applicable": self.applicable,
            "by_status": self.by_status,
            "health_score": self.health_score,
            "critical_gaps": self.critical_gaps,
            "confirmed_level": self.confirmed.label,
            "provisional_level": self.provisional.label,
            "blockers": [_blocker(blocker) for blocker in self.blockers],
            "next_step": _step(self.next_step),
            "by_group": [group._asdict() for group in self.by_group],
            "recommendations": [recommendation._asdict() for recommendation in self.recommendations],
            "left_out": [gap._asdict() | {"until": gap.until.isoformat()} for gap in self.left_out],
        }


def summarize(
    items: Sequence[Item],
    *,
    organization: str = "",
    assessed_on: date | None = None,
    models: int | None = None,
    teams: int | None = None,
    levels: Sequence[Level] = LEVELS,
    known: Known = NOTHING_KNOWN,
) -> Summary:
    """Add up the items, each capability once, in any order, by the levels of a rubric; ``known`` goes into the recommendations.

    What is not applicable without a written reason is added up as missing. An unknown status or priority is a ValueError.
    """
    items = [item._replace(status=item.counts_as) for item in items]
    counts = scoring.by_status(items)
    return Summary(
        organization=organization,
        assessed_on=assessed_on,
        models=models,
        teams=teams,
        total_capabilities=len(items),
        applicable=len(items) - counts[Status.NOT_APPLICABLE],
        by_status=counts,
        health_score=scoring.health_score(items),
        critical_gaps=scoring.critical_gaps(items),
        confirmed=maturity.confirmed_level(items, levels),
        provisional=maturity.provisional_level(items, levels),
        blockers=maturity.blockers(items, levels),
        next_step=maturity.next_step(items, levels, known.exempt),
        by_group=scoring.by_group(items),
        recommendations=recommendations(items, levels, known),
        left_out=left_out(items, known),
    )


def _blocker(blocker: Blocker) -> dict[str, Any]:
    return {
        "level": blocker.level.level,
        "label": blocker.level.label,
        "capabilities": [{"capability": item.capability, "status": str(item.status)} for item in blocker.items],
    }


def _step(step: NextStep | None) -> dict[str, str | None] | None:
    return {"capability": step.capability, "from": str(step.status), "reaches": step.reaches} if step else None
