"""The audit page: every event, filtered, and whether the chain verifies."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from platform_site.audit import queries
from platform_site.audit.forms import EventFilterForm
from platform_site.audit.models import AuditEvent
from platform_site.audit.paging import EventPaginator
from platform_site.pages import page_of


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """The events that match the filter, newest first."""
    form = EventFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = page_of(request, _filtered(wanted), paginator=EventPaginator)
    return render(request, "audit/events.html", {"form": form, "page_obj": page, "head": queries.head()})


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Verify the chain now, and show the result."""
    template = "audit/verified.html" if getattr(request, "htmx", False) else "audit/verification.html"
    return render(request, template, {"result": queries.verify()})


def _filtered(wanted: dict[str, Any]) -> QuerySet[AuditEvent]:
    named = {name: wanted[name] for name in ("subject", "actor", "action") if wanted.get(name)}
    bounds = {name: _midnight(wanted[name]) for name in ("since", "until") if wanted.get(name)}
    return queries.between(queries.events().filter(**named), **bounds)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)
