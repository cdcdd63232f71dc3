"""Promotion policies: which are in force, which apply to a model, and whether a version's results meet them."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from platform_site.errors import Unknown
from registry.compute.stats.fairness import Rates, figures
from registry.models import GatePolicy, ModelVersion, RegisteredModel
from registry.versions.rules.fairness import Results, group_rates
from registry.versions.rules.policies import CheckResult, judge


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
    return own.filter(model_type__in=["", model_type]) if model_type else own


def policies_for(model: RegisteredModel) -> QuerySet[GatePolicy]:
    """The policies in force that apply to a model."""
    subject = Q(subject_team=None) | Q(subject_team_id=model.owner_team_id)
    regulated = Q() if model.regulated else Q(regulated=False)
    return current().filter(subject, regulated, model_type__in=["", model.model_type])


def refusing_name_only(model: RegisteredModel) -> QuerySet[GatePolicy]:
    """The policies in force that close the gate of a model while a feature is compared by its name only."""
    return policies_for(model).filter(refuses_name_only=True)


def check_results(
    version: ModelVersion, *, on_registration: bool = False, results: Results | None = None
) -> list[CheckResult]:
    """Every check of every policy that applies to a version, evaluated against its newest results.

    Two queries, or one if the ``results`` are passed.
    """
    applicable = policies_for(version.model)
    if on_registration:
        applicable = applicable.filter(on_registration=True)
    results = newest_results(version) if results is None else results
    return [
        result
        for policy in applicable
        for result in judge(
            policy.parsed,
            results,
            policy=policy.name,
            version=policy.number,
            owner=_other_owner(policy, version.model),
        )
    ]


def _other_owner(policy: GatePolicy, model: RegisteredModel) -> str:
    """The name of the team that owns the policy, where it is another than the model's; else nothing."""
    return policy.owner_team.name if policy.owner_team and policy.owner_team_id != model.owner_team_id else ""


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
    checks = [result for result in check_results(version, results=results) if result.check.is_fairness]
    return [
        ColumnFairness(column, groups, figures(groups), [result for result in checks if result.check.slice == column])
        for column in sorted({*rates, *(result.check.slice for result in checks)})
        for groups in [rates.get(column, {})]
    ]
