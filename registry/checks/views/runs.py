"""Runs of checks: the verdict first, then everything it rests on, column by column."""

from __future__ import annotations

import gzip
from itertools import pairwise
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_POST, require_safe

from platform_site.access import can_run_check
from platform_site.errors import Unknown
from platform_site.pages import act_and_redirect, actor, csv_answer, page_of
from registry.checks import charts
from registry.checks.actions.checks import cancel_run, queue_run
from registry.checks.queries import checks
from registry.models import Check, CheckRun

TEMPLATES = {Check.Kind.DEFINITION_PARITY: "registry/checks/runs/definition_parity.html"}
BY_COLUMN = "registry/checks/runs/by_column.html"
HISTORY = 60
COLUMN_FIELDS = ("rank", "column", "kind", "outcome", "statistic", "value", "limit", "effect", "sentence")


@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run, laid out by the kind of its check."""
    found = checks.run(pk)
    kind = found.check_definition.kind
    context = {"run": found, "may_run": can_run_check(actor(request))}
    if hasattr(found, "result"):
        shown = parity_shown(found.result.content) if kind == Check.Kind.DEFINITION_PARITY else _columns(request, found)
        context |= {"told": found.result.content, "kept": checks.differing_rows(found)} | shown
    return render(request, TEMPLATES.get(kind, BY_COLUMN), context)


@require_safe
def column(request: HttpRequest, pk: int, rank: int) -> HttpResponse:
    """What a run found about one column: both distributions, every statistic, the windows, the runs before."""
    found = checks.run(pk)
    finding = checks.finding(found, rank)
    told, past = finding.content, list(checks.history(finding)[:HISTORY])[::-1]
    context = {
        "run": found,
        "finding": finding,
        "told": told,
        "series": [(one, charts.series(one["points"])) for one in told.get("series", ()) if one["points"]],
        "history": charts.history(past) if len(past) > 1 else None,
        "past": [[one.run_id, one.outcome, one.value, one.limit] for one in past],
        "statistics": _statistics(told),
        "summaries": _summaries(told),
    } | parity_shown(told)
    return render(request, "registry/checks/runs/column.html", context)


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a run is; once it is over, the page is asked to come again whole."""
    found = checks.run(pk)
    answer = render(request, "registry/checks/run_progress.html", {"run": found})
    if found.is_over:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def run_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for another run of a check."""
    return act_and_redirect(
        request,
        lambda: queue_run(checks.check(pk), actor=actor(request)),
        done="A worker takes it up now.",
        to=lambda run: resolve_url("registry:run", run.pk),
        on_refusal=resolve_url("registry:check", pk),
    )


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a run that is not over."""
    found = checks.run(pk)
    return act_and_redirect(
        request,
        lambda: cancel_run(found, actor=actor(request)),
        done="The run is being cancelled.",
        to=resolve_url("registry:run", pk),
    )


@require_safe
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Every column of a run as CSV, ranked as on its page."""
    rows = checks.run(pk).columns.order_by("rank").values_list(*COLUMN_FIELDS)
    if not rows:
        raise Unknown(f"Run {pk} has no columns to give.")
    return csv_answer(f"run-{pk}-columns.csv", COLUMN_FIELDS, rows)


@require_safe
def worst_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """The worst rows of a run as CSV; no cell is a formula to a spreadsheet."""
    found = checks.run(pk)
    if not hasattr(found, "result") or "worst_rows" not in found.result.content:
        raise Unknown(f"Run {pk} has no rows to give.")
    rows = found.result.content["worst_rows"]
    header = [*(rows[0]["key"] if rows else []), "event_time", "trained", "current", "difference"]
    cells = (
        [*row["key"].values(), row["event_time"], row["trained"], row["current"], row["difference"]] for row in rows
    )
    return csv_answer(f"run-{pk}-worst-rows.csv", header, cells)


@require_safe
def differing_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Every row that differs, as it was kept with the run."""
    kept = checks.differing_rows(checks.run(pk))
    if kept is None:
        raise Unknown(f"Run {pk} kept no rows.")
    answer = _csv(f"run-{pk}-differing-rows.csv")
    answer.write(gzip.decompress(bytes(kept.content)))
    return answer


