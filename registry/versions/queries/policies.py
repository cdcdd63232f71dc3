"""Promotion policies: which are in force, which apply to a model, and whether a version's results meet them."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from platform_site.errors import Unknown
from registry.compute.stats.fairness import Rates, figures
from registry.models import GatePolicy, ModelVersion, RegisteredModel, Stage, StageChange
from registry.versions.queries.snapshots import current_shares
from registry.versions.rules.baselines import Result, bar, late, settled
from registry.versions.rules.fairness import Results, group_rates
from registry.versions.rules.lifecycle import TRIAL_ENVIRONMENTS
from registry.versions.rules.metrics import type_of
from registry.versions.rules.policies import NOTHING_SERVES, Baseline, CheckResult, judge


def policies() -> QuerySet[GatePolicy]:
    """Every version of every policy, by name, newest first."""
    return GatePolicy.objects.select_related("owner_team", "subject_team")


def current() -> QuerySet[GatePolicy]:
    """The version of each policy that is in force, retired policies left out."""
    newest = GatePolicy.objects.filter(name=OuterRef("name")).values("name").annotate(newest=Max("number"))
    return policies().filter(number=Subquery(newest.values("newest")), retired=False)


def owning_teams(**_: object) -> set[str]:
    """The slugs of the teams that own a policy in force; a receiver of `platform_site.people.signals.policy_teams`."""
    return set(current().exclude(owner_team=None).values_list("owner_team__slug", flat=True))


def newest(name: str) -> GatePolicy | None:
    """The newest version of a policy, retired or not; None when there is no such policy."""
    return policies().filter(name=name).first()


def policy_version(name: str, number: int) -> GatePolicy:
    """One version of one policy; Unknown when there is none."""
    policy = policies().filter(name=name, number=number).first()
    if policy is None:
        raise Unknown(f"There is no policy {name} v{number}.")
    return policy


def platform_defaults(model_type: str) -> QuerySet[GatePolicy]:
    """The platform's policies that a team's policy for a model type may not loosen; all of them without a type."""
    own = current().filter(owner_team=None)
    return own.filter(model_type__in=["", model_type, type_of(model_type)]) if model_type else own


def policies_for(model: RegisteredModel) -> QuerySet[GatePolicy]:
    """The policies in force that apply to a model. Those for the type `other` apply to models of every type that has no
    main metric of its own."""
    subject = Q(subject_team=None) | Q(subject_team_id=model.owner_team_id)
    regulated = Q() if model.regulated else Q(regulated=False)
    return current().filter(subject, regulated, model_type__in=["", model.model_type, type_of(model.model_type)])


def refusing_name_only(model: RegisteredModel) -> QuerySet[GatePolicy]:
    """The policies in force that close the gate of a model while a feature is compared by its name only."""
    return policies_for(model).filter(refuses_name_only=True)


def check_results(
    version: ModelVersion,
    *,
    on_registration: bool = False,
    only_fairness: bool = False,
    results: Results | None = None,
    environment: str = "",
) -> list[CheckResult]:
    """Every check of every policy that applies to a version, evaluated against its newest results.

    ``on_registration``: only the policies that apply to every version as soon as it is registered; those of other teams
    always do. Two queries, or one if the ``results`` are passed; two more where a check compares with what serves, in
    the ``environment`` if one is named.
    """
    applicable = policies_for(version.model)
    if on_registration:
        applicable = applicable.filter(Q(on_registration=True) | of_another_team(version.model))
    results = newest_results(version) if results is None else results
    checks = [(policy, check) for policy in applicable for check in policy.parsed]
    if only_fairness:
        checks = [(policy, check) for policy, check in checks if check.is_fairness]
    compares = any(check.baseline for _, check in checks)
    baseline = baseline_of(version, environment) if compares else NOTHING_SERVES
    return [
        result
        for policy, check in checks
        for result in judge(
            [check],
            results,
            policy=policy.name,
            version=policy.number,
            owner=_other_owner(policy, version.model),
            baseline=baseline,
        )
    ]


def _other_owner(policy: GatePolicy, model: RegisteredModel) -> str:
    """The name of the team that owns the policy, where it is another than the model's; else nothing."""
    return policy.owner_team.name if policy.owner_team and policy.owner_team_id != model.owner_team_id else ""


def of_another_team(model: RegisteredModel) -> Q:
    """Whether a policy is owned by another team than a model."""
    return Q(owner_team__isnull=False) & ~Q(owner_team=model.owner_team_id)


def baseline_of(version: ModelVersion, environment: str = "") -> Baseline:
    """The other version of the model that serves now, with the results that count against it (`rules.baselines`); without
    a version where none does. Two queries.

    Of several it is the one with the most traffic: in the ``environment`` if it is named and one serves there, else in
    production, else in the first other environment by name. Trial environments do not count.
    """
    shares = (
        current_shares()
        .filter(revision__model=version.model_id, percent__gt=0)
        .exclude(model_version=version)
        .exclude(revision__environment__in=TRIAL_ENVIRONMENTS)
        .select_related("revision", "model_version")
        .annotate(let_at=Subquery(_let_to_production.values("changed_at")[:1]))
    )
    wanted = {environment: 0, "production": 1}
    ranked = sorted(
        shares,
        key=lambda share: (
            wanted.get(share.revision.environment, 2), share.revision.environment, -share.percent, share.pk,
        ),
    )  # fmt: skip
    if not ranked:
        return Baseline(model_type=version.model.model_type)
    judged, since = {}, []
    for row in ranked[0].model_version.evaluations.order_by("recorded_at", "pk"):
        if ranked[0].let_at and row.recorded_at <= ranked[0].let_at:
            judged[row.metric, row.slice] = row.value
        else:
            since.append(Result(row.metric, row.slice, row.value))
    values = bar(judged, since)
    return Baseline(
        ranked[0].model_version.version,
        values,
        version.model.model_type,
        settled(judged, values),
        late(judged, since),
    )


_let_to_production = StageChange.objects.filter(
    model_version=OuterRef("model_version"), after=Stage.PRODUCTION
).order_by("-pk")


def newest_results(version: ModelVersion) -> dict[tuple[str, str], float]:
    """The newest result of each metric and slice."""
    return {
        (evaluation.metric, evaluation.slice): evaluation.value
        for evaluation in version.evaluations.order_by("recorded_at", "pk")
    }


class ColumnFairness(NamedTuple):
    """The groups of one column with their rates, the fairness figures over them, and the policy checks on them."""

    column: str
    groups: dict[str, Rates]
    figures: dict[str, float]
    checks: list[CheckResult]

    @property
    def closing(self) -> list[CheckResult]:
        return [check for check in self.checks if check.closes]

    @property
    def owners(self) -> str:
        return " and ".join(sorted({check.owner for check in self.closing if check.owner}))


def fairness_of(version: ModelVersion) -> list[ColumnFairness]:
    """Every column that has reported groups or is named by a policy's fairness check; two queries."""
    results = newest_results(version)
    rates = group_rates(results)
    checks = check_results(version, results=results, only_fairness=True)
    return [
        ColumnFairness(column, groups, figures(groups), [result for result in checks if result.check.slice == column])
        for column in sorted({*rates, *(result.check.slice for result in checks)})
        for groups in [rates.get(column, {})]
    ]
