"""What checks show on the pages of data sets, features, models, model versions and teams."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest
from django.shortcuts import resolve_url

from platform_site.pages import Figure, address_of
from platform_site.people.models import Team
from platform_site.text.wording import counted
from registry.checks import charts
from registry.checks.queries import checks
from registry.checks.queries.concerned import about_model, drift_checks_of
from registry.models import Check, ColumnFinding, Dataset, Feature, RegisteredModel
from registry.versions.queries.gates import GatedVersion
from registry.versions.rules.scorecard import Fact

SHOWN = 50
RUNS_OF_A_ROW = 12


def of_dataset(request: HttpRequest, dataset: Dataset) -> dict[str, Any]:
    """The checks that read a data set."""
    return {"checks": checks.over(dataset)[:50]}


def of_feature(request: HttpRequest, feature: Feature) -> dict[str, Any]:
    """The alerts about a feature and the newest runs of its checks."""
    return {
        "alerts": checks.alerts_about(feature),
        "runs": checks.runs().filter(check_definition__feature=feature)[:10],
    }


def of_model(request: HttpRequest, model: RegisteredModel) -> dict[str, Any]:
    """The open alerts of a model, and the lines of its scorecard that its checks answer; three queries."""
    alerts = list(checks.open_alerts().filter(model=model))
    watched = checks.scheduled_kinds(about_model(model))
    lines = (("Drift watched", Check.Kind.DRIFT, "drift"), ("Parity watched", Check.Kind.LOG_PARITY, "log parity"))
    facts = [_watched(title, watched.get(kind, 0), kind, noun) for title, kind, noun in lines]
    return {"alerts": alerts, "check_facts": [*facts, _alerts(model, len(alerts))]}


def _watched(title: str, count: int, kind: str, noun: str) -> Fact:
    if count:
        return Fact(title, True, f"{counted(count, f'{noun} check')} of it or its data on a schedule.")
    url = f"{resolve_url('registry:check_new')}?kind={kind}"
    return Fact(title, False, f"No {noun} check of it or its data runs on a schedule.", "Add a check", url)


def _alerts(model: RegisteredModel, count: int) -> Fact:
    if not count:
        return Fact("No open alerts", True, "Every alert of it is resolved.")
    url = f"{resolve_url('registry:model', model.name)}?tab=checks"
    return Fact("No open alerts", False, f"{counted(count, 'alert')} not resolved.", "See the alerts", url)


def checks_of_model(request: HttpRequest, model: RegisteredModel) -> dict[str, Any]:
    """The alerts of a model, its checks with their newest runs, and how far its drift checks were from their limits."""
    about = about_model(model)
    rows: list[Any] = list(checks.checks().filter(about)[:SHOWN])
    newest = {run.pk: run for run in checks.runs().filter(pk__in=[check.newest_run_id for check in rows])}
    findings, deployed = checks.largest_effects(about), checks.deployed_at(model)
    return {
        "alerts": checks.open_alerts().filter(model=model),
        "checks": [(check, newest.get(check.newest_run_id)) for check in rows],
        "drift": charts.drift_over_runs(findings, deployed) if len(findings) > 1 else None,
    }


def of_models(request: HttpRequest, models: Collection[RegisteredModel]) -> dict[str, Any]:
    """The drift of each model of a list: the newest runs of the check that is furthest from its limit; at most six queries."""
    checks_of = drift_checks_of([model.pk for model in models])
    effects = checks.effects_by_check(set().union(*checks_of.values()), RUNS_OF_A_ROW)
    drift: dict[int, list[ColumnFinding]] = {}
    for model, of_model in checks_of.items():
        runs = [effects[check] for check in of_model if check in effects]
        if runs:
            drift[model] = max(runs, key=lambda findings: findings[-1].effect or 0)
    return {"drift": drift}


def of_version(request: HttpRequest, gated: GatedVersion) -> dict[str, Any]:
    """The open alerts of a version's model."""
    return {"alerts": checks.open_alerts().filter(model=gated.version.model)}


def of_team(request: HttpRequest, team: Team) -> dict[str, Any]:
    """The open alerts of a team's models, newest first, and how many there are."""
    rows = checks.open_alerts().filter(model__owner_team=team)
    address = address_of("registry:alerts", {"state": checks.UNRESOLVED, "team": team.slug})
    return {"alerts": rows[:50], "glance": [Figure("Open alerts", rows.count(), address)]}
