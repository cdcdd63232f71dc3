"""Runs of checks: the verdict first, then everything it rests on, column by column."""

from __future__ import annotations

import gzip
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_POST, require_safe

from platform_site.access import can_run_check
from platform_site.errors import Unknown
from platform_site.pages import act_and_redirect, actor, csv_answer, page_of
from registry.checks import charts
from registry.checks.actions.checks import cancel_run, request_run
from registry.checks.queries import checks
from registry.checks.queries.concerned import deployed_between
from registry.models import Check, CheckRun

TEMPLATES: dict[str, str] = {Check.Kind.DEFINITION_PARITY: "registry/checks/runs/definition_parity.html"}
BY_COLUMN = "registry/checks/runs/by_column.html"
HISTORY = 60
COLUMN_FIELDS = ("rank", "column", "kind", "outcome", "statistic", "value", "limit", "effect", "sentence")


@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run, laid out by the kind of its check."""
    run = checks.get_run(pk)
    kind = run.check_definition.kind
    context = {"run": run, "may_run": can_run_check(actor(request))}
    if hasattr(run, "result"):
        shown = _rows(run) if kind == Check.Kind.DEFINITION_PARITY else _columns(request, run)
        context |= {"content": run.result.content, "differing": checks.differing_rows(run)} | shown
    return render(request, TEMPLATES.get(kind, BY_COLUMN), context)


@require_safe
def column(request: HttpRequest, pk: int, rank: int) -> HttpResponse:
    """What a run found about one column: both distributions, every statistic, the windows, the runs before."""
    run = checks.get_run(pk)
    finding = checks.get_finding(run, rank)
    content, past = finding.full_content, list(checks.history(finding)[:HISTORY])[::-1]
    windowed = [series for series in content.get("series", ()) if series["points"]]
    deployed = _deployed(run, windowed) if windowed else []
    context = {
        "run": run,
        "finding": finding,
        "content": content,
        "series": [
            (series, charts.series(series["points"], _title(series["statistic"]), deployed)) for series in windowed
        ],
        "estimates": _estimates(content),
        "history": charts.history(past, _title(finding.statistic)) if len(past) > 1 else None,
        "past": [[before.run_id, before.outcome, before.value, before.limit] for before in past],
        "statistics": _statistics(content),
        "summaries": _summaries(content),
    } | parity_shown(content, finding.column)
    return render(request, "registry/checks/runs/column.html", context)


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress of a run; once it is over, the browser reloads the whole page."""
    run = checks.get_run(pk)
    answer = render(request, "registry/checks/run_progress.html", {"run": run})
    if run.is_over:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def run_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue another run of a check."""
    return act_and_redirect(
        request,
        lambda: request_run(checks.get_check(pk), actor=actor(request)),
        done="Queued. A worker will start it shortly.",
        to=lambda run: resolve_url("registry:run", run.pk),
        on_refusal=resolve_url("registry:check", pk),
    )


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a run that is not over."""
    run = checks.get_run(pk)
    return act_and_redirect(
        request,
        lambda: cancel_run(run, actor=actor(request)),
        done="The run is being cancelled.",
        to=resolve_url("registry:run", pk),
    )


@require_safe
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Every column of a run as CSV, ranked as on its page."""
    rows = checks.get_run(pk).columns.order_by("rank").values_list(*COLUMN_FIELDS)
    if not rows:
        raise Unknown(f"Run {pk} has no columns.")
    return csv_answer(f"run-{pk}-columns.csv", COLUMN_FIELDS, rows)


@require_safe
def worst_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """The worst rows of a run as CSV; no cell is a formula to a spreadsheet."""
    run = checks.get_run(pk)
    if not hasattr(run, "result") or "worst_rows" not in run.result.content:
        raise Unknown(f"Run {pk} has no differing rows.")
    rows = run.result.content["worst_rows"]
    header = [*(rows[0]["key"] if rows else []), "event_time", "trained", "current", "difference"]
    cells = (
        [*row["key"].values(), row["event_time"], row["trained"], row["current"], row["difference"]] for row in rows
    )
    return csv_answer(f"run-{pk}-worst-rows.csv", header, cells)


@require_safe
def differing_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Every row that differs, as it was stored with the run."""
    rows = checks.differing_rows(checks.get_run(pk))
    if rows is None:
        raise Unknown(f"Run {pk} stored no differing rows.")
    answer = _csv(f"run-{pk}-differing-rows.csv")
    answer.write(gzip.decompress(bytes(rows.content)))
    return answer


