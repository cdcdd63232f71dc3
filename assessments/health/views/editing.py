"""The form in which a lead sets each capability, from the first draft to publication."""

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
from platform_site.pages import actor


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Begin a draft, and go to its form."""
    require(can_assess(actor(request)), ONLY_LEADS)
    form = BeginForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        organization = form.cleaned_data["organization"]
        draft = form.act(begin_assessment, organization, **form.arguments(), actor=actor(request))
        if draft:
            return redirect("assessments:edit", draft.pk)
    return render(request, "assessments/health/begin.html", {"form": form})


@require_safe
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a draft, with every capability."""
    require(can_assess(actor(request)), ONLY_LEADS)
    assessment = get_assessment(pk)
    if assessment.is_published:
        return redirect("assessments:assessment", pk)
    return render(request, "assessments/health/edit.html", _grid(assessment))


@require_POST
def cell(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Save one capability; a fragment for htmx, the whole form again for a plain one."""
    require(can_assess(actor(request)), ONLY_LEADS)
    stated_item, form = assessments.get_item(pk, item), CellForm(request.POST)
    context = _stated(stated_item, form, actor(request))
    if request.headers.get("HX-Request"):
        return render(request, "assessments/health/cell_saved.html", context, status=context["http_status"])
    if context["saved"]:
        return redirect(f"{request.path.split('/items/')[0]}/edit/#cell-{item}")
    grid = _grid(get_assessment(pk)) | {"unsaved": context}
    return render(request, "assessments/health/edit.html", grid, status=context["http_status"])


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, listing what nobody changed, and publish."""
    require(can_assess(actor(request)), ONLY_LEADS)
    assessment = get_assessment(pk)
    if request.method == "POST":
        publish_assessment(assessment, actor=actor(request))
        messages.success(request, "Assessment published. It can no longer be changed.")
        return redirect("assessments:assessment", pk)
    untouched = [item for item in assessment.items.all() if not item.revision]
    context = {"assessment": assessment, "summary": assessments.summary_of(assessment), "untouched": untouched}
    return render(request, "assessments/health/publish.html", context)


def _grid(assessment: Assessment) -> dict[str, Any]:
    items = list(assessment.items.all())
    groups: dict[str, list[AssessmentItem]] = {item.capability.group: [] for item in items}
    for item in items:
        groups[item.capability.group].append(item)
    return {
        "assessment": assessment,
        "by_group": groups.items(),
        "statuses": list(enumerate(map(str, Status), start=1)),
        "priorities": list(map(str, Priority)),
    }


def _stated(item: AssessmentItem, form: CellForm, actor: Actor) -> dict[str, Any]:
    """What the fragment shows: saved, in conflict with another editor, or invalid."""
    if form.is_valid() and (saved := form.act(state_capability, item, **form.cleaned_data, actor=actor)):
        return {"item": saved, "saved": True, "http_status": 200}
    faults = [sentence for sentences in form.errors.values() for sentence in sentences]
    if form.refusal is None:
        return {"item": item, "saved": False, "http_status": 422, "faults": faults}
    current = assessments.get_item(item.assessment_id, item.pk)
    unsaved_values = form.cleaned_data if "revision" in form.refusal.detail else None
    return {"item": current, "saved": False, "http_status": 409, "faults": faults, "unsaved_values": unsaved_values}
