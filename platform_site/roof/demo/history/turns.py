"""What went otherwise than planned in the demo's history: definitions that changed, ways out of a closed gate, approvals that
were refused or wait, alerts that somebody acknowledged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import NamedTuple

from django.utils import timezone

from platform_site.access import Actor
from platform_site.errors import Refusal
from platform_site.roof.demo.history import cast
from platform_site.roof.demo.history.clock import working_day
from platform_site.roof.demo.history.delivering import PRODUCTION
from platform_site.roof.demo.history.plan import plan
from platform_site.roof.demo.history.registering import definition, sample, version_of
from platform_site.roof.demo.history.timeline import Moment
from registry.checks.actions.alerts import acknowledge
from registry.features.actions.current_version import set_current
from registry.features.actions.registration import register_feature
from registry.models import Alert, ChangeRequest, Deployment, Feature, FeatureVersion, Override, RegisteredModel
from registry.serving.actions import reports
from registry.serving.actions.change_requests import expire_and_remind, reject_change, withdraw_change
from registry.serving.actions.deployments import deploy, rollback
from registry.serving.actions.standing_approvals import approve_standing_approval, request_standing_approval
from registry.serving.queries.proposals import Proposal
from registry.serving.queries.reports import expected_features
from registry.versions.actions import gates, policies, registration
from registry.versions.actions.overrides import approve_override, reject_override, request_override
from registry.versions.actions.pins import pin_features
from registry.versions.queries.snapshots import trained_versions

Act = Callable[[], object]
LEAD, APPROVER = "elif.demir", "hana.sato"


class Redefined(NamedTuple):
    """A feature whose definition somebody changed."""

    table: str
    feature: str
    logic: str
    null_handling: str
    reason: str


NET_SPEND = Redefined(
    "card_transactions",
    "card_spend_7",
    "SUM(amount - COALESCE(refund, 0)) OVER (PARTITION BY card_id ORDER BY paid_at ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)",
    "zero_fill",
    "Refunds do not count as spending any more.",
)
INCOME_WITH_FLOOR = Redefined(
    "loan_applications",
    "debt_to_income",
    "debt / GREATEST(income, 1200.0)",
    "drop",
    "Incomes below 1,200 are mostly part of a month; their ratios were noise.",
)
TIDIED = Redefined(
    "payment_plans",
    "promise_kept_share",
    "least(kept / greatest(promises, 1), 1.0)",
    "zero_fill",
    "Formatted by the new linter.",
)
SHORT_VISITS = Redefined(
    "customer_months",
    "visits_3m",
    "SUM(CASE WHEN visits > 1 THEN visits ELSE 0 END) OVER (PARTITION BY customer_id ORDER BY measured_at ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)",
    "zero_fill",
    "A single visit in a month is mostly the newsletter.",
)
LATE_SIX = Redefined(
    "payment_plans",
    "days_late_max_6",
    "MAX(days_late) OVER (PARTITION BY customer_id ORDER BY due_at ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)",
    "zero_fill",
    "Six instalments before this one.",
)
METRICS = [
    {"metric": "auc", "baseline": "serving", "max_worse": 0.02},
    {"metric": "auc", "operator": ">=", "threshold": 0.65},
]
LOOSER = [
    {"metric": "auc", "baseline": "serving", "max_worse": 0.05},
    {"metric": "auc", "operator": ">=", "threshold": 0.6},
]


def moments() -> Iterator[Moment]:
    """Every turn at its time, by what it is about."""
    for turns in (_of_the_lead(), _of_cards(), _of_lending(), _of_collections(), _of_growth(), _of_approvals()):
        for days, hour, minute, act in turns:
            yield Moment(working_day(days, hour, minute), act)


def _of_the_lead() -> Iterator[tuple[int, int, int, Act]]:
    yield (
        83,
        9,
        20,
        lambda: _save_policy(METRICS, "A classifier that is worse than the one that serves needs a reason."),
    )
    yield 4, 15, 5, lambda: _save_policy(LOOSER, "Small cohorts vary by more than 2% from week to week.")
    yield 70, 13, 30, _refused_registration


def _of_cards() -> Iterator[tuple[int, int, int, Act]]:
    """Spending without refunds closes a gate; a retrained version raises too many alarms; back, and pinned."""
    yield 41, 11, 5, lambda: _redefine(NET_SPEND)
    yield 40, 9, 10, lambda: _evaluate("card_fraud", "v5.1.0")
    yield 28, 8, 35, lambda: _roll_back("card_fraud", "v5.2.0", "Twice as many false alarms as on Friday.")
    yield 28, 9, 50, lambda: _pin("card_fraud", "v5.1.0", "card_spend_7")
    yield 28, 10, 5, lambda: _evaluate("card_fraud", "v5.1.0")
    yield 53, 11, 40, lambda: _acknowledge("card transactions", until_days=14)
    yield 27, 11, 20, lambda: _acknowledge("parity-card_spend_7", until_days=None)
    yield 4, 11, 50, lambda: _acknowledge_model("merchant_category", until_days=14)
    yield 45, 14, 45, lambda: _standing_approval("merchant_category")


def _of_lending() -> Iterator[tuple[int, int, int, Act]]:
    """A better ratio closes two gates: one passes by an exception, the other's change waits for approval."""
    yield 9, 10, 45, lambda: _redefine(INCOME_WITH_FLOOR)
    yield (
        8,
        9,
        15,
        lambda: _override("loan_pricing", "v3.4.0", "The ratio differs for 4% of applicants. Retraining is planned."),
    )
    yield 7, 13, 20, lambda: _decide_override("loan_pricing", approve=True)
    yield 2, 14, 10, lambda: _ask("income_estimate", "v2.2.0", {"alarm_above": 900.0}, "Fewer manual reviews.")


