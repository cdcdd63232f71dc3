"""Checks, their runs and alerts, as lists and pages show them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BooleanField, Case, Count, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from platform_site.errors import Unknown
from registry.checks.queries.concerned import DATA_ROLES
from registry.checks.rules.alerts import EXTRA, MISSING
from registry.compute.kinds.quality.verdict import KIND as QUALITY
from registry.compute.stats.catalogue import ALL
from registry.compute.stats.entry import Entry
from registry.models import (
    Alert,
    AlertFinding,
    Check,
    CheckResult,
    CheckRun,
    ColumnFinding,
    Dataset,
    DifferingRows,
    Feature,
    GateSettings,
    RegisteredModel,
    ServingRevision,
)

UNRESOLVED = "unresolved"
RUNS_OF_A_CHART = 60


def checks() -> QuerySet[Check]:
    """Every check, with the id of its newest run."""
    newest = CheckRun.objects.filter(check_definition=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    return Check.objects.select_related("feature", "model").annotate(newest_run_id=Subquery(newest)).order_by("-pk")


def runs() -> QuerySet[CheckRun]:
    """Every run with its check, newest first."""
    return CheckRun.objects.select_related("check_definition__feature", "check_definition__model").order_by("-pk")


def get_run(run_id: int) -> CheckRun:
    """One run with its result; Unknown when there is none."""
    run = runs().select_related("result").filter(pk=run_id).first()
    if run is None:
        raise Unknown(f"There is no check run {run_id}.")
    return run


def get_check(check_id: int) -> Check:
    """One check; Unknown when there is none."""
    check = checks().filter(pk=check_id).first()
    if check is None:
        raise Unknown(f"There is no check {check_id}.")
    return check


def over(dataset: Dataset) -> QuerySet[Check]:
    """The checks that read a data set, by name or through a source table that is bound to it; ``compared``: what the newest
    run of each compared and left out."""
    named = reduce(or_, (Q(**{f"parameters__{role}": dataset.name}) for role in DATA_ROLES))
    tables = dataset.source_versions.filter(current_of__isnull=False).values("source_table__name")
    newest = CheckResult.objects.filter(run__check_definition=OuterRef("pk")).order_by("-run_id")
    compared = Subquery(newest.values(sentence=KeyTextTransform("sentence", "content"))[:1])
    return checks().filter(named | Q(feature__current__source_table__in=tables)).annotate(compared=compared)


def scheduled_kinds(about: Q) -> dict[str, int]:
    """How many of some checks run on a schedule, by kind; one query."""
    scheduled = Check.objects.filter(about).exclude(schedule="").order_by()
    return dict(scheduled.values_list("kind").annotate(rows=Count("pk")))


def largest_effects(about: Q) -> list[ColumnFinding]:
    """The finding that was furthest from its limit in each of the newest runs of some drift checks, the oldest first; one
    query."""
    drift = Check.objects.filter(about, kind=Check.Kind.DRIFT).values("pk")
    first = ColumnFinding.objects.filter(run__check_definition__in=drift, rank=1, effect__isnull=False)
    newest = first.defer("content").select_related("run__check_definition").order_by("-run_id")
    return list(reversed(newest[:RUNS_OF_A_CHART]))


def effects_by_check(checks: Collection[int], most: int) -> dict[int, list[ColumnFinding]]:
    """The finding that was furthest from its limit in each of the newest runs of these drift checks, the oldest first, by
    the check's key; two queries, none without a check. Runs before those are not read."""
    if not checks:
        return {}
    nth = CheckRun.objects.filter(check_definition=OuterRef("pk")).order_by("-pk").values("pk")[most - 1 : most]
    first = dict(
        Check.objects.filter(pk__in=checks).order_by().annotate(first=Subquery(nth)).values_list("pk", "first")
    )
    newest = Q(*(Q(run__check_definition=check, run_id__gte=run or 0) for check, run in first.items()), _connector=Q.OR)
    findings = ColumnFinding.objects.filter(newest, rank=1, effect__isnull=False).defer("content").order_by("run_id")
    by_check: dict[int, list[ColumnFinding]] = {}
    for finding in findings.select_related("run__check_definition"):
        by_check.setdefault(finding.run.check_definition_id, []).append(finding)
    return by_check


def deployed_at(model: RegisteredModel) -> list[tuple[datetime, str]]:
    """When the newest revisions of a model came to serve in production, each with its name; one query."""
    revisions = ServingRevision.objects.filter(model=model, environment="production").order_by("-number")
    return [(revision.made_at, str(revision)) for revision in revisions[:RUNS_OF_A_CHART]]


def get_finding(run: CheckRun, rank: int) -> ColumnFinding:
    """What a run found about one column; Unknown when there is no such rank."""
    finding = run.columns.filter(rank=rank).first()
    if finding is None:
        raise Unknown(f"Run {run.pk} has no finding of rank {rank}.")
    return finding


def prediction_findings(run: CheckRun) -> QuerySet[ColumnFinding]:
    """What a run found about predictions: their metrics and their fairness, ranked."""
    return run.columns.filter(kind=QUALITY).order_by("rank")


def history(finding: ColumnFinding) -> QuerySet[ColumnFinding]:
    """The findings of every run of the check about that column, newest first."""
    same = ColumnFinding.objects.filter(run__check_definition=finding.run.check_definition, column=finding.column)
    return same.defer("content").select_related("run").order_by("-run_id")


