"""Alerts: what somebody should look at, and who does."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.views.decorators.http import require_POST, require_safe

from registry.actions.alerts import acknowledge
from registry.forms import AcknowledgeForm
from registry.queries import checks
from registry.views.shared import act_and_return, actor, page_of


@require_safe
def alert_list(request: HttpRequest) -> HttpResponse:
    """The alerts, those that nobody resolved first."""
    rows = checks.open_alerts() if request.GET.get("all") != "1" else checks.alerts()
    return render(request, "registry/alerts.html", {"page_obj": page_of(request, rows), "form": AcknowledgeForm()})


@require_POST
def acknowledge_alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that somebody looks after it, until a moment."""
    form = AcknowledgeForm(request.POST)
    if not form.is_valid():
        return render(request, "registry/acknowledge.html", {"form": form, "alert": checks.alert(pk)}, status=422)
    return act_and_return(
        request,
        lambda: acknowledge(checks.alert(pk), until=form.cleaned_data["until"], actor=actor(request)),
        done="It is marked as looked after.",
        to=resolve_url("registry:alerts"),
    )