def _of_collections() -> Iterator[tuple[int, int, int, Act]]:
    """Formatting blocks nobody; a window that became longer by mistake is taken back; serving computes the wrong one."""
    yield 47, 15, 30, lambda: _redefine(TIDIED)
    yield 20, 9, 40, lambda: _redefine(LATE_SIX)
    yield 19, 16, 15, lambda: _take_back("payment_plans", "days_late_max_6", "Seven instalments were compared: a slip.")
    yield 0, 7, 10, lambda: _report_skew("payment_promise", "days_late_max_6")


def _of_growth() -> Iterator[tuple[int, int, int, Act]]:
    """The newest: a definition changed two days ago closes two gates, and an exception waits for its second person."""
    yield 3, 16, 20, lambda: _redefine(SHORT_VISITS)
    yield 2, 9, 5, lambda: _evaluate("next_offer", "v2.2.0")
    yield 2, 9, 25, lambda: _evaluate("churn_risk", "v4.0.0")
    yield 1, 10, 40, lambda: _override("next_offer", "v2.2.0", "The winter campaign starts on Thursday.")


def _of_approvals() -> Iterator[tuple[int, int, int, Act]]:
    yield 48, 11, 20, lambda: _ask("contact_time", "v1.1.0", None, "Call centres ask for it.", environment="test")
    yield 47, 10, 30, lambda: _reject("contact_time", "No comparison with the calls of last quarter yet.")
    yield 30, 16, 0, lambda: _ask("loan_pricing", "v3.4.0", {"alarm_above": 0.2}, "Fewer offers to check by hand.")
    yield 22, 8, 0, expire_and_remind
    yield 38, 10, 25, lambda: _acknowledge("claims", until_days=None)
    yield (
        15,
        13,
        45,
        lambda: _ask("claim_severity", "v1.2.0", {"expert_above": 4000.0}, "Experts are short this month."),
    )
    yield 15, 15, 10, lambda: _withdraw("claim_severity", "Two experts came back.")
    yield 29, 10, 15, lambda: _rehearse("credit_default")


def _save_policy(checks: list[dict[str, object]], reason: str) -> None:
    policies.save_policy(
        name="no_worse_lending",
        owner_team="lending",
        subject_team="lending",
        model_type="classification",
        checks=checks,
        reason=reason,
        actor=cast.actor(LEAD),
    )


def _refused_registration() -> None:
    """A version without its data snapshot and image is refused, and the refusal is on record."""
    model = RegisteredModel.objects.get(name="loan_pricing")
    lineage = {"code_commit": sample("loan_pricing notebook")[:40], "feature_snapshot": {"latest": ["income_log"]}}
    artifact = {"uri": "s3://models/loan_pricing/notebook", "digest": sample("loan_pricing notebook artifact")}
    _refused(
        lambda: registration.register_version(
            model, version="v3.5.0-rc1", artifact=artifact, lineage_parts=lineage, actor=cast.person_of("lending")
        )
    )


def _refused(act: Act) -> None:
    try:
        act()
    except Refusal:
        return
    raise AssertionError("The demo's history expects a refusal here.")


def _redefine(change: Redefined) -> None:
    table = plan().tables[change.table]
    register_feature(
        name=change.feature,
        owner_team=table.team,
        definition=definition(table, change.logic, change.null_handling),
        reason=change.reason,
        pipeline_commit=sample(change.logic)[:40],
        actor=cast.person_of(table.team),
    )


def _take_back(table: str, name: str, reason: str) -> None:
    feature = Feature.objects.get(name=name)
    first = feature.versions.get(number=1)
    set_current(feature, first, reason=reason, actor=cast.person_of(plan().tables[table].team))