def newest_result(check: Check) -> dict[str, Any]:
    """The result of the newest finished run: what it compared, how it judged its windows. Empty when none has finished."""
    newest = CheckResult.objects.filter(run__check_definition=check).order_by("-run_id").first()
    return newest.content if newest else {}


def states() -> list[tuple[str, int]]:
    """How many runs are in each state."""
    counted = dict(CheckRun.objects.order_by().values_list("state").annotate(rows=Count("pk")))
    return [(state, counted.get(state, 0)) for state in CheckRun.State.values]


def outcomes_since(moment: datetime, organization_id: int | None = None) -> dict[str, int]:
    """How many runs ended with which outcome since a moment; one query. Of an organization: without those about models
    and features of another one's teams."""
    ended = CheckRun.objects.filter(finished_at__gte=moment).exclude(outcome="").order_by()
    if organization_id is not None:
        for about in ("model", "feature"):
            owner = f"check_definition__{about}__owner_team__organization"
            ended = ended.filter(Q((owner, organization_id)) | Q((owner, None)))
    return dict(ended.values_list("outcome").annotate(rows=Count("pk")))


def alerts_since(moment: datetime, whose: Q) -> tuple[int, int]:
    """How many alerts of some models were opened since a moment, and how many were resolved; one query."""
    counted = (
        Alert.objects.filter(whose)
        .order_by()
        .aggregate(
            opened=Count("pk", filter=Q(opened_at__gte=moment)), resolved=Count("pk", filter=Q(resolved_at__gte=moment))
        )
    )
    return counted["opened"], counted["resolved"]


def tried_again() -> QuerySet[CheckRun]:
    """The runs that took more than one attempt, newest first: their worker died or stopped responding."""
    return runs().filter(attempts__gt=1)


def outcomes(run: CheckRun) -> list[tuple[str, int]]:
    """How many columns have each outcome."""
    counted = run.columns.order_by().values_list("outcome").annotate(rows=Count("pk"))
    return sorted(counted, key=lambda pair: -pair[1])


def differing_rows(run: CheckRun) -> DifferingRows | None:
    """The differing rows that a run stored, if any."""
    return DifferingRows.objects.filter(run=run).first()


def catalogue() -> tuple[Entry, ...]:
    """Every statistic with its title, in the order in which pages list them."""
    return ALL


def alerts() -> QuerySet[Alert]:
    """Every alert with its model, version and check, whether it closes a gate, and its newest finding; newest first."""
    setting = GateSettings.objects.order_by("-pk").values("skew_closes_gate")[:1]
    newest = AlertFinding.objects.filter(alert=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    closes = Case(
        When(blocking=True, then=True),
        When(finding=Alert.Kind.SKEW, then=Coalesce(Subquery(setting), True)),
        default=False,
        output_field=BooleanField(),
    )
    rows = Alert.objects.select_related("model__owner_team", "model_version", "check_definition", "run")
    return rows.annotate(closes_gate=closes, newest_finding=Subquery(newest))


def open_alerts() -> QuerySet[Alert]:
    """The unresolved alerts."""
    return alerts().exclude(state=Alert.State.RESOLVED)


def alerts_about(feature: Feature) -> list[Alert]:
    """The unresolved alerts of a feature's checks, and of serving that computes it differently or does not report it."""
    skewed = Q(finding=Alert.Kind.SKEW, feature=feature.name)
    unreported = Q(
        finding=Alert.Kind.FEATURES, parts__has_any_keys=[f"{MISSING}{feature.name}", f"{EXTRA}{feature.name}"]
    )
    return list(open_alerts().filter(Q(check_definition__feature=feature) | skewed | unreported))


def alerts_by(*, state: str = "", model: str = "", team: str = "", blocking: bool | None = None) -> QuerySet[Alert]:
    """The alerts in a state, `unresolved` for every one that is not resolved; of a model, of a team's models; that close the
    gate or not."""
    rows = alerts()
    if state == UNRESOLVED:
        rows = rows.exclude(state=Alert.State.RESOLVED)
    elif state:
        rows = rows.filter(state=state)
    if model:
        rows = rows.filter(model__name=model)
    if team:
        rows = rows.filter(model__owner_team__slug=team)
    return rows if blocking is None else rows.filter(Q(closes_gate=blocking))


def alert_counts() -> list[tuple[str, int]]:
    """How many alerts are in each state."""
    counted = dict(Alert.objects.order_by().values_list("state").annotate(rows=Count("pk")))
    return [(state, counted.get(state, 0)) for state in Alert.State.values]


def models_with_alerts() -> list[str]:
    """The names of the models that ever had one."""
    return list(Alert.objects.order_by("model__name").values_list("model__name", flat=True).distinct())


def get_alert(alert_id: int) -> Alert:
    """One alert; Unknown when there is none."""
    alert = alerts().filter(pk=alert_id).first()
    if alert is None:
        raise Unknown(f"There is no alert {alert_id}.")
    return alert


def findings_of(alert: Alert) -> list[AlertFinding]:
    """What an alert reported, the newest first, each with whether what was acknowledged last covers it."""
    findings = list(alert.findings.order_by("-pk"))
    for finding in findings:
        finding.seen_by_ack = finding.is_covered(alert.acknowledged)
    return findings
