"""Alerts: their list, and acknowledging one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_POST, require_safe

from platform_site.pages import act_and_redirect, actor, page_of
from registry.checks.actions.alerts import acknowledge
from registry.checks.forms.alerts import AcknowledgeForm, AlertFilterForm
from registry.checks.queries import checks


@require_safe
def alert_list(request: HttpRequest) -> HttpResponse:
    """The alerts that the filter leaves; without a filter those that are not resolved."""
    query = request.GET if "state" in request.GET else {**request.GET.dict(), "state": checks.UNRESOLVED}
    filters = AlertFilterForm(query, models=checks.models_with_alerts())
    rows = checks.alerts_by(**filters.cleaned_data) if filters.is_valid() else checks.open_alerts()
    context = {"page_obj": page_of(request, rows), "filters": filters, "counts": checks.alert_counts()}
    return render(request, "registry/checks/alerts.html", context)


@require_POST
def acknowledge_alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Acknowledge an alert until a moment."""
    form = AcknowledgeForm(request.POST)
    if not form.is_valid():
        return render(
            request, "registry/checks/acknowledge.html", {"form": form, "alert": checks.get_alert(pk)}, status=422
        )
    return act_and_redirect(
        request,
        lambda: acknowledge(checks.get_alert(pk), until=form.cleaned_data["until"], actor=actor(request)),
        done="Alert acknowledged.",
        to=resolve_url("registry:alerts"),
    )
