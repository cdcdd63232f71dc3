"""The sample organization with a year of assessments, and two others, created through the actions."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from assessments.health.actions.assessments import begin_assessment, publish_assessment
from assessments.models import Organization
from assessments.organizations.actions import add_organization
from platform_site.access import Actor
from platform_site.roof.demo.history.timeline import Moment

Quarter = tuple[date, int, int, list[dict[str, str]]]
SAMPLE = Path(__file__).with_name("exampleco.json")
SLUG = "exampleco"
MEADOW = "meadow"
SLUGS = (SLUG, "harbor", MEADOW)
ASSESSED_ON = date(2026, 11, 2)
# The quarters of the year before: the day, models, teams, and the capabilities whose status differed from the next quarter.
BEFORE = (
    (date(2026, 8, 3), 7, 3, {"deployment_rollback": "partial", "lineage": "missing"}),
    (date(2026, 5, 4), 6, 3, {"baseline_monitoring": "partial", "model_registry": "missing"}),
    (date(2026, 2, 2), 5, 2, {"orchestrated_training": "partial", "access_controls": "partial"}),
    (date(2025, 11, 3), 4, 2, {"artifact_store": "partial", "deployment_rollback": "missing"}),
)
# The same for Meadow Credit, which has come further.
MEADOW_BEFORE: tuple[tuple[date, int, int, dict[str, str]], ...] = (
    (date(2026, 7, 20), 9, 5, {"lineage": "partial", "automated_eval_gates": "partial", "feature_registry": "missing"}),
    (date(2026, 4, 20), 8, 4, {"audit_log": "partial", "feature_parity": "missing", "slice_evaluation": "missing"}),
    (date(2026, 1, 19), 6, 4, {"baseline_monitoring": "partial", "model_registry": "partial", "lineage": "missing"}),
    (date(2025, 10, 20), 5, 3, {"deployment_rollback": "missing", "automated_eval_gates": "missing"}),
)
OTHERS = (
    (
        "harbor",
        "Harbor Logistics ML",
        date(2026, 10, 5),
        3,
        2,
        {"artifact_store", "reproducible_envs"},
        {"model_registry"},
    ),
    (
        MEADOW,
        "Meadow Credit ML",
        date(2026, 10, 19),
        11,
        5,
        {
            *("artifact_store", "model_registry", "orchestrated_training", "deployment_rollback", "audit_log"),
            *("baseline_monitoring", "automated_eval_gates", "lineage", "access_controls", "reproducible_envs"),
        },
        {"feature_parity", "slice_evaluation", "progressive_delivery", "feature_registry"},
    ),
)


def add_organizations(actor: Actor) -> None:
    """Add the organizations, so that teams and their records can belong to one; a second call changes nothing."""
    sample = json.loads(SAMPLE.read_text())
    _organization(SLUG, sample["name"], sample["facts"], actor)
    for slug, name, _, models, teams, *_ in OTHERS:
        _organization(slug, name, {"production_models": models, "shipping_teams": teams}, actor)


def load(actor: Actor) -> None:
    """Publish the assessments, with what the registry measures by then; a second call changes nothing."""
    add_organizations(actor)
    for moment in moments(actor):
        moment.act()


def moments(actor: Actor) -> list[Moment]:
    """Each assessment on its day."""
    sample = json.loads(SAMPLE.read_text())
    newest = (ASSESSED_ON, sample["model_count"], sample["team_count"], sample["items"])
    assessments = [(SLUG, quarter) for quarter in _quarters(newest, BEFORE)]
    for slug, _, day, models, teams, done, begun in OTHERS:
        items = [{"capability": item, "status": "implemented"} for item in sorted(done)]
        items += [{"capability": item, "status": "partial"} for item in sorted(begun)]
        before = MEADOW_BEFORE if slug == MEADOW else ()
        assessments += [(slug, quarter) for quarter in _quarters((day, models, teams, items), before)]
    return [
        Moment(
            min(datetime(*quarter[0].timetuple()[:3], 14, tzinfo=UTC), timezone.now()), _assess(slug, quarter, actor)
        )
        for slug, quarter in assessments
    ]


def _quarters(newest: Quarter, before: Sequence[tuple[date, int, int, dict[str, str]]]) -> list[Quarter]:
    """The quarters before the newest one, oldest first: each differs from the next in the statuses that it names."""
    quarters = [newest]
    for day, models, teams, stood in before:
        later = quarters[0][-1]
        items = [item | {"status": stood.get(item["capability"], item["status"])} for item in later]
        quarters.insert(0, (day, models, teams, items))
    return quarters


def _organization(slug: str, name: str, facts: dict[str, Any], actor: Actor) -> None:
    if not Organization.objects.filter(slug=slug).exists():
        add_organization(slug=slug, name=name, actor=actor, **facts)


def _assess(slug: str, quarter: Quarter, actor: Actor) -> Callable[[], object]:
    day, models, teams, items = quarter

    def act() -> None:
        organization = Organization.objects.get(slug=slug)
        if organization.assessments.filter(assessed_on=day).exists():
            return
        begun = begin_assessment(
            organization, assessed_on=day, model_count=models, team_count=teams, items=items, actor=actor
        )
        publish_assessment(begun, actor=actor)

    return act


def sample_organization() -> Organization | None:
    """The organization whose samples these are; None where it was not loaded."""
    return Organization.objects.filter(slug=SLUG).first()
