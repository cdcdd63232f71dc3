"""The page of what served at a moment."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from platform_site.pages import page_of
from registry.regulation.forms import MomentForm
from registry.serving.queries import production


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
