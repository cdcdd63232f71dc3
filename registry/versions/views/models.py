"""Models, their versions and the gate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from platform_site.access import (
    Actor,
    can_add_models,
    can_approve,
    can_assess,
    can_contribute,
    can_edit_details,
    require,
)
from platform_site.owned import who_may_edit
from platform_site.pages import (
    LONGEST_REASON,
    Panel,
    Table,
    act_and_redirect,
    actor,
    chips_in,
    page_of,
    page_or_csv,
    panel_context,
    show_errors,
)
from registry.features.queries.gate_settings import gate_settings
from registry.models import GateSettings, RegisteredModel
from registry.versions.actions.details import edit_model
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.actions.no_features import confirm_no_features
from registry.versions.actions.pins import pin_features
from registry.versions.actions.promotion import promote
from registry.versions.forms import ModelDetailsForm, ModelFilterForm, PinForm
from registry.versions.panels import model_head
from registry.versions.queries import (
    approval_requests,
    audit_subjects,
    gate_reports,
    gates,
    model_list,
    model_versions,
    overrides,
    policies,
    registration,
    snapshots,
)
from registry.versions.rules.fairness import GROUP_METRICS
from registry.versions.rules.gates import Verdict
from registry.versions.rules.lifecycle import STEPS, Stage
from registry.versions.rules.message import message
from registry.versions.rules.scorecard import met

STATE_LABELS = {
    "blocked": "Blocked",
    "serving": "Serving",
    "in_shadow": "In shadow",
    "not_deployed": "Not deployed",
    "alert": "Alert open",
    "skew": "Skew",
    "no_policy": "No policy",
    "observed": "Observed",
    "regulated": "Regulated",
}
OF_A_BATCH = 500
NEWEST = 5
FACTS = ("version_facts", "check_facts", "serving_facts")
PROMOTION_WAITS = "The model is regulated, so the promotion waits until another person approves it."


@require_safe
def list_models(request: HttpRequest, panels: Iterable[Panel] = ()) -> HttpResponse:
    """Every model with how it stands, narrowed and sorted as the address says."""
    filters = ModelFilterForm(request.GET, teams=model_list.owning_teams())
    states = request.GET.getlist("state")
    rows = model_list.in_states(model_list.models(**filters.wanted), states)
    rows = model_list.in_order(model_list.with_figures(rows), request.GET.get("sort", ""))
    page = page_of(request, rows)
    context = {
        "page_obj": page,
        "rows": model_list.listed(page),
        "filters": filters,
        "states": states,
        "sort": request.GET.get("sort", ""),
        "chips": chips_in(request, "state", STATE_LABELS),
        "everything": model_list.models(),
        "narrowed": bool(states) or any(filters.wanted.values()),
        "may_add": can_add_models(actor(request)),
    }
    context |= panel_context(panels, request, page.object_list)
    return page_or_csv(request, "registry/versions/models.html", context, [_as_table(rows)])


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """Which lineage part is missing in how many observed versions, and the line that supplies it."""
    team = request.GET.get("owner_team", "")
    result = registration.coverage_of(team)
    columns = ("Part", "Missing in", "Observed versions", "How to supply it", "Line")
    lines = ((row.part, row.missing, result.observed, row.how, row.line) for row in result.parts)
    context = {"coverage": result, "teams": model_list.owning_teams(), "owner_team": team}
    return page_or_csv(
        request, "registry/versions/observed/coverage.html", context, [Table("coverage", columns, lines)]
    )


def _as_table(rows: QuerySet[RegisteredModel]) -> Table:
    columns = ("Model", "State", "Owner", "Stage", "In production", "Last deployed", "Open alerts", "Versions")
    return Table("models", columns, _lines(rows))


def _lines(rows: QuerySet[RegisteredModel]) -> Iterator[tuple[object, ...]]:
    """The list as lines of a file: everything that the filters leave."""
    for batch in Paginator(rows, OF_A_BATCH):
        for entry in model_list.listed(batch):
            row: Any = entry.model
            versions = ", ".join(version.version for version in entry.in_production)
            yield (
                row.name, entry.state, row.owner_team.slug, entry.stage, versions, row.last_deployed_at, entry.alerts,
                row.version_count,
            )  # fmt: skip


@require_safe
def model(
    request: HttpRequest, name: str, panels: Mapping[str, Iterable[Panel]] = MappingProxyType({})
) -> HttpResponse:
    """One model: how it stands, its scorecard, and by `?tab=` its versions, checks or activity."""
    row = model_versions.model(name)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else OVERVIEW
    me, team = actor(request), row.owner_team.slug
    context = model_head(row) | {
        "tab": tab,
        "may_edit": can_edit_details(me, team),
        "may_register": can_contribute(me, team),
    }
    context |= TABS[tab](request, row) | panel_context(panels.get(tab, ()), request, row)
    context["facts"] = [fact for key in FACTS for fact in context.get(key, ())]
    context["facts_met"] = met(context["facts"])
    return render(request, f"registry/versions/model/{tab}.html", context)


def _overview(request: HttpRequest, row: RegisteredModel) -> dict[str, Any]:
    return {"newest": model_versions.versions(row)[:NEWEST], "pins": snapshots.pins_of_model(row)}


def _versions(request: HttpRequest, row: RegisteredModel) -> dict[str, Any]:
    page, traffic = page_of(request, model_versions.versions(row)), snapshots.traffic_of(row)
    metrics, results = model_versions.metrics_of(page)
    lines = [
        (version, traffic.get(version.pk, ()), [(metric, results.get((version.pk, metric))) for metric in metrics])
        for version in page
    ]
    return {"page_obj": page, "rows": lines, "metrics": metrics}


def _checks(request: HttpRequest, row: RegisteredModel) -> dict[str, Any]:
    return {}


def _activity(request: HttpRequest, row: RegisteredModel) -> dict[str, Any]:
    return {"page_obj": page_of(request, audit_subjects.events_of_model(row)), "subject": f"model:{row.name}"}


OVERVIEW = "overview"
TABS = {OVERVIEW: _overview, "versions": _versions, "checks": _checks, "activity": _activity}


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, name: str) -> HttpResponse:
    """The form that edits owner, description, tags, and when serving counts as silent."""
    row = model_versions.model(name)
    require(can_edit_details(actor(request), row.owner_team.slug), who_may_edit(row))
    form = ModelDetailsForm(request.POST or None, initial=ModelDetailsForm.initial_of(row))
    if form.is_valid() and form.act(edit_model, row, **form.cleaned_data, actor=actor(request)):
        messages.success(request, f"The details of {name} are saved.")
        return redirect("registry:model", name)
    status = 422 if form.errors else 200
    return render(request, "registry/versions/edit.html", {"model": row, "form": form}, status=status)


@require_safe
def model_version(request: HttpRequest, name: str, version: str, panels: Iterable[Panel] = ()) -> HttpResponse:
    """One model version: what the gate would decide now, and on what evidence."""
    row = model_versions.version(name, version)
    gated = gates.gated_version(row, requester=actor(request).name)
    verdict = gated.verdict
    context = {
        "version": row,
        "verdict": verdict,
        "message": message(gate_reports.report_of_verdict(row, verdict)),
        "snapshot": gated.used,
        "pins": snapshots.pins_of([row.pk]).get(row.pk, []),
        "has_snapshot": hasattr(row, "snapshot"),
        "evaluations": [result for result in row.evaluations.all() if result.metric not in GROUP_METRICS],
        "decisions": model_versions.decisions(row)[:10],
        "fairness": policies.fairness_of(row),
        "other_checks": [result for result in verdict.checks if not result.check.is_fairness],
        "overrides": overrides.overrides_of(row)[:10],
        "pending": approval_requests.waiting().filter(model_version=row),
        "actor": actor(request),
        "steps": STEPS[Stage(row.stage)],
        "may_change": can_contribute(actor(request), row.model.owner_team.slug),
        "to_turn_on": _to_turn_on(verdict, actor(request)),
        "may_confirm": can_approve(actor(request), row.registered_by),
        "observation": registration.observation_of(row) if row.is_observed else None,
    }
    context |= panel_context(panels, request, gated)
    return render(request, "registry/versions/version.html", context)


def _to_turn_on(verdict: Verdict, me: Actor) -> GateSettings | None:
    """The settings in force, where the gate is closed over a changed definition and this person can turn on parity first."""
    closed = not verdict.proceeds and any(conflict.blocks and conflict.current for conflict in verdict.conflicts)
    settings = gate_settings() if closed and can_assess(me) else None
    return settings if settings and not settings.parity_first_in_production else None


@require_POST
def evaluate_gate(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """Evaluate the deployment gate; the decision is recorded."""
    decision = evaluate_deployment_gate(model_versions.version(name, version), actor=actor(request))
    show = messages.success if decision.proceeds else messages.error
    show(request, f"The decision is recorded: {decision.headline}.")
    return redirect("registry:model_version", name, version)


@require_POST
def set_pin(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """Pin one feature to the version trained on, with a reason, or remove the pin if no version is given."""
    row, page = model_versions.version(name, version), resolve_url("registry:model_version", name, version)
    form = PinForm(request.POST)
    if not form.is_valid():
        show_errors(request, form)
        return redirect(page)
    feature, wanted, reason = (form.cleaned_data[field] for field in ("feature", "version", "reason"))
    pins, reasons = {feature: wanted or None}, {feature: reason}
    return act_and_redirect(
        request,
        lambda: pin_features(row, pins, reasons=reasons, actor=actor(request)),
        done=f"{feature} is pinned to {wanted}." if wanted else f"The pin on {feature} is removed.",
        to=page,
    )


@require_POST
def promote_version(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """Move the version to another stage, if the gate lets it; of a regulated model, request that."""
    to, reason = request.POST.get("to", ""), request.POST.get("reason", "")[:LONGEST_REASON]
    row = model_versions.version(name, version)
    waits = row.model.regulated and to == Stage.PRODUCTION
    return act_and_redirect(
        request,
        lambda: promote(row, to, reason=reason, actor=actor(request)),
        done=PROMOTION_WAITS if waits else f"{name} {version} is now in {to}.",
        to=resolve_url("registry:model_version", name, version),
    )


@require_POST
def confirm(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """Confirm that the version uses no registered features."""
    row, reason = model_versions.version(name, version), request.POST.get("reason", "")[:4_000]
    return act_and_redirect(
        request,
        lambda: confirm_no_features(row, reason=reason, actor=actor(request)),
        done=f"You confirmed that {name} {version} uses no registered features.",
        to=resolve_url("registry:model_version", name, version),
    )
