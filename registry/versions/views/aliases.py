"""The page of a model's aliases, on which they are moved through the gate."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.http import require_http_methods, require_POST

from platform_site.access import can_contribute, require
from platform_site.pages import act_and_redirect, actor
from registry.versions.actions.aliases import remove_alias, set_alias
from registry.versions.forms import AliasForm
from registry.versions.queries import model_versions


@require_http_methods(["GET", "HEAD", "POST"])
def alias_page(request: HttpRequest, name: str) -> HttpResponse:
    """The aliases of a model; with POST, one of them moves to another version."""
    row = model_versions.model(name)
    may_move = can_contribute(actor(request), row.owner_team.slug)
    if request.method == "POST":
        require(may_move, f"Contributors of {row.owner_team.name} move aliases.")
    form = AliasForm(request.POST or None, versions=model_versions.versions(row))
    if form.is_valid():
        version, alias, reason = (form.cleaned_data[field] for field in ("version", "alias", "reason"))
        if form.act(set_alias, version, alias, reason=reason, actor=actor(request)):
            messages.success(request, f"{alias} names {version.version} now.")
            return redirect("registry:aliases", name)
    context = model_versions.aliases_of(row)._asdict() | {"model": row, "may_move": may_move, "form": form}
    return render(request, "registry/versions/aliases/page.html", context, status=422 if form.errors else 200)


@require_POST
def remove(request: HttpRequest, name: str) -> HttpResponse:
    """Take an alias away."""
    alias = request.POST.get("alias", "")
    return act_and_redirect(
        request,
        lambda: remove_alias(model_versions.model(name), alias, actor=actor(request)),
        done=f"{alias[:80]} is removed.",
        to=resolve_url("registry:aliases", name),
    )
