"""Teams: the list with the form for the next one, and one team with what it owns."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from platform_site.access import can_administer, can_manage_teams, require
from platform_site.pages import Panel, actor, page_of, panel_context, search_in
from platform_site.people import queries
from platform_site.people.account_forms import TeamChangeForm, TeamForm
from platform_site.people.actions.teams import ONLY_LEADS, change_team, create_team


@require_http_methods(["GET", "HEAD", "POST"])
def team_list(request: HttpRequest) -> HttpResponse:
    """Every team, and the form for the next one for those who may add it."""
    may_add = can_manage_teams(actor(request))
    if request.method == "POST":
        require(may_add, ONLY_LEADS)
    form = TeamForm(request.POST or None, organizations=queries.organizations())
    if form.is_valid() and (team := form.act(create_team, **form.cleaned_data, actor=actor(request))):
        messages.success(request, f"Team {team.name} is added. An administrator sets who belongs to it.")
        return redirect("team", team.slug)
    search, rows = search_in(request, queries.teams_with_members(), "slug", "name")
    context = {
        "page_obj": page_of(request, rows),
        "search": search,
        "everything": queries.teams(),
        "form": form,
        "may_add": may_add,
    }
    return render(request, "people/teams.html", context, status=422 if form.errors else 200)


@require_safe
def team(request: HttpRequest, slug: str, panels: Iterable[Panel] = ()) -> HttpResponse:
    """One team: its members, and what it owns in the panels."""
    record = queries.team(slug)
    context = {
        "team": record,
        "may_change": can_manage_teams(actor(request)),
        "may_administer": can_administer(actor(request)),
    }
    return render(request, "people/team.html", context | panel_context(panels, request, record))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """The form that changes what is known of a team."""
    record = queries.team(slug)
    require(can_manage_teams(actor(request)), ONLY_LEADS)
    initial = TeamChangeForm.initial_of(record)
    form = TeamChangeForm(request.POST or None, initial=initial, organizations=queries.organizations(of=record))
    if form.is_valid() and form.act(change_team, record, **form.cleaned_data, actor=actor(request)):
        messages.success(request, f"Team {form.cleaned_data['name']} is saved.")
        return redirect("team", slug)
    return render(request, "people/team_edit.html", {"team": record, "form": form}, status=422 if form.errors else 200)
