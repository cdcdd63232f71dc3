"""Alerts: their list, the page of one, and acknowledging it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from platform_site import access
from platform_site.pages import act_and_redirect, actor, page_of
from registry.checks.actions.alerts import acknowledge
from registry.checks.forms.alerts import AcknowledgeForm, AlertFilterForm, choices
from registry.checks.queries import checks


@require_safe
def alert_list(request: HttpRequest) -> HttpResponse:
    """The alerts that the filter leaves; without a filter those that are not resolved."""
    query = request.GET if "state" in request.GET else {**request.GET.dict(), "state": checks.UNRESOLVED}
    filters = AlertFilterForm(query, models=checks.models_with_alerts())
    rows = checks.alerts_by(**filters.cleaned_data) if filters.is_valid() else checks.open_alerts()
    context = {"page_obj": page_of(request, rows), "filters": filters, "counts": checks.alert_counts()}
    context["everything"] = checks.alerts()
    return render(request, "registry/checks/alerts/list.html", context | {"choices": choices(timezone.now())})


@require_safe
def alert_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One alert: what it reports, what it reported, and what of it is acknowledged."""
    alert = checks.get_alert(pk)
    context = {
        "alert": alert,
        "findings": checks.findings_of(alert),
        "choices": choices(timezone.now()),
        "may_acknowledge": access.can_contribute(actor(request), alert.model.owner_team.slug),
    }
    return render(request, "registry/checks/alerts/page.html", context)


@require_POST
def acknowledge_alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Acknowledge what an alert reports, for a period or until a moment."""
    form, alert = AcknowledgeForm(request.POST), checks.get_alert(pk)
    if not form.is_valid():
        return render(request, "registry/checks/alerts/acknowledge.html", {"form": form, "alert": alert}, status=422)
    until, seen = form.end(timezone.now()), form.cleaned_data["seen"]
    return act_and_redirect(
        request,
        lambda: acknowledge(alert, until=until, actor=actor(request), seen=seen),
        done=lambda acknowledged: f"Alert acknowledged. It returns {acknowledged.returns}.",
        to=lambda acknowledged: acknowledged,
        on_refusal=alert,
    )
