"""What the registry knows of each capability: a numerator, a denominator and the list behind them (H11)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Concat
from django.utils import timezone

from platform_site.access import Role
from platform_site.audit import queries as audit
from platform_site.errors import Unknown
from platform_site.people.models import User
from registry.models import (
    ChangeRequest,
    Check,
    CheckRun,
    Deployment,
    Evaluation,
    Feature,
    FeatureVersion,
    ModelVersion,
    Override,
    RegisteredModel,
    ServingReport,
    SnapshotEntry,
    StageChange,
    TrainingSnapshot,
)
from registry.serving.queries.deployments import serving_now
from registry.versions.rules.lifecycle import Stage

LAST_7_DAYS, LAST_90_DAYS = timedelta(days=7), timedelta(days=90)
VERIFIED_AT_ONCE = 10_000  # events; a longer chain takes too long for a page, and verify_audit verifies it
VERSIONS = "production model versions"


class Figure(NamedTuple):
    """How many of how many have it, and what was counted; ``denominator`` 0: there is no evidence."""

    numerator: int
    denominator: int
    of: str


def figures() -> dict[str, Figure]:
    """Every figure by capability, counted in the database, in a fixed number of queries."""
    now = timezone.now()
    having = {f"{name}_count": Count("pk", filter=Q(**{name: True})) for name in OF_VERSIONS}
    counted = production(now).aggregate(total=Count("pk"), **having)
    figures = {name: Figure(counted[f"{name}_count"], counted["total"], VERSIONS) for name in OF_VERSIONS}
    figures["feature_parity"] = _figure(used_features(), "features that production models use")
    figures["automated_eval_gates"] = _figure(promotions(now), "promotions to production in 90 days")
    figures["deployment_rollback"] = _figure(deployed_models(now), "deployed models")
    figures["progressive_delivery"] = _figure(starting_deployments(now), "deployments in 90 days")
    by_people = [_figure(records(now), "") for records in (promotions_by_people, approvals, changes_approved)]
    figures["access_controls"] = Figure(
        sum(figure.numerator for figure in by_people),
        sum(figure.denominator for figure in by_people),
        "approvals and promotions in 90 days",
    )
    return figures | _audit_log()


def rows(capability: str) -> QuerySet[Any]:
    """The list behind a figure, those without it first: ``what``, ``of_model``, ``of_version``, ``has``.

    Raises Unknown for a capability without a list.
    """
    now = timezone.now()
    if capability in OF_VERSIONS:
        return _listed(production(now).annotate(has=F(capability)), "model__name", "version")
    if capability not in LISTS:
        raise Unknown(f"There is no list for capability {capability}.")
    return LISTS[capability](now)


def production(now: datetime) -> QuerySet[ModelVersion]:
    """The production versions, each with a boolean for every capability that is measured by version."""
    return ModelVersion.objects.filter(stage=Stage.PRODUCTION).annotate(
        **{name: test(now) for name, test in OF_VERSIONS.items()}
    )


def _of(records: QuerySet[Any]) -> Exists:
    return Exists(records.filter(model_version=OuterRef("pk")))


def _has_snapshot() -> Q:
    entries = SnapshotEntry.objects.filter(snapshot__model_version=OuterRef("pk"))
    return Q(_of(TrainingSnapshot.objects.all())) & (Q(uses_no_features=True) | Q(Exists(entries)))


def _has_lineage() -> Q:
    parts = ~Q(code_commit="") & Q(container_digest__startswith="sha256:") & Q(hyperparameters__isnull=False)
    return parts & _has_snapshot() & Q(_of(Evaluation.objects.all()))


def _reported(now: datetime) -> Q:
    present = {f"{name}__isnull": False for name in ("latency_p95_ms", "error_rate", "predictions")}
    return Q(
        _of(
            ServingReport.objects.filter(
                window_end__gte=now - LAST_7_DAYS, reported_at__gte=now - LAST_7_DAYS, **present
            )
        )
    )


def _drift_watched(now: datetime) -> Q:
    """Whether a scheduled drift check of the model ran; found by model, once: by version it took half a minute for 5,000."""
    runs = CheckRun.objects.filter(
        check_definition__model__isnull=False,
        check_definition__kind=Check.Kind.DRIFT,
        state=CheckRun.State.FINISHED,
        finished_at__gte=now - LAST_7_DAYS,
    )
    ran = runs.exclude(check_definition__schedule="").exclude(outcome=CheckRun.Outcome.ERRORED)
    return Q(model__in=ran.order_by().values("check_definition__model"))


OF_VERSIONS: dict[str, Callable[[datetime], Q]] = {
    "artifact_store": lambda now: ~Q(artifact_uri="") & ~Q(artifact_digest=""),
    "model_registry": lambda now: _has_lineage(),
    "lineage": lambda now: _has_lineage() & ~Q(pipeline_commit=""),
    "feature_registry": lambda now: _has_snapshot(),
    "slice_evaluation": lambda now: Q(_of(Evaluation.objects.exclude(slice=""))),
    "baseline_monitoring": _reported,
    "data_drift_monitoring": _drift_watched,
    "reproducible_envs": lambda now: Q(container_digest__startswith="sha256:"),
}


def used_features() -> QuerySet[Any]:
    """Features that production versions were trained on; ``has``: a single version, or the newest passed parity."""
    newest = FeatureVersion.objects.filter(feature=OuterRef("pk")).order_by("-number")
    passed = Check.objects.annotate(compared=KT("parameters__current")).filter(
        kind=Check.Kind.DEFINITION_PARITY,
        feature=OuterRef("pk"),
        compared=OuterRef("newest"),
        runs__outcome=CheckRun.Outcome.PASSED,
    )
    used = SnapshotEntry.objects.filter(snapshot__model_version__stage=Stage.PRODUCTION).values("feature")
    return (
        Feature.objects.filter(pk__in=used)
        .annotate(newest=Subquery(newest.values("name")[:1]), count=Subquery(newest.values("number")[:1]))
        .annotate(passed=Exists(passed))
        .annotate(has=Q(count=1) | Q(passed=True))
    )


def promotions(now: datetime) -> QuerySet[StageChange]:
    """Promotions to production of 90 days; ``has``: its gate passed without an override."""
    since = StageChange.objects.filter(after=Stage.PRODUCTION, changed_at__gte=now - LAST_90_DAYS)
    return since.annotate(has=Q(gate_decision__overridden=[]))


def promotions_by_people(now: datetime) -> QuerySet[StageChange]:
    """The same promotions; ``has``: a named person with a role made it."""
    return promotions(now).annotate(has=Exists(_people("changed_by", {Role.CONTRIBUTOR, Role.ADMINISTRATOR})))


def approvals(now: datetime) -> QuerySet[Override]:
    """Overrides approved in 90 days; ``has``: by a named approver other than the requester."""
    approved = Override.objects.filter(state=Override.State.APPROVED, decided_at__gte=now - LAST_90_DAYS)
    return approved.annotate(by_role=Exists(_people("decided_by", {Role.APPROVER}))).annotate(
        has=Q(by_role=True) & ~Q(decided_by=F("requested_by"))
    )


def changes_approved(now: datetime) -> QuerySet[ChangeRequest]:
    """Changes of what serves approved in 90 days; ``has``: by a named approver other than the requester."""
    approved = ChangeRequest.objects.filter(state=ChangeRequest.State.APPROVED, decided_at__gte=now - LAST_90_DAYS)
    return approved.annotate(by_role=Exists(_people("decided_by", {Role.APPROVER}))).annotate(
        has=Q(by_role=True) & ~Q(decided_by=F("requested_by"))
    )


def deployed_models(now: datetime) -> QuerySet[Any]:
    """Models with traffic somewhere; ``has``: a rollback was done or rehearsed in 90 days."""
    back = Deployment.objects.filter(
        revision__model=OuterRef("pk"), kind=Deployment.Kind.ROLLBACK, made_at__gte=now - LAST_90_DAYS
    )
    deployed = serving_now().filter(shares__isnull=False).values("model")
    return RegisteredModel.objects.filter(pk__in=deployed).annotate(has=Exists(back))


def starting_deployments(now: datetime) -> QuerySet[Deployment]:
    """Deployments of 90 days that started a version; ``has``: with less than all of the traffic."""
    starting = Deployment.objects.filter(arrives=True, made_at__gte=now - LAST_90_DAYS).exclude(
        kind=Deployment.Kind.ROLLBACK
    )
    return starting.annotate(has=Q(traffic_percent__lt=100))


def _people(field: str, roles: set[Role]) -> QuerySet[User]:
    has_role = Q(groups__name__in=[str(role) for role in roles])
    if Role.ADMINISTRATOR in roles:
        has_role |= Q(is_superuser=True)
    return User.objects.filter(has_role, username=OuterRef(field))


def _figure(records: QuerySet[Any], of: str) -> Figure:
    counted = records.aggregate(total=Count("pk"), having=Count("pk", filter=Q(has=True)))
    return Figure(counted["having"], counted["total"], of)


def _audit_log() -> dict[str, Figure]:
    head = audit.head()
    if head is not None and head.sequence > VERIFIED_AT_ONCE:
        return {}
    return {"audit_log": Figure(int(audit.verify().valid), 1, "audit chains that verify")}


def _listed(records: QuerySet[Any], model: str, version: str) -> QuerySet[Any]:
    what = Concat(F(model), Value(" "), F(version), output_field=CharField())
    return records.order_by("has", model, version, "pk").values(
        "has", what=what, of_model=F(model), of_version=F(version)
    )


def _features(now: datetime) -> QuerySet[Any]:
    empty = Value("", output_field=CharField())
    return used_features().order_by("has", "name").values("has", what=F("name"), of_model=empty, of_version=empty)


def _of_promotion(records: QuerySet[Any]) -> QuerySet[Any]:
    return _listed(records, "model_version__model__name", "model_version__version")


def _access(now: datetime) -> QuerySet[Any]:
    made, *approved = (_of_promotion(of(now)).order_by() for of in (promotions_by_people, approvals, changes_approved))
    return made.union(*approved, all=True).order_by("has", "what")


def _models(now: datetime) -> QuerySet[Any]:
    version = Value("", output_field=CharField())
    models = deployed_models(now).order_by("has", "name")
    return models.values("has", what=F("name"), of_model=F("name"), of_version=version)


LISTS: dict[str, Callable[[datetime], QuerySet[Any]]] = {
    "feature_parity": _features,
    "automated_eval_gates": lambda now: _of_promotion(promotions(now)),
    "access_controls": _access,
    "deployment_rollback": _models,
    "progressive_delivery": lambda now: _of_promotion(starting_deployments(now)),
}