def parity_shown(told: dict[str, Any]) -> dict[str, Any]:
    """What a row-by-row comparison, or a comparison of distributions, found, as pages lay it out."""
    histogram, slices, worst = told.get("histogram"), told.get("by_slice") or [], told.get("worst_rows") or []
    by = told.get("slice_by", "month")
    return {
        "keys": list(worst[0]["key"]) if worst else [],
        "distributions": charts.distributions(histogram) if histogram and histogram["edges"] else None,
        "difference": charts.difference(histogram) if histogram and histogram["edges"] else None,
        "slices": charts.by_slice(slices) if slices else None,
        "bin_columns": ["Values", "Reference, rows", "Current, rows"],
        "bin_rows": _bins(histogram),
        "change_columns": ["Values", "Current less reference"],
        "change_rows": _changes(histogram),
        "slice_columns": [by.capitalize(), "Rows", "Differ", "Share"],
        "slice_sentence": _slice_sentence(slices, by),
        "slice_rows": [[one["slice"], one["rows"], one["differ"], f"{one['share'] * 100:.1f} %"] for one in slices],
    }


def _columns(request: HttpRequest, found: CheckRun) -> dict[str, Any]:
    chosen, wanted = request.GET.get("outcome", ""), request.GET.get("search", "").strip()[:128]
    rows = found.columns.order_by("rank")
    rows = rows.filter(outcome=chosen) if chosen else rows
    rows = rows.filter(column__icontains=wanted) if wanted else rows
    outcomes = checks.outcomes(found)
    schema = found.check_definition.kind == Check.Kind.SCHEMA
    shown = {"schema": schema, "current_label": "Looked at" if schema else "Current"}
    return shown | {"page_obj": page_of(request, rows), "outcomes": outcomes, "chosen": chosen, "search": wanted}


def _statistics(told: dict[str, Any]) -> list[dict[str, Any]]:
    """Every statistic of a comparison with its limit where it has one, those that decided first."""
    decided = {one["name"]: one for one in told.get("decided") or told.get("alarms") or ()}
    known = told.get("distribution", told)
    reasons = known.get("reasons", {})
    rest = [
        {"name": entry.name, "title": entry.title, "value": known[entry.name], "reason": reasons.get(entry.name, "")}
        for entry in checks.catalogue()
        if entry.name in known and entry.name not in decided
    ]
    return [*decided.values(), *rest]


def _summaries(told: dict[str, Any]) -> list[list[Any]]:
    before, after = told.get("summary_ref"), told.get("summary_cur")
    if not before or not after:
        return []
    rows = [[name.capitalize(), before[name], after[name]] for name in ("mean", "deviation", "smallest", "largest")]
    rows += [
        [f"Quantile {q}", before["quantiles"].get(q), after["quantiles"].get(q)]
        for q in before["quantiles"] or after["quantiles"]
    ]
    return [*rows, ["Distinct values", before["distinct"], after["distinct"]]]


def _bins(histogram: dict[str, Any] | None) -> list[list[Any]]:
    if not histogram or not histogram["edges"]:
        return []
    ranges = [f"{low:.4g} to {high:.4g}" for low, high in pairwise(histogram["edges"])]
    return [list(row) for row in zip(ranges, histogram["reference"], histogram["current"], strict=True)]


def _changes(histogram: dict[str, Any] | None) -> list[list[Any]]:
    if not histogram or not histogram["edges"]:
        return []
    sides = [[count / (sum(histogram[side]) or 1) for count in histogram[side]] for side in ("reference", "current")]
    changed = (f"{(after - before) * 100:+.2f} %" for before, after in zip(*sides, strict=True))
    return [[name, told] for (name, _, _), told in zip(_bins(histogram), changed, strict=True)]


def _slice_sentence(slices: list[dict[str, Any]], by: str) -> str:
    if not slices:
        return ""
    worst = max(slices, key=lambda one: one["share"])
    return f"By {by}; most in {worst['slice']}, where {worst['share'] * 100:.1f} % of {worst['rows']:,} rows differ."


def _csv(name: str) -> HttpResponse:
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
