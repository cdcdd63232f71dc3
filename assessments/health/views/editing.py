"""The form in which a lead sets each capability, from the first draft to publication."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.health.actions.assessments import (
    begin_assessment,
    discard_assessment,
    publish_assessment,
    state_capability,
)
from assessments.health.forms import BeginForm, CellForm
from assessments.health.queries import assessments
from assessments.health.queries.answers import answers_by_capability
from assessments.health.queries.evidence import evidence_of, evidence_of_item
from assessments.health.queries.exemptions import exempt_of
from assessments.health.rules.evidence import Evidence
from assessments.health.rules.recommendations import Known
from assessments.models import Assessment, AssessmentItem, Organization
from assessments.organizations.actions import ONLY_LEADS
from assessments.organizations.queries import get_assessment
from assessments.organizations.rules.catalogue import Priority, Status
from assessments.organizations.views import of_one_organization
from platform_site.access import Actor, can_assess, require
from platform_site.pages import act_and_redirect, actor

CHOICES: dict[str, Any] = {
    "statuses": list(enumerate(map(str, Status), start=1)),
    "priorities": list(map(str, Priority)),
}


@require_http_methods(["GET", "HEAD", "POST"])
@of_one_organization
def begin(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """Begin a draft, and go to its form."""
    require(can_assess(actor(request)), ONLY_LEADS)
    form = BeginForm(request.POST or None, request.FILES or None, shown=organization)
    if request.method == "POST" and form.is_valid():
        draft = form.act(begin_assessment, form.cleaned_data["organization"], **form.arguments(), actor=actor(request))
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
    return render(request, "assessments/health/grid/edit.html", _grid(assessment))


@require_POST
def cell(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Save one capability; a fragment for htmx, the whole form again for a plain one."""
    require(can_assess(actor(request)), ONLY_LEADS)
    stated_item, form = assessments.get_item(pk, item), CellForm(request.POST)
    context = _stated(stated_item, form, actor(request))
    if request.headers.get("HX-Request"):
        moved = context["item"].priority != request.POST.get("priority")
        context |= _beside(context["item"]) | {"priority_moved": moved}
        return render(request, "assessments/health/grid/cell_answer.html", context, status=context["http_status"])
    if context["saved"]:
        return redirect(f"{request.path.split('/items/')[0]}/edit/#cell-{item}")
    grid = _grid(get_assessment(pk)) | {"unsaved": context}
    return render(request, "assessments/health/grid/edit.html", grid, status=context["http_status"])


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, listing what nobody changed and what lacks its reason, and publish."""
    require(can_assess(actor(request)), ONLY_LEADS)
    assessment = get_assessment(pk)
    if request.method == "POST":
        return act_and_redirect(
            request,
            lambda: publish_assessment(assessment, actor=actor(request)),
            done="Assessment published. It can no longer be changed.",
            to=resolve_url("assessments:assessment", pk),
            on_refusal=request.path,
        )
    items = list(assessment.items.all())
    context = {
        "assessment": assessment,
        "summary": assessments.summary_of(assessment, Known(exempt=exempt_of(assessment.organization))),
        "untouched": [item for item in items if not item.revision],
        "unexplained": [item for item in items if item.as_item.lacks_reason],
    }
    return render(request, "assessments/health/publish.html", context)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete a draft."""
    return act_and_redirect(
        request,
        lambda: discard_assessment(get_assessment(pk), actor=actor(request)),
        done="Draft discarded. The audit log keeps what it stated.",
        to=resolve_url("assessments:list"),
    )


@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a draft that corrects a published assessment, with its counts and statuses."""
    corrected = get_assessment(pk)
    organization, day = corrected.organization, corrected.assessed_on
    return act_and_redirect(
        request,
        lambda: begin_assessment(organization, assessed_on=day, corrects=corrected, actor=actor(request)),
        to=lambda draft: resolve_url("assessments:edit", draft.pk),
        on_refusal=resolve_url("assessments:assessment", pk),
    )


def cell_context(item: AssessmentItem) -> dict[str, Any]:
    """What the form of one capability shows, with its evidence and what the draft adds up to."""
    return {"item": item, "assessment": item.assessment} | CHOICES | _beside(item)


def _beside(item: AssessmentItem) -> dict[str, Any]:
    assessment = get_assessment(item.assessment_id)
    exempt = exempt_of(assessment.organization)
    summary = assessments.summary_of(assessment, Known(exempt=exempt))
    beside = {"line": evidence_of_item(item), "summary": summary, "exempt": exempt}
    beside |= {"answers": {item.capability_id: answers_by_capability(assessment).get(item.capability_id, [])}}
    return beside | {"swap": True, "priorities": CHOICES["priorities"]}


def _grid(assessment: Assessment) -> dict[str, Any]:
    items, lines = list(assessment.items.all()), evidence_of(assessment)
    exempt = exempt_of(assessment.organization)
    groups: dict[str, list[tuple[AssessmentItem, Evidence]]] = {item.capability.group: [] for item in items}
    for item, line in zip(items, lines, strict=True):
        groups[item.capability.group].append((item, line))
    return CHOICES | {
        "assessment": assessment,
        "summary": assessments.summary_of(assessment, Known(exempt=exempt)),
        "exempt": exempt,
        "answers": answers_by_capability(assessment),
        "coverage": next((line.coverage for line in lines if line.capability == "model_registry"), None),
        "by_group": groups.items(),
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
