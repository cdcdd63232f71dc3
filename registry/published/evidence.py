"""What the registry knows of each capability of an organization: a numerator, a denominator and the list behind them (H11).

The denominator counts every production model that is known from anywhere (`known_models`), registered as it should be or
not: one tidy model proves nothing about the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import BooleanField, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from platform_site.access import Role
from platform_site.audit import queries as audit
from platform_site.audit.models import AuditEvent
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
    ServingReport,
    SnapshotEntry,
    StageChange,
    TrainingSnapshot,
)
from registry.published import known_models
from registry.published.known_models import owned_by
from registry.versions.rules.lifecycle import Stage

LAST_7_DAYS, LAST_90_DAYS = timedelta(days=7), timedelta(days=90)
VERIFIED_AT_ONCE = 10_000  # events; a longer chain takes too long for a page, and verify_audit verifies it
VERSION = "model_version__model"


class Figure(NamedTuple):
    """How many of how many have it, what was counted, and how many production models are in it.

    ``denominator`` 0: there is no evidence.
    """

    numerator: int
    denominator: int
    of: str
    seen: int


class Scope(NamedTuple):
    """Whose records are counted, and at which moment."""

    organization_id: int | None
    now: datetime

    @property
    def since(self) -> datetime:
        return self.now - LAST_90_DAYS


def figures(organization_id: int | None, only: Iterable[str] | None = None) -> dict[str, Figure]:
    """The figures of an organization by capability, all of them or those named, in a fixed number of queries."""
    scope = Scope(organization_id, timezone.now())
    wanted = set(MEASURED if only is None else only) & set(MEASURED)
    if not wanted:
        return {}
    versions, known, described = _of_versions(scope)
    figures = {name: figure for name, figure in versions.items() if name in wanted}
    seen = {"feature_parity": described, "deployment_rollback": None}
    for name in wanted & set(COUNTED):
        of, lists = COUNTED[name]
        numerator, denominator = _count(of_scope(scope) for of_scope in lists)
        models = seen.get(name, known)
        figures[name] = Figure(numerator, denominator, of, denominator if models is None else models)
    if "audit_log" in figures:
        figures.update(_verified(figures.pop("audit_log")))
    return figures


def rows(organization_id: int | None, capability: str) -> QuerySet[Any]:
    """The list behind a figure, those without it first: ``what``, ``of_model``, ``of_version``, ``has``.

    Raises Unknown for a capability without a list.
    """
    scope = Scope(organization_id, timezone.now())
    if capability in OF_VERSIONS:
        versions = _listed(production(scope).annotate(has=F(capability)), "model__name", "version")
        return versions.union(_observed(scope), all=True).order_by("has", "what")
    if capability not in COUNTED:
        raise Unknown(f"There is no list for capability {capability}.")
    first, *others = (LISTED[capability](of_scope(scope)) for of_scope in COUNTED[capability][1])
    return first.union(*others, all=True).order_by("has", "what") if others else first.order_by("has", "what")


def production(scope: Scope) -> QuerySet[ModelVersion]:
    """The known production versions, each with a boolean for every capability that is measured by version."""
    tests = {name: test(scope.now) for name, test in OF_VERSIONS.items()}
    return known_models.production_versions(*scope).annotate(**tests)


def _of_versions(scope: Scope) -> tuple[dict[str, Figure], int, int]:
    """The figures over versions, how many production models are known, and of how many the features are."""
    having = {f"{name}_count": Count("pk", filter=Q(**{name: True})) for name in OF_VERSIONS}
    models = {
        "models": Count("model", distinct=True),
        "described": Count("model", distinct=True, filter=Q(feature_registry=True)),
    }
    counted = production(scope).aggregate(total=Count("pk"), **models, **having)
    observed = known_models.observed_models(scope.organization_id).count()
    of = "production model versions" if not observed else "production models and their versions"
    total, known = counted["total"] + observed, counted["models"] + observed
    figures = {name: Figure(counted[f"{name}_count"], total, of, known) for name in OF_VERSIONS}
    return figures, known, counted["described"]


def _of(records: QuerySet[Any]) -> Exists:
    return Exists(records.filter(model_version=OuterRef("pk")))


def _has_snapshot() -> Q:
    entries = SnapshotEntry.objects.filter(snapshot__model_version=OuterRef("pk"))
    return Q(_of(TrainingSnapshot.objects.all())) & (Q(uses_no_features=True) | Q(Exists(entries)))


def _has_lineage() -> Q:
    parts = (
        ~Q(stage=Stage.OBSERVED)
        & ~Q(code_commit="")
        & Q(container_digest__startswith="sha256:")
        & Q(hyperparameters__isnull=False)
    )
    return parts & _has_snapshot() & Q(_of(Evaluation.objects.all()))


def _reported(now: datetime) -> Q:
    present = {f"{name}__isnull": False for name in ("latency_p95_ms", "error_rate", "predictions")}
    return Q(
        _of(
            ServingReport.objects.filter(
                window_end__gte=now - LAST_7_DAYS, reported_at__gte=now - LAST_7_DAYS, shadow=False, **present
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


def used_features(scope: Scope) -> QuerySet[Any]:
    """Features that production versions were trained on; ``has``: a single version, or the newest passed parity."""
    newest = FeatureVersion.objects.filter(feature=OuterRef("pk")).order_by("-number")
    passed = Check.objects.annotate(compared=KT("parameters__current")).filter(
        kind=Check.Kind.DEFINITION_PARITY,
        feature=OuterRef("pk"),
        compared=OuterRef("newest"),
        runs__outcome=CheckRun.Outcome.PASSED,
    )
    versions = known_models.production_versions(*scope).order_by().values("pk")
    used = SnapshotEntry.objects.filter(snapshot__model_version__in=versions).order_by().values("feature")
    return (
        Feature.objects.filter(pk__in=used)
        .annotate(newest=Subquery(newest.values("name")[:1]), count=Subquery(newest.values("number")[:1]))
        .annotate(passed=Exists(passed))
        .annotate(has=Q(count=1) | Q(passed=True))
    )


def promotions(scope: Scope) -> QuerySet[StageChange]:
    """Promotions to production of 90 days; ``has``: its gate passed without an override."""
    since = StageChange.objects.filter(owned_by(scope.organization_id, VERSION), changed_at__gte=scope.since)
    return since.filter(after=Stage.PRODUCTION).annotate(has=Q(gate_decision__overridden=[]))


def promotions_by_people(scope: Scope) -> QuerySet[StageChange]:
    """The same promotions; ``has``: a named person with a role made it, and where another one had to approve it, an approver
    did."""
    by_role = promotions(scope).annotate(
        by_role=Exists(_people("changed_by", {Role.CONTRIBUTOR, Role.ADMINISTRATOR})),
        by_approver=Exists(_people("approved_by", {Role.APPROVER})),
    )
    approved = Q(approved_by="") | (Q(by_approver=True) & ~Q(approved_by=F("changed_by")))
    return by_role.annotate(has=Q(by_role=True) & approved)


def promotions_on_record(scope: Scope) -> QuerySet[StageChange]:
    """The same promotions; ``has``: its audit event is there."""
    return promotions(scope).annotate(has=_on_record(["model_version.promoted"], "gate_decision", "gate_decision_id"))


def changes_on_record(scope: Scope) -> QuerySet[Deployment]:
    """Changes of what serves in 90 days; ``has``: its audit event is there."""
    events = ["deployment.applied", "deployment.rolled_back"]
    made = Deployment.objects.filter(owned_by(scope.organization_id, VERSION), made_at__gte=scope.since)
    return made.filter(rehearsal=False).annotate(has=_on_record(events, "deployment", "pk"))


def approvals(scope: Scope) -> QuerySet[Override]:
    """Overrides approved in 90 days; ``has``: by a named approver other than the requester."""
    approved = Override.objects.filter(owned_by(scope.organization_id, VERSION), decided_at__gte=scope.since)
    return _by_another_approver(approved.filter(state=Override.State.APPROVED))


def changes_approved(scope: Scope) -> QuerySet[ChangeRequest]:
    """Changes of what serves approved in 90 days; ``has``: by a named approver other than the requester."""
    approved = ChangeRequest.objects.filter(owned_by(scope.organization_id, "model"), decided_at__gte=scope.since)
    return _by_another_approver(approved.filter(state=ChangeRequest.State.APPROVED))


def deployed_models(scope: Scope) -> QuerySet[Any]:
    """Models that serve; ``has``: a rollback was done or rehearsed in 90 days."""
    back = Deployment.objects.filter(
        revision__model=OuterRef("pk"), kind=Deployment.Kind.ROLLBACK, made_at__gte=scope.since
    )
    return known_models.deployed_models(*scope).annotate(has=Exists(back))


def starting_deployments(scope: Scope) -> QuerySet[Deployment]:
    """Deployments of 90 days that started a version; ``has``: with less than all of the traffic."""
    made = Deployment.objects.filter(owned_by(scope.organization_id, VERSION), made_at__gte=scope.since)
    return made.filter(arrives=True).exclude(kind=Deployment.Kind.ROLLBACK).annotate(has=Q(traffic_percent__lt=100))


def _by_another_approver(records: QuerySet[Any]) -> QuerySet[Any]:
    by_role = records.annotate(by_role=Exists(_people("decided_by", {Role.APPROVER})))
    return by_role.annotate(has=Q(by_role=True) & ~Q(decided_by=F("requested_by")))


def _people(field: str, roles: set[Role]) -> QuerySet[User]:
    has_role = Q(groups__name__in=[str(role) for role in roles])
    if Role.ADMINISTRATOR in roles:
        has_role |= Q(is_superuser=True)
    return User.objects.filter(has_role, username=OuterRef(field))


def _on_record(actions: list[str], key: str, field: str) -> Exists:
    """Whether the log has an event of these actions about the record's model version that names the record."""
    name, version = OuterRef("model_version__model__name"), OuterRef("model_version__version")
    subject = Concat(Value("model_version:"), name, Value("/"), version, output_field=CharField())
    number = Cast(OuterRef(field), CharField())
    named = Concat(Value(f'"{key}":'), number, Value(","), output_field=CharField())
    return Exists(AuditEvent.objects.filter(subject=subject, action__in=actions, payload__contains=named))


