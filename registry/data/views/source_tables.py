"""Source tables: the list, one of them, its versions, and the forms that describe it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from platform_site.access import can_describe_data, require
from platform_site.errors import NotAllowed
from platform_site.owned import may_edit, who_may_edit
from platform_site.pages import Panel, actor, narrow_in, page_of, panel_context
from registry.data.actions.source_tables import (
    Added,
    add_source_version,
    edit_source_table,
    register_source_table,
    set_current_source,
)
from registry.data.forms.source_tables import BackForm, NewSourceForm, NewVersionForm, SourceDetailsForm
from registry.data.queries import datasets, source_histories, source_tables
from registry.models import SourceTable

SHOWN = 10
PAGE = "registry:source_table"
WHO_ADDS = "Only contributors and leads describe source tables."


@require_safe
def source_table_list(request: HttpRequest) -> HttpResponse:
    """Every source table, searched by name, description and tags, of one team or with one tag."""
    wanted, rows = narrow_in(request, datasets.source_tables())
    may_add = can_describe_data(actor(request))
    context = {"page_obj": page_of(request, rows), "wanted": wanted, "may_add": may_add}
    context["everything"] = SourceTable.objects.all()
    return render(request, "registry/data/source/list.html", context)


@require_safe
def source_table(request: HttpRequest, name: str, panels: Iterable[Panel] = ()) -> HttpResponse:
    """One source table: what it is now, what it was, what is computed from it, and which models it blocks."""
    table, me = datasets.source_table(name), actor(request)
    versions, behind = source_tables.versions(table), source_histories.behind(table)
    refusal = source_tables.change_refusal(table, me)
    context = {
        "table": table,
        "page_obj": page_of(request, datasets.computed_from(name)),
        "versions": source_histories.histories(table, list(versions[:SHOWN])),
        "version_count": versions.count(),
        "moves": source_histories.moves(table)[:SHOWN],
        "would_block": source_tables.would_block(table.current) if table.current else (),
        "behind": behind[:SHOWN],
        "behind_count": behind.count(),
        "refusal": refusal,
        "may_edit": may_edit(table, me),
    }
    return render(request, "registry/data/source/table.html", context | panel_context(panels, request, table))


@require_safe
def version_list(request: HttpRequest, name: str) -> HttpResponse:
    """Every version of a source table."""
    table = datasets.source_table(name)
    page = page_of(request, source_tables.versions(table))
    context = {"table": table, "page_obj": page, "versions": source_histories.histories(table, list(page.object_list))}
    return render(request, "registry/data/source/versions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def version(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """One version of a source table: what it was, and the form that puts it in force again with what that changes."""
    table, me = datasets.source_table(name), actor(request)
    row = source_tables.version(table, version)
    refusal = source_tables.change_refusal(table, me)
    form = BackForm(request.POST or None)
    if request.method == "POST" and refusal:
        raise NotAllowed(refusal)
    if form.is_valid() and (
        added := form.act(set_current_source, table, row, reason=form.cleaned_data["reason"], actor=me)
    ):
        return _in_force(request, table, added)
    context = {
        "table": table,
        "row": row,
        "described": source_histories.histories(table, [row])[0],
        "proposal": None if row.pk == table.current_id else source_histories.proposal(table, row.source),
        "form": form,
        "refusal": refusal,
    }
    return render(request, "registry/data/source/version.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Describe a table that features are computed from."""
    me = actor(request)
    require(can_describe_data(me), WHO_ADDS)
    form = NewSourceForm(request.POST or None, actor=me, initial={"dataset": request.GET.get("dataset", "")})
    if form.is_valid():
        about = {name: form.cleaned_data[name] for name in ("owner_team", "description")}
        added = form.act(register_source_table, form.cleaned_data["name"], form.source, **about, actor=me)
        if added:
            table, created = added
            done = f"Source table {table.name} was added." if created else f"{table.name} is registered so already."
            messages.success(request, done)
            return redirect(PAGE, table.name)
    return render(request, "registry/data/source/add.html", {"form": form}, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def describe(request: HttpRequest, name: str) -> HttpResponse:
    """Describe a source table anew: first what that changes is shown, then it is stored."""
    table, me = datasets.source_table(name), actor(request)
    if refusal := source_tables.change_refusal(table, me):
        raise NotAllowed(refusal)
    form = NewVersionForm(request.POST or None, table=table)
    proposal = None
    if form.is_valid():
        proposal = source_histories.proposal(table, form.source)
        if proposal.changes_anything and form.is_seen:
            reason = form.cleaned_data["reason"]
            if added := form.act(add_source_version, table, form.source, reason=reason, actor=me):
                return _in_force(request, table, added)
        form.mark_seen()
    context = {"table": table, "form": form, "proposal": proposal}
    return render(request, "registry/data/source/describe.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, name: str) -> HttpResponse:
    """The form that edits owner, description and tags."""
    table = datasets.source_table(name)
    require(may_edit(table, actor(request)), who_may_edit(table))
    form = SourceDetailsForm(request.POST or None, initial=SourceDetailsForm.initial_of(table))
    if form.is_valid() and form.act(edit_source_table, table, **form.cleaned_data, actor=actor(request)):
        messages.success(request, f"The details of {name} are saved.")
        return redirect(PAGE, name)
    return render(request, "registry/data/source/edit.html", {"table": table, "form": form}, status=_status(form))


def _in_force(request: HttpRequest, table: SourceTable, added: Added) -> HttpResponse:
    messages.success(request, f"Version {added.version.number} of {table.name} is now in force.")
    if added.would_block:
        names = ", ".join(str(blocked) for blocked in added.would_block[:SHOWN])
        more = f" and {len(added.would_block) - SHOWN:,} more" if len(added.would_block) > SHOWN else ""
        messages.warning(request, f"The deployment gate now blocks {names}{more}.")
    return redirect(PAGE, table.name)


def _status(form: Any) -> int:
    return 422 if form.errors else 200
