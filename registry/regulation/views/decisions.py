"""Pages of the decisions that serving reported, with their explanations."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from platform_site.pages import page_of
from registry.regulation.charts import contributions
from registry.regulation.forms import DecisionFilterForm
from registry.regulation.queries import decisions
from registry.regulation.rules.explanation import ranked, sentence
from registry.versions.queries import model_versions


@require_safe
def decision_list(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """The decisions of a version that match the filter, the newest first."""
    model_version = model_versions.version(name, version)
    form = DecisionFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    context = {
        "version": model_version,
        "page_obj": page_of(request, decisions.decisions_by(model_version, **wanted)),
        "filters": form,
        "everything": decisions.decisions_by(model_version),
    }
    return render(request, "registry/regulation/decision_list.html", context)


@require_safe
def decision(request: HttpRequest, name: str, version: str, pk: int) -> HttpResponse:
    """One decision, and what each input contributed to it."""
    model_version = model_versions.version(name, version)
    reported = decisions.decision(model_version, pk)
    context = {"version": model_version, "decision": reported, "reported": reported.parsed}
    if explanation := reported.parsed["explanation"]:
        rows = ranked(explanation["contributions"])
        context |= {"figure": contributions(rows), "rows": rows, "sentence": sentence(reported.parsed)}
        context["columns"] = ["Input", "Contribution"]
    return render(request, "registry/regulation/decision.html", context)
