"""Decisions that serving reported, and what explains them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from platform_site.pages import page_of
from registry.checks.charts import contributions
from registry.regulation.forms import DecisionFilterForm
from registry.regulation.queries import decisions
from registry.regulation.rules.explanation import ranked, sentence
from registry.versions.queries import model_versions


@require_safe
def decision_list(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """The decisions of a version that the filter leaves, the newest first."""
    found = model_versions.version(name, version)
    form = DecisionFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    context = {
        "version": found,
        "page_obj": page_of(request, decisions.decisions_by(found, **wanted)),
        "filters": form,
        "filtered": any(wanted.values()),
    }
    return render(request, "registry/regulation/decision_list.html", context)


@require_safe
def decision(request: HttpRequest, name: str, version: str, pk: int) -> HttpResponse:
    """One decision: what was decided, and what each input contributed."""
    found = model_versions.version(name, version)
    one = decisions.decision(found, pk)
    context = {"version": found, "decision": one, "told": one.told}
    if explanation := one.told["explanation"]:
        rows = ranked(explanation["contributions"])
        context |= {"figure": contributions(rows), "rows": rows, "sentence": sentence(one.told)}
        context["columns"] = ["Input", "Contribution"]
    return render(request, "registry/regulation/decision.html", context)
