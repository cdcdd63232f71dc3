"""Initiatives in the browser: the list, each with its form and comments, and a new one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.health.queries.exemptions import exempt_of
from assessments.initiatives import queries as initiatives
from assessments.initiatives.actions.initiatives import (
    WHO_CHANGES,
    WHO_PROPOSES,
    change_initiative,
    comment,
    may_change,
    propose_initiative,
)
from assessments.initiatives.forms import ChangeForm, CommentForm, InitiativeForm, read_origin
from assessments.initiatives.rules import State, targets
from assessments.models import Initiative, Organization
from assessments.organizations.views import of_one_organization
from platform_site.access import can_propose_initiative, require
from platform_site.errors import Unknown
from platform_site.pages import Table, act_and_redirect, actor, page_of, page_or_csv
from platform_site.text.wording import label

COLUMNS = ["Number", "Initiative", "Capabilities", "Owner", "Target", "Due", "Days", "State", "Overdue", "Link"]
PREFILLED = ("title", "target", "due_on", "notes")


@require_safe
@of_one_organization
def initiative_list(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """An organization's initiatives, the next due first, by state, owner and whether they are late."""
    everything = initiatives.list_initiatives().filter(organization=organization)
    rows = everything
    state, owner = request.GET.get("state", ""), request.GET.get("owner", "")[:160]
    if state in list(State):
        rows = rows.filter(state=state)
    if owner:
        rows = initiatives.owned_by(rows, owner)
    if late := request.GET.get("overdue") == "1":
        rows = initiatives.overdue(rows)
    context = {
        "organization": organization,
        "page_obj": page_of(request, rows),
        "everything": everything,
        "chosen": {"state": state, "owner": owner, "overdue": late},
        "states": [(word.value, label(word)) for word in State],
        "owners": initiatives.possible_owners(organization),
        "late": initiatives.overdue(everything).count(),
        "targets": targets(initiatives.levels_of(organization)) if organization else {},
        "exempt": exempt_of(organization) if organization else {},
        "may_propose": can_propose_initiative(actor(request)),
        "today": timezone.now().date(),
    }
    return page_or_csv(
        request, "assessments/initiatives/list.html", context, [Table("initiatives", COLUMNS, _cells(rows))]
    )


def _cells(rows: QuerySet[Initiative]) -> Iterator[list[Any]]:
    for row in rows:
        capabilities = ", ".join(capability.name for capability in row.capabilities.all())
        work = [row.due_on, row.effort_days, label(row.state), "yes" if row.overdue else "no"]
        yield [row.pk, row.title, capabilities, row.owner_name, row.target, *work, row.link]


@require_http_methods(["GET", "HEAD", "POST"])
@of_one_organization
def propose(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """Propose an initiative; filled in from the address: `?capability=…&from=recommendation:lineage`."""
    require(can_propose_initiative(actor(request)), WHO_PROPOSES)
    if organization is None:
        raise Unknown("There is no organization yet. Add one before you propose an initiative.")
    origin = read_origin(request.GET.get("from", ""))
    initial: dict[str, Any] = {name: request.GET[name][:200] for name in PREFILLED if request.GET.get(name)}
    initial["capabilities"] = request.GET.getlist("capability")[:100]
    form = InitiativeForm(request.POST or None, initial=initial, organization=organization)
    if request.method == "POST" and form.is_valid():
        made = form.act(propose_initiative, organization, origin=origin, actor=actor(request), **form.arguments())
        if made:
            messages.success(request, f"Initiative proposed: {made.title}.")
            return redirect("assessments:initiative", made.pk)
    exempt = exempt_of(organization)
    context = {
        "form": form,
        "organization": organization,
        "origin": label(origin[0]),
        "left_out": {name: exempt[name] for name in initial["capabilities"] if name in exempt},
    }
    return render(request, "assessments/initiatives/propose.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def initiative(request: HttpRequest, pk: int) -> HttpResponse:
    """One initiative with its form and its comments; the form changes it."""
    subject = initiatives.get_initiative(pk)
    form = ChangeForm(request.POST or None, initiative=subject)
    require(request.method != "POST" or may_change(actor(request), subject), WHO_CHANGES)
    if request.method == "POST" and form.is_valid() and _changed(request, subject, form):
        messages.success(request, "Initiative saved.")
        return redirect("assessments:initiative", pk)
    return _page(request, subject, form)


@require_POST
def write_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Comment on an initiative."""
    subject = initiatives.get_initiative(pk)
    return act_and_redirect(
        request,
        lambda: comment(subject, text=request.POST.get("text", ""), actor=actor(request)),
        to=resolve_url("assessments:initiative", pk),
    )


def _changed(request: HttpRequest, subject: Initiative, form: ChangeForm) -> bool:
    return bool(form.act(change_initiative, subject, actor=actor(request), **form.arguments()))


def _page(request: HttpRequest, subject: Initiative, form: ChangeForm) -> HttpResponse:
    reader, exempt = actor(request), exempt_of(subject.organization)
    names = [capability.name for capability in subject.capabilities.all()]
    context = {
        "initiative": subject,
        "form": form,
        "target": targets(initiatives.levels_of(subject.organization)).get(subject.target, subject.target),
        "reach": initiatives.reach_now(subject),
        "left_out": {name: exempt[name] for name in names if name in exempt},
        "comments": subject.comments.all(),
        "comment_form": CommentForm(),
        "may_change": may_change(reader, subject),
        "may_comment": can_propose_initiative(reader),
    }
    return render(request, "assessments/initiatives/initiative.html", context, status=422 if form.errors else 200)