def _count(lists: Iterable[QuerySet[Any]]) -> tuple[int, int]:
    """How many records have it, and how many there are, over all lists; one query each."""
    numerator = denominator = 0
    for records in lists:
        counted = records.order_by().aggregate(total=Count("pk"), having=Count("pk", filter=Q(has=True)))
        numerator, denominator = numerator + counted["having"], denominator + counted["total"]
    return numerator, denominator


def _verified(figure: Figure) -> dict[str, Figure]:
    """The figure where the whole chain verifies, none of it where it does not; nothing where it is too long to walk."""
    if not figure.denominator:
        return {"audit_log": figure}
    head = audit.head()
    if head is not None and head.sequence > VERIFIED_AT_ONCE:
        return {}
    return {"audit_log": figure if audit.verify().valid else figure._replace(numerator=0)}


def _listed(records: QuerySet[Any], model: str, version: str) -> QuerySet[Any]:
    what = Concat(F(model), Value(" "), F(version), output_field=CharField())
    return records.order_by().values("has", what=what, of_model=F(model), of_version=F(version))


def _observed(scope: Scope) -> QuerySet[Any]:
    """Models without any version here: they have nothing of what is asked of a version."""
    lacking = Value(False, output_field=BooleanField())
    return _models(known_models.observed_models(scope.organization_id).annotate(has=lacking))


