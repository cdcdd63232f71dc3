"""Pages of what served at a moment, and the regulator pack."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from platform_site.pages import actor, page_of
from registry.regulation.actions.packs import hand_out
from registry.regulation.forms import MomentForm
from registry.regulation.pack.archive import as_download
from registry.serving.queries import production
from registry.versions.queries import model_versions


@require_safe
def serving_at(request: HttpRequest) -> HttpResponse:
    """What served at a moment, with which feature versions, and who approved it."""
    form = MomentForm(request.GET or None)
    moment: datetime = (form.cleaned_data.get("at") if form.is_valid() else None) or timezone.now()
    page = page_of(request, production.versions_at(moment))
    context = {
        "form": form,
        "moment": moment,
        "page_obj": page,
        "served": production.served_versions(list(page), moment),
    }
    return render(request, "registry/regulation/production.html", context)


@require_POST
def regulator_pack(request: HttpRequest, name: str, version: str) -> HttpResponse:
    """The archive of a version as a download; the download is on record."""
    model_version = model_versions.version(name, version)
    return as_download(model_version, hand_out(model_version, actor=actor(request)))
