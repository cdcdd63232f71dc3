"""Promotion policies: which hold, which are put to a model, and what a version's results say to them."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from platform_site.errors import Unknown
from registry.compute.stats.fairness import Rates, figures
from registry.models import GatePolicy, ModelVersion, RegisteredModel
from registry.versions.rules.fairness import Results, group_rates
from registry.versions.rules.policies import Judged, judge


def policies() -> QuerySet[GatePolicy]:
    """Every version of every policy, by name, newest first."""
    return GatePolicy.objects.select_related("owner_team", "subject_team")


def current() -> QuerySet[GatePolicy]:
    """The version of each policy that holds, retired ones left out."""
    newest = GatePolicy.objects.filter(name=OuterRef("name")).values("name").annotate(newest=Max("number"))
    return policies().filter(number=Subquery(newest.values("newest")), retired=False)


def newest(name: str) -> GatePolicy | None:
    """The newest version of a policy, retired or not; None when nobody wrote it."""
    return policies().filter(name=name).first()


def policy_version(name: str, number: int) -> GatePolicy:
    """One version of one policy; Unknown when there is none."""
    found = policies().filter(name=name, number=number).first()
    if found is None:
        raise Unknown(f"There is no policy {name} v{number}.")
    return found


def platform_defaults(model_type: str) -> QuerySet[GatePolicy]:
    """The platform's policies that a team's policy for a model type may not loosen; for every type, all of them."""
    own = current().filter(owner_team=None)
    return own.filter(model_type__in=["", model_type]) if model_type else own


def put_to(model: RegisteredModel) -> QuerySet[GatePolicy]:
    """The policies that hold for a model."""
    mine = Q(subject_team=None) | Q(subject_team_id=model.owner_team_id)
    regulated = Q() if model.regulated else Q(regulated=False)
    return current().filter(mine, regulated, model_type__in=["", model.model_type])


def judged(version: ModelVersion, *, on_registration: bool = False, results: Results | None = None) -> list[Judged]:
    """Every check of every policy that holds for a version, with what its newest results say; two queries, one where
    the results are at hand."""
    holding = put_to(version.model)
    if on_registration:
        holding = holding.filter(on_registration=True)
    results = newest_results(version) if results is None else results
    return [
        answer
        for policy in holding
        for answer in judge(
            policy.parsed,
            results,
            policy=policy.name,
            version=policy.number,
            owner=policy.owner_team.name if is_anothers(policy, version.model) else "",
        )
    ]


def is_anothers(policy: GatePolicy, model: RegisteredModel) -> bool:
    """Whether a policy belongs to another team than the model."""
    return policy.owner_team_id is not None and policy.owner_team_id != model.owner_team_id


def newest_results(version: ModelVersion) -> dict[tuple[str, str], float]:
    """The newest result of each metric and slice."""
    return {
        (evaluation.metric, evaluation.slice): evaluation.value
        for evaluation in version.evaluations.order_by("recorded_at", "pk")
    }


class Shown(NamedTuple):
    """The groups of one column as results tell of them, and what policies make of them."""

    column: str
    groups: dict[str, Rates]
    figures: dict[str, float]
    judged: list[Judged]

    @property
    def closing(self) -> list[Judged]:
        return [one for one in self.judged if one.closes]

    @property
    def owners(self) -> str:
        return " and ".join(sorted({one.owner for one in self.closing if one.owner}))


def fairness_of(version: ModelVersion) -> list[Shown]:
    """Every column whose groups somebody told of or a policy asks for; two queries."""
    results = newest_results(version)
    told = group_rates(results)
    asked = [one for one in judged(version, results=results) if one.check.is_of_fairness]
    return [
        Shown(column, groups, figures(groups), [one for one in asked if one.check.slice == column])
        for column in sorted({*told, *(one.check.slice for one in asked)})
        for groups in [told.get(column, {})]
    ]