def _person(model: str) -> str:
    return plan().person_of(plan().models[model].team)


def _evaluate(model: str, version: str) -> None:
    gates.evaluate_deployment_gate(version_of(model, version), actor=cast.actor(_person(model)))


def _pin(model: str, version: str, feature: str) -> None:
    stored = version_of(model, version)
    pin_features(stored, {feature: trained_versions(stored)[feature].name}, actor=cast.actor(_person(model)))


def _roll_back(model: str, version: str, reason: str) -> None:
    deployment = Deployment.objects.filter(model_version=version_of(model, version), rehearsal=False).latest("pk")
    rollback(deployment, to_revision=1, reason=reason, actor=cast.actor(_person(model)))


def _rehearse(model: str) -> None:
    deployment = Deployment.objects.filter(model_version__model__name=model, rehearsal=False).latest("pk")
    reason = "The drill of this quarter."
    rollback(deployment, to_revision=1, reason=reason, rehearsal=True, actor=cast.actor(_person(model)))


def _override(model: str, version: str, reason: str) -> None:
    until = timezone.now() + timedelta(days=21)
    request_override(version_of(model, version), reason=reason, expires_at=until, actor=cast.actor(_person(model)))


def _decide_override(model: str, *, approve: bool) -> None:
    override = Override.objects.filter(model_version__model__name=model).latest("pk")
    decide = approve_override if approve else reject_override
    decide(override, reason="Looked at the rows that differ.", actor=cast.actor(APPROVER))


def _ask(
    model: str, version: str, thresholds: dict[str, float | None] | None, reason: str, environment: str = PRODUCTION
) -> None:
    proposal = Proposal(100 if thresholds is None else None, thresholds)
    actor = cast.actor(_person(model))
    deploy(version_of(model, version), environment=environment, proposal=proposal, reason=reason, actor=actor)


def _waiting(model: str) -> ChangeRequest:
    return ChangeRequest.objects.get(model__name=model, state=ChangeRequest.State.WAITING)


def _reject(model: str, reason: str) -> None:
    reject_change(_waiting(model), reason=reason, actor=cast.actor(APPROVER))


def _withdraw(model: str, reason: str) -> None:
    withdraw_change(_waiting(model), reason=reason, actor=cast.actor(_person(model)))


def _standing_approval(model: str) -> None:
    request = request_standing_approval(
        RegisteredModel.objects.get(name=model),
        environment=PRODUCTION,
        limits=[{"metric": "auc", "max_worse": 0.01}],
        until=timezone.now() + timedelta(days=80),
        reason="Retrained every week on the same recipe.",
        actor=cast.actor(_person(model)),
    )
    approve_standing_approval(request, reason="The limits are tight.", actor=cast.actor(APPROVER))


def _acknowledge(check: str, *, until_days: int | None) -> None:
    alerts = Alert.objects.filter(state=Alert.State.OPEN, run__check_definition__name__startswith=check)
    _acknowledge_each(alerts.order_by("pk"), until_days)


def _acknowledge_model(model: str, *, until_days: int) -> None:
    _acknowledge_each(Alert.objects.filter(state=Alert.State.OPEN, model__name=model).order_by("pk"), until_days)


def acknowledge_alerts_of(model: str, actor: Actor) -> None:
    """Acknowledge the open alerts of a model until they are fixed, once."""
    alerts = Alert.objects.filter(model__name=model, state=Alert.State.OPEN, acknowledged_finding__isnull=True)
    for alert in alerts.order_by("pk"):
        acknowledge(alert, until=None, actor=actor)


def _acknowledge_each(alerts: Iterable[Alert], until_days: int | None) -> None:
    until = timezone.now() + timedelta(days=until_days) if until_days else None
    for alert in alerts:
        acknowledge(alert, until=until, actor=cast.actor(_person(alert.model.name)))


def _report_skew(model: str, feature: str) -> None:
    """A day on which one replica computes another version of a feature than the model was trained on."""
    version = version_of(model, "v2.1.0")
    features = {name: {"version": due.version} for name, due in expected_features(version, PRODUCTION).items()}
    wrong = FeatureVersion.objects.filter(feature__name=feature).exclude(name=features[feature]["version"]).last()
    if wrong:
        features[feature] = {"version": wrong.name}
    now = timezone.now()
    reports.report_serving(
        version,
        environment=PRODUCTION,
        window=(now - timedelta(days=1), now),
        features=features,
        latency_ms={"p50": 24.0, "p95": 71.5},
        error_rate=0.0011,
        predictions=44_310,
        actor=cast.serving_of("collections"),
    )
