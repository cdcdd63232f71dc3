"""The grid in which a lead states each capability, from the first draft to its publication."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.health.actions.assessments import begin_assessment, publish_assessment, state_capability
from assessments.health.forms import BeginForm, CellForm
from assessments.health.queries import assessments
from assessments.models import Assessment, AssessmentItem
from assessments.organizations.actions import ONLY_LEADS
from assessments.organizations.queries import get_assessment
from assessments.organizations.rules.catalogue import Priority, Status
from platform_site.access import Actor, can_assess, require
from platform_site.errors import Invalid, Refused
from platform_site.pages import actor


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a draft, and go to its grid."""
    require(can_assess(actor(request)), ONLY_LEADS)
    form = BeginForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        organization = form.cleaned_data["organization"]
        begun = form.act(begin_assessment, organization, **form.arguments(), actor=actor(request))
        if begun:
            return redirect("assessments:edit", begun.pk)
    return render(request, "assessments/health/begin.html", {"form": form})


@require_safe
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The grid of a draft."""
    require(can_assess(actor(request)), ONLY_LEADS)
    found = get_assessment(pk)
    if found.is_published:
        return redirect("assessments:assessment", pk)
    return render(request, "assessments/health/edit.html", _grid(found))


@require_POST
def cell(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """State one capability; a fragment for htmx, the grid again for a plain form."""
    found, form = assessments.item_of(pk, item), CellForm(request.POST)
    context = _stated(found, form, actor(request))
    if request.headers.get("HX-Request"):
        return render(request, "assessments/health/cell_saved.html", context, status=context["http_status"])
    if context["saved"]:
        return redirect(f"{request.path.split('/items/')[0]}/edit/#cell-{item}")
    grid = _grid(get_assessment(pk)) | {"unsaved": context}
    return render(request, "assessments/health/edit.html", grid, status=context["http_status"])


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once more, with what nobody touched, and publish for good."""
    require(can_assess(actor(request)), ONLY_LEADS)
    found = get_assessment(pk)
    if request.method == "POST":
        publish_assessment(found, actor=actor(request))
        messages.success(request, "It is published: from now on nothing changes it.")
        return redirect("assessments:assessment", pk)
    untouched = [item for item in found.items.all() if not item.revision]
    context = {"assessment": found, "summary": assessments.summary_of(found), "untouched": untouched}
    return render(request, "assessments/health/publish.html", context)


def _grid(found: Assessment) -> dict[str, Any]:
    items = list(found.items.all())
    groups = {item.capability.group: [] for item in items}
    for item in items:
        groups[item.capability.group].append(item)
    return {
        "assessment": found,
        "by_group": groups.items(),
        "statuses": list(enumerate(map(str, Status), start=1)),
        "priorities": list(map(str, Priority)),
    }


def _stated(item: AssessmentItem, form: CellForm, actor: Actor) -> dict[str, Any]:
    """What the fragment shows: saved, in conflict with another editor, or faulty."""
    told = {"item": item, "saved": False, "http_status": 422}
    if not form.is_valid():
        return told | {"faults": [sentence for listed in form.errors.values() for sentence in listed]}
    try:
        return told | {
            "item": state_capability(item, **form.cleaned_data, actor=actor),
            "saved": True,
            "http_status": 200,
        }
    except Refused as refusal:
        now = {"item": assessments.item_of(item.assessment_id, item.pk), "faults": [refusal.message]}
        return told | now | {"http_status": 409, "mine": form.cleaned_data if "revision" in refusal.detail else None}
    except Invalid as refusal:
        return told | {"faults": [fault.message for fault in refusal.faults]}
