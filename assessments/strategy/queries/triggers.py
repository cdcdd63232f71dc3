"""Whether an organization's facts, entered and measured, call for a platform, and what changed since the last recorded evaluation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import Count, F, Max, Min, QuerySet
from django.utils import timezone

from assessments.health.queries.known import standing_postmortems
from assessments.models import Organization, TrainingRun, TriggerEvaluation
from assessments.organizations.rules.facts import Facts, cadence_of, with_measured
from assessments.strategy.rules.triggers import ConditionChange, Evaluation, changed_conditions, evaluate
from registry.published import facts as registry

QUARTER = timedelta(days=90)
LEAST_RUNS, LEAST_SPAN = 3, timedelta(days=7)  # fewer show no rhythm


class TriggerStatus(NamedTuple):
    """The current evaluation, the one recorded last (None: none yet), and which conditions changed between the two."""

    facts: Facts
    evaluation: Evaluation
    previous: TriggerEvaluation | None
    moved: list[ConditionChange]


def trigger_status(organization: Organization) -> TriggerStatus:
    """What an organization's facts say now, in a fixed number of queries."""
    facts = facts_of(organization)
    evaluation, previous = evaluate(facts), evaluations_of(organization).first()
    moved = changed_conditions(previous.states, evaluation) if previous else []
    return TriggerStatus(facts, evaluation, previous, moved)


def evaluations_of(organization: Organization) -> QuerySet[TriggerEvaluation]:
    """The recorded evaluations, newest first."""
    return TriggerEvaluation.objects.filter(organization=organization).order_by("-evaluated_at", "-pk")


def facts_of(organization: Organization) -> Facts:
    """The facts that were entered, filled in and held against what is measured."""
    return with_measured(organization.facts, measured_facts(organization))


def measured_facts(organization: Organization) -> dict[str, Any]:
    """What the registry, the training runs and the published postmortems show, None where they show nothing."""
    known = registry.known(organization.pk)
    intervals = [
        interval for interval in (known.between_registrations, _between_runs(organization)) if interval is not None
    ]
    return {
        "production_models": known.production_models,
        "shipping_teams": known.shipping_teams,
        "skew_or_drift_incidents_12m": _incidents(organization, known.closing_alerts),
        "retraining_cadence": cadence_of(min(intervals, default=None)),
    }


def _incidents(organization: Organization, alerts: list[registry.ClosingAlert] | None) -> int | None:
    """Published postmortems of 12 months, and alerts that closed a gate which no such postmortem tells of.

    None where there is no postmortem and nothing ran that could have opened an alert.
    """
    since = timezone.now() - registry.YEAR
    standing = standing_postmortems(organization).filter(happened_at__gte=since)
    rows = list(standing.order_by().values_list("pk", "links__kind", "links__name"))
    count, linked = len({pk for pk, *_ in rows}), {(kind, name) for _, kind, name in rows}
    if alerts is None:
        return count or None
    return count + sum(
        not linked & {("model", alert.model), ("check", str(alert.check)), ("run", str(alert.run))} for alert in alerts
    )


def _between_runs(organization: Organization) -> timedelta | None:
    """The mean time between successful runs of the model that is trained most often; None where there is no rhythm."""
    since = timezone.now() - QUARTER
    runs = TrainingRun.objects.order_by().filter(organization=organization, succeeded=True, started_at__gte=since)
    spans = (
        runs.values("team", "model")
        .annotate(count=Count("pk"), span=Max("started_at") - Min("started_at"))
        .filter(count__gte=LEAST_RUNS, span__gte=LEAST_SPAN)
        .values_list(F("span"), F("count"))
    )
    return min((span / (count - 1) for span, count in spans), default=None)
