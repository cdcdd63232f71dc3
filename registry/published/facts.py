"""Facts about an organization that the registry can count (T3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

from django.db.models import CharField, Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from registry.models import Alert, Check, CheckRun, GateDecision, ModelVersion, ServingReport
from registry.versions.rules.gates import Decision
from registry.versions.rules.lifecycle import Stage

YEAR = timedelta(days=365)
LEAST_VERSIONS, LEAST_SPAN = 3, timedelta(days=7)  # fewer show no rhythm
OF_SKEW_OR_DRIFT = (Check.Kind.DRIFT, Check.Kind.DEFINITION_PARITY, Check.Kind.LOG_PARITY)


class ClosingAlert(NamedTuple):
    """An alert that closed a gate: its model, and the check and run that opened it (None: a serving report did)."""

    model: str
    check: int | None
    run: int | None


class Known(NamedTuple):
    """Counts, the alerts of skew and drift in 12 months that closed a gate, and the mean time between registrations of the most
    often registered model; None: not known."""

    production_models: int | None
    shipping_teams: int | None
    closing_alerts: list[ClosingAlert] | None
    between_registrations: timedelta | None


def known(organization_id: int | None) -> Known:
    """All facts of an organization's teams, in a fixed number of queries. Without a model the counts of models are not
    known."""
    models, teams = _production(organization_id)
    return Known(models, teams, _closing_alerts(organization_id), _between_registrations(organization_id))


def _production(organization_id: int | None) -> tuple[int | None, int | None]:
    live = Q(stage=Stage.PRODUCTION)
    counted = (
        ModelVersion.objects.filter(model__owner_team__organization=organization_id)
        .order_by()
        .aggregate(
            any=Count("pk"),
            models=Count("model", filter=live, distinct=True),
            teams=Count("model__owner_team", filter=live, distinct=True),
        )
    )
    return (counted["models"], counted["teams"]) if counted["any"] else (None, None)


def _closing_alerts(organization_id: int | None) -> list[ClosingAlert] | None:
    """The alerts of skew and drift in 12 months that closed a gate; None when nothing ran that could have opened one."""
    since = timezone.now() - YEAR
    runs = CheckRun.objects.filter(_of_check("check_definition__", organization_id))
    ran = runs.filter(finished_at__gte=since, check_definition__kind__in=OF_SKEW_OR_DRIFT).exists()
    reports = ServingReport.objects.filter(model_version__model__owner_team__organization=organization_id)
    if not ran and not reports.filter(reported_at__gte=since).exists():
        return None
    of_skew = Q(finding=Alert.Kind.SKEW, model__owner_team__organization=organization_id)
    by_check = _of_check("check_definition__", organization_id) & Q(check_definition__kind__in=OF_SKEW_OR_DRIFT)
    alerts = Alert.objects.filter(of_skew | by_check, opened_at__gte=since).annotate(
        key=Concat(Value('"alert:'), Cast("pk", CharField()), Value('"'))
    )
    closed = alerts.filter(Q(Exists(_blocked(OuterRef("key")))) | of_skew & Q(Exists(_blocked(Value('"skew:')))))
    # what one report found of several features is one incident
    columns = ("opened_at", "environment", "model__name", "check_definition_id", "run_id")
    rows = closed.order_by("pk").values_list("pk", *columns).distinct()
    return [ClosingAlert(*row[2:]) for row in dict.fromkeys(row[1:] for row in rows)]


def _blocked(fragment: Any) -> QuerySet[GateDecision]:
    """The blocking decisions on the alert's model after it was opened whose reasons contain a fragment."""
    return GateDecision.objects.annotate(text=Cast("reasons", TextField())).filter(
        decision=Decision.BLOCKED,
        model_version__model=OuterRef("model"),
        decided_at__gte=OuterRef("opened_at"),
        text__contains=fragment,
    )


def _of_check(prefix: str, organization_id: int | None) -> Q:
    """The checks of an organization's models, and of its features where they are of no model."""
    of_model = {f"{prefix}model__owner_team__organization": organization_id}
    of_feature = {f"{prefix}model": None, f"{prefix}feature__owner_team__organization": organization_id}
    return Q(**of_model) | Q(**of_feature)


def _between_registrations(organization_id: int | None) -> timedelta | None:
    spans: Any = (
        ModelVersion.objects.order_by()
        .filter(model__owner_team__organization=organization_id, registered_at__gte=timezone.now() - YEAR)
        .values("model")
        .annotate(count=Count("pk"), span=Max("registered_at") - Min("registered_at"))
        .filter(count__gte=LEAST_VERSIONS, span__gte=LEAST_SPAN)
        .values_list(F("span"), F("count"))
    )
    return min((span / (count - 1) for span, count in spans), default=None)
