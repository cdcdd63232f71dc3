"""How the demo's other teams bring their versions to where they serve, and what serving reports every week."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta

from django.utils import timezone

from platform_site.roof.demo.history import cast
from platform_site.roof.demo.history.clock import days_ago, working_day
from platform_site.roof.demo.history.plan import Model, Version, plan
from platform_site.roof.demo.history.registering import version_of
from platform_site.roof.demo.history.timeline import Moment
from registry.models import ModelVersion, ServedShare
from registry.serving.actions import reports, rollouts
from registry.serving.actions.change_requests import approve_change
from registry.serving.actions.deployments import deploy
from registry.serving.queries.deployments import serving_now
from registry.serving.queries.proposals import Proposal
from registry.versions.actions import promotion
from registry.versions.queries.snapshots import trained_versions
from registry.versions.rules.lifecycle import Stage

PRODUCTION, STAGING = "production", "staging"
STAGES = {
    "registered": (),
    "staging": (Stage.STAGING,),
    "trial": (Stage.STAGING,),
    "archived": (Stage.STAGING, Stage.ARCHIVED),
}
SERVES = (Stage.STAGING, Stage.PRODUCTION)
QUICK = [{"percent": percent, "hold_minutes": 0} for percent in (10, 50, 100)]
SLOW = [{"percent": percent, "hold_minutes": 4 * 24 * 60} for percent in (5, 25, 60)] + [
    {"percent": 100, "hold_minutes": 0}
]
APPROVERS = {"meadow": "hana.sato", "exampleco": "approver"}
REASONS = {
    "whole": "The first version on the platform.",
    "trial": "Tried in staging before anybody depends on it.",
    "shadow": "In shadow: nobody gets its answers while we look at its alarms.",
    "steps": "Retrained; better on the last quarter.",
    "steps_now": "Retrained on this quarter's rows, in steps.",
}
WEEKS = 12
GROWS = 0.015  # of its predictions, every week
WEEKLY = {"ranking": 2_400_000, "classification": 310_000, "regression": 42_000}
WENT_BACK = {"card_fraud"}
SILENT_SINCE = {"merchant_category": 3}  # weeks ago


def moments() -> Iterator[Moment]:
    """Promotions and deployments two days after each registration, then a report of each week."""
    for model in plan().models.values():
        for version in model.versions:
            yield from _delivered(model, version)
        if model.versions[-1].goes_to == "steps" and model.name not in WENT_BACK:
            before, days = model.versions[0].name, model.versions[-1].days - 12
            yield Moment(working_day(days, 11, 30), _promoted(model, before, Stage.ARCHIVED))
    for week in range(WEEKS):
        yield Moment(days_ago(7 * week, 6, 20), _report(week))


def let_serve(model: Model, version: str, proposal: Proposal, environment: str, reason: str) -> None:
    """Request a change of what serves, which the organization's approver approves."""
    outcome = deploy(
        version_of(model.name, version),
        environment=environment,
        proposal=proposal,
        reason=reason,
        actor=cast.person_of(model.team),
    )
    if outcome.request:
        approver = cast.actor(APPROVERS[plan().teams[model.team]["organization"]])
        approve_change(outcome.request, reason="Looked at its metrics and its features.", actor=approver)


def _delivered(model: Model, version: Version) -> Iterator[Moment]:
    for number, stage in enumerate(STAGES.get(version.goes_to, SERVES)):
        yield Moment(working_day(version.days - number, 14, 10 + 20 * number), _promoted(model, version.name, stage))
    if version.goes_to in REASONS:
        yield Moment(working_day(max(version.days - 2, 0), 15, 40), _deployed(model, version))
    if version.goes_to == "steps":
        for hour in (16, 17):
            yield Moment(working_day(version.days - 2, hour, 45), rollouts.advance_rollouts)
    if version.goes_to == "steps_now":
        yield Moment(days_ago(max(version.days - 6, 0), 16, 50), rollouts.advance_rollouts)


def _deployed(model: Model, version: Version) -> Callable[[], object]:
    proposal = {
        "shadow": Proposal(0, shadow=True),
        "steps": Proposal(steps=QUICK),
        "steps_now": Proposal(steps=SLOW),
    }.get(version.goes_to, Proposal(100, {"alarm_above": 0.5} if model.type == "classification" else None))
    environment = STAGING if version.goes_to == "trial" else PRODUCTION
    return lambda: let_serve(model, version.name, proposal, environment, REASONS[version.goes_to])


def _promoted(model: Model, version: str, to: Stage) -> Callable[[], object]:
    return lambda: promotion.promote(version_of(model.name, version), to, actor=cast.person_of(model.team))


def _report(week: int) -> Callable[[], object]:
    """What every model that serves in production reports of a week."""

    def act() -> None:
        shares = ServedShare.objects.filter(revision__in=serving_now(), revision__environment=PRODUCTION, percent__gt=0)
        shares = shares.select_related("model_version__model__owner_team").order_by("model_version__model", "percent")
        for version in {share.model_version.model_id: share.model_version for share in shares}.values():
            model = plan().models.get(version.model.name)
            if model and SILENT_SINCE.get(model.name, 0) <= week:
                _report_of(model, version, week)

    return act


def _report_of(model: Model, version: ModelVersion, week: int) -> None:
    draw = zlib.crc32(f"{model.name} {week}".encode()) % 1_000 / 1_000
    p50, now = 8 + len(model.features) * 3 + 4 * draw, timezone.now()
    reports.report_serving(
        version,
        environment=PRODUCTION,
        window=(now - timedelta(days=7), now),
        features={name: {"version": trained.name} for name, trained in trained_versions(version).items()},
        latency_ms={"p50": round(p50, 1), "p95": round(p50 * (2.6 + draw), 1)},
        error_rate=round(0.0008 + 0.0012 * draw, 5),
        predictions=round(WEEKLY[model.type] * (1 + GROWS) ** (WEEKS - week) * (0.92 + 0.16 * draw)),
        actor=cast.serving_of(model.team),
    )
