"""Checks, their runs and the alerts that come of them."""

from __future__ import annotations

import csv
from itertools import pairwise
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_POST, require_safe

from platform_site.access import can_run_check
from platform_site.errors import Unknown
from registry import charts
from registry.actions.alerts import acknowledge
from registry.actions.checks import cancel_run, queue_run
from registry.forms import AcknowledgeForm
from registry.models import CheckRun
from registry.queries import checks
from registry.views.shared import act_and_return, actor, page_of

FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_safe
def check_list(request: HttpRequest) -> HttpResponse:
    """Every check with its newest run."""
    page = page_of(request, checks.checks())
    newest = {run.pk: run for run in checks.runs().filter(pk__in=[check.newest_run_id for check in page])}
    rows = [(check, newest.get(check.newest_run_id)) for check in page]
    return render(request, "registry/checks.html", {"page_obj": page, "rows": rows})


@require_safe
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """One check and its runs."""
    found = checks.check(pk)
    page = page_of(request, checks.runs().filter(check_definition=found))
    return render(request, "registry/check.html", {"check": found, "page_obj": page})


@require_safe
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: the verdict first, then everything it rests on."""
    found = checks.run(pk)
    context = {"run": found, "may_run": can_run_check(actor(request))} | _shown(found)
    return render(request, "registry/run.html", context)


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a run is; once it is over, the page is asked to come again whole."""
    found = checks.run(pk)
    answer = render(request, "registry/run_progress.html", {"run": found})
    if found.is_over:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def run_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for another run of a check."""
    started: list[CheckRun] = []
    answer = act_and_return(
        request,
        lambda: started.append(queue_run(checks.check(pk), actor=actor(request))),
        done="A worker takes it up now.",
        to=resolve_url("registry:check", pk),
    )
    return redirect("registry:run", started[0].pk) if started else answer


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a run that is not over."""
    found = checks.run(pk)
    return act_and_return(
        request,
        lambda: cancel_run(found, actor=actor(request)),
        done="The run is being cancelled.",
        to=resolve_url("registry:run", pk),
    )


@require_safe
def worst_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """The worst rows of a run as CSV; no cell is a formula to a spreadsheet."""
    found = checks.run(pk)
    if not hasattr(found, "result"):
        raise Unknown(f"Run {pk} has no rows to give.")
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="run-{pk}-worst-rows.csv"'
    rows = found.result.content["worst_rows"]
    keys = list(rows[0]["key"]) if rows else []
    writer = csv.writer(answer)
    writer.writerow([*keys, "event_time", "trained", "current", "difference"])
    for row in rows:
        cells = [*row["key"].values(), row["event_time"], row["trained"], row["current"], row["difference"]]
        writer.writerow([_harmless(cell) for cell in cells])
    return answer


@require_safe
def alert_list(request: HttpRequest) -> HttpResponse:
    """The alerts, those that nobody resolved first."""
    rows = checks.open_alerts() if request.GET.get("all") != "1" else checks.alerts()
    return render(request, "registry/alerts.html", {"page_obj": page_of(request, rows), "form": AcknowledgeForm()})


@require_POST
def acknowledge_alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that somebody looks after it, until a moment."""
    form = AcknowledgeForm(request.POST)
    if not form.is_valid():
        return render(request, "registry/acknowledge.html", {"form": form, "alert": checks.alert(pk)}, status=422)
    return act_and_return(
        request,
        lambda: acknowledge(checks.alert(pk), until=form.cleaned_data["until"], actor=actor(request)),
        done="It is marked as looked after.",
        to=resolve_url("registry:alerts"),
    )


def _shown(found: CheckRun) -> dict[str, Any]:
    """The run's findings as the page lays them out; nothing while there are none."""
    if not hasattr(found, "result"):
        return {}
    told = found.result.content
    histogram, slices = told["histogram"], told["by_slice"]
    return {
        "told": told,
        "keys": list(told["worst_rows"][0]["key"]) if told["worst_rows"] else [],
        "distributions": charts.distributions(histogram) if histogram and histogram["edges"] else None,
        "slices": charts.by_slice(slices) if slices else None,
        "bin_columns": ["Values", "Trained, rows", "Current, rows"],
        "bin_rows": _bins(histogram),
        "slice_columns": [told["slice_by"].capitalize(), "Rows", "Differ", "Share"],
        "slice_sentence": _slice_sentence(slices, told["slice_by"]),
        "slice_rows": [[one["slice"], one["rows"], one["differ"], f"{one['share'] * 100:.1f} %"] for one in slices],
    }


def _bins(histogram: dict[str, Any] | None) -> list[list[Any]]:
    if not histogram or not histogram["edges"]:
        return []
    edges = histogram["edges"]
    ranges = [f"{low:.4g} to {high:.4g}" for low, high in pairwise(edges)]
    return [list(row) for row in zip(ranges, histogram["reference"], histogram["current"], strict=True)]


def _slice_sentence(slices: list[dict[str, Any]], by: str) -> str:
    if not slices:
        return ""
    worst = max(slices, key=lambda one: one["share"])
    return f"By {by}; most in {worst['slice']}, where {worst['share'] * 100:.1f} % of {worst['rows']:,} rows differ."


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