def parity_shown(content: dict[str, Any], column: str = "") -> dict[str, Any]:
    """The findings of a row-by-row comparison or a comparison of a column's distributions, as pages lay them out."""
    histogram, slices, worst = content.get("histogram"), content.get("by_slice") or [], content.get("worst_rows") or []
    by = content.get("slice_by", "month")
    return {
        "keys": list(worst[0]["key"]) if worst else [],
        "distributions": charts.distributions(histogram, column) if histogram and histogram["edges"] else None,
        "difference": charts.difference(histogram, column) if histogram and histogram["edges"] else None,
        "slices": charts.by_slice(slices, by.capitalize()) if slices else None,
        "bin_columns": ["Values", "Reference, rows", "Current, rows"],
        "bin_rows": _bins(histogram),
        "change_columns": ["Values", "Current minus reference"],
        "change_rows": _changes(histogram),
        "slice_columns": [by.capitalize(), "Rows", "Differ", "Share"],
        "slice_sentence": _slice_sentence(slices, by),
        "slice_rows": [
            [slice_["slice"], slice_["rows"], slice_["differ"], f"{slice_['share'] * 100:.1f}%"] for slice_ in slices
        ],
    }


def _rows(run: CheckRun) -> dict[str, Any]:
    feature = run.check_definition.feature
    return parity_shown(run.result.content, feature.name if feature else "")


def _columns(request: HttpRequest, run: CheckRun) -> dict[str, Any]:
    chosen, wanted = request.GET.get("outcome", ""), request.GET.get("search", "").strip()[:128]
    rows = run.columns.order_by("rank")
    rows = rows.filter(outcome=chosen) if chosen else rows
    rows = rows.filter(column__icontains=wanted) if wanted else rows
    outcomes = checks.outcomes(run)
    schema = run.check_definition.kind == Check.Kind.SCHEMA
    shown: dict[str, Any] = {"schema": schema, "current_label": "Checked" if schema else "Current"}
    if run.result.content.get("predictions"):
        shown["prediction_findings"] = checks.prediction_findings(run)
    shown["as_table"] = request.GET.get("view") == "table"
    return shown | {"page_obj": page_of(request, rows), "outcomes": outcomes, "chosen": chosen, "search": wanted}


def _estimates(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The estimates beside a metric, each with its chart where it has windows."""
    return [
        estimate
        | {
            "figure": charts.estimated(estimate["points"], estimate["standard_error"], estimate["title"])
            if estimate["points"]
            else None,
            "cells": [[point["window"], point["rows"], point["value"]] for point in estimate["points"]],
        }
        for estimate in content.get("estimates", ())
    ]


def _deployed(run: CheckRun, windowed: list[dict[str, Any]]) -> list[tuple[datetime, str]]:
    """What was deployed to production while the windows lasted, of the models that the check is about."""
    first, last = (datetime.fromisoformat(windowed[0]["points"][at]["window"]).date() for at in (0, -1))
    return deployed_between(run.check_definition, first, last)


def _title(statistic: str) -> str:
    return next((entry.title for entry in checks.catalogue() if entry.name == statistic), statistic)


def _statistics(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Every statistic of a comparison with its limit where it has one, those that decided first."""
    decided = {decision["name"]: decision for decision in content.get("decided") or content.get("alarms") or ()}
    known = content.get("distribution", content)
    reasons = known.get("reasons", {})
    rest = [
        {"name": entry.name, "title": entry.title, "value": known[entry.name], "reason": reasons.get(entry.name, "")}
        for entry in checks.catalogue()
        if entry.name in known and entry.name not in decided
    ]
    return [*decided.values(), *rest]


def _summaries(content: dict[str, Any]) -> list[list[Any]]:
    before, after = content.get("summary_ref"), content.get("summary_cur")
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
    changed = (f"{(after - before) * 100:+.2f}%" for before, after in zip(*sides, strict=True))
    return [[name, change] for (name, _, _), change in zip(_bins(histogram), changed, strict=True)]


def _slice_sentence(slices: list[dict[str, Any]], by: str) -> str:
    if not slices:
        return ""
    worst = max(slices, key=lambda slice_: slice_["share"])
    return f"By {by}. Largest in {worst['slice']}, where {worst['share'] * 100:.1f}% of {worst['rows']:,} rows differ."


def _csv(name: str) -> HttpResponse:
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
