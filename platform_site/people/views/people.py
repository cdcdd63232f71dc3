"""The people who may sign in, for administrators: the list, and the form that adds one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from platform_site.pages import actor, page_of, search_in
from platform_site.people import queries
from platform_site.people.account_forms import PersonForm
from platform_site.people.actions.invitations import invite_person


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def person_list(request: HttpRequest) -> HttpResponse:
    """Everybody with roles and teams; whoever was added now stands on top with the link to their first password."""
    search, rows = search_in(request, queries.people(actor(request)), "username", "first_name", "last_name", "email")
    form = PersonForm(request.POST or None)
    added = form.act(invite_person, **form.cleaned_data, actor=actor(request)) if form.is_valid() else None
    context = {
        "page_obj": page_of(request, rows),
        "search": search,
        "everything": queries.people(actor(request)),
        "form": PersonForm() if added else form,
        "added": added,
        "link": request.build_absolute_uri(added.path) if added else "",
    }
    return render(request, "people/people.html", context, status=422 if form.errors else 200)
