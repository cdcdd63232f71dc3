"""The audit page: every event, filtered, and whether the chain verifies."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from platform_site.audit import lines, queries
from platform_site.audit.forms import EventFilterForm
from platform_site.audit.models import AuditEvent
from platform_site.audit.paging import EventPaginator
from platform_site.pages import Table, page_of, page_or_csv


@require_safe
def events(request: HttpRequest) -> HttpResponseBase:
    """The events that match the filter, newest first, each as a sentence; as CSV or JSON lines the same events."""
    form = EventFilterForm(request.GET)
    is_valid = form.is_valid()
    wanted = form.cleaned_data if is_valid else {}
    rows = _filtered(wanted) if is_valid else queries.events().none()
    if request.GET.get("file") == "jsonl" and is_valid:
        return _json_lines(rows)
    page = page_of(request, rows, paginator=EventPaginator)
    context = {
        "form": form,
        "page_obj": page,
        "lines": [lines.line_of(event) for event in page],
        "facets": lines.facets(rows, request.GET),
        "counted": lines.COUNTED,
        "narrowed": any(wanted.values()) or not is_valid,
        "everything": queries.events(),
        "head": queries.head(),
    }
    if not is_valid:  # a filter that means nothing shows no event: the whole log would look like its answer
        return render(request, "audit/events.html", context, status=422)
    return page_or_csv(request, "audit/events.html", context, [Table("events", lines.COLUMNS, lines.cells(rows))])


def _json_lines(rows: QuerySet[AuditEvent]) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(lines.json_lines(rows), content_type="application/x-ndjson")
    answer["Content-Disposition"] = 'attachment; filename="audit-events.jsonl"'
    return answer


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Verify the chain now, and show the result."""
    template = "audit/verified.html" if getattr(request, "htmx", False) else "audit/verification.html"
    return render(request, template, {"result": queries.verify()})


def _filtered(wanted: dict[str, Any]) -> QuerySet[AuditEvent]:
    named = {name: wanted[name] for name in ("actor", "action") if wanted.get(name)}
    if kind := wanted.get("kind"):
        named["action__startswith"] = f"{kind}."
    rows = queries.events().filter(**named)
    if subject := wanted.get("subject"):
        rows = lines.about(rows, subject)
    if day := wanted.get("day"):
        rows = queries.between(rows, since=_midnight(day), until=_midnight(day + timedelta(days=1)))
    bounds = {name: _midnight(wanted[name]) for name in ("since", "until") if wanted.get(name)}
    return queries.between(rows, **bounds)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)