def _features(features: QuerySet[Any]) -> QuerySet[Any]:
    empty = Value("", output_field=CharField())
    return features.order_by().values("has", what=F("name"), of_model=empty, of_version=empty)


def _of_record(records: QuerySet[Any]) -> QuerySet[Any]:
    return _listed(records, "model_version__model__name", "model_version__version")


def _models(models: QuerySet[Any]) -> QuerySet[Any]:
    version = Value("", output_field=CharField())
    return models.order_by().values("has", what=F("name"), of_model=F("name"), of_version=version)


# What is counted apart from versions: its name, and the lists that it is counted over.
COUNTED: dict[str, tuple[str, tuple[Callable[[Scope], QuerySet[Any]], ...]]] = {
    "feature_parity": ("features that production models use", (used_features,)),
    "automated_eval_gates": ("promotions to production in 90 days", (promotions,)),
    "deployment_rollback": ("deployed models", (deployed_models,)),
    "progressive_delivery": ("deployments in 90 days", (starting_deployments,)),
    "access_controls": ("approvals and promotions in 90 days", (promotions_by_people, approvals, changes_approved)),
    "audit_log": ("promotions and serving changes in 90 days", (promotions_on_record, changes_on_record)),
}
MEASURED = (*OF_VERSIONS, *COUNTED)
LISTED: dict[str, Callable[[QuerySet[Any]], QuerySet[Any]]] = dict.fromkeys(COUNTED, _of_record) | {
    "feature_parity": _features,
    "deployment_rollback": _models,
}
