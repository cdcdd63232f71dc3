"""The pages of alerts about figures."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from assessments.health.actions.health_alerts import acknowledge_health_alert
from assessments.health.queries.health_alerts import get_health_alert, list_health_alerts
from assessments.health.receivers import WAYS_OUT
from assessments.health.rules.health_alerts import Figure, value_in_words
from assessments.models import Organization
from assessments.organizations.views import of_one_organization
from platform_site.access import can_assess
from platform_site.pages import act_and_redirect, actor, page_of

PER_PAGE = 25


@require_safe
@of_one_organization
def health_alerts(request: HttpRequest, organization: Organization | None) -> HttpResponse:
    """An organization's alerts about figures, the newest first."""
    page = page_of(request, list_health_alerts().filter(organization=organization), per_page=PER_PAGE)
    return render(request, "assessments/health/alerts/list.html", {"page_obj": page})


@require_safe
def health_alert(request: HttpRequest, pk: int) -> HttpResponse:
    """One alert: what was compared, who owns it, what to do."""
    alert = get_health_alert(pk)
    figure = Figure(alert.figure)
    context = {
        "alert": alert,
        "before": value_in_words(figure, alert.before),
        "after": value_in_words(figure, alert.after),
        "way_out": WAYS_OUT[figure],
        "may_acknowledge": can_assess(actor(request)) and alert.state != alert.State.RESOLVED,
    }
    return render(request, "assessments/health/alerts/alert.html", context)


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Acknowledge an alert until the figure recovers or gets worse again."""
    alert = get_health_alert(pk)
    done = "Acknowledged until the figure recovers or gets worse again."
    return act_and_redirect(request, lambda: acknowledge_health_alert(alert, actor=actor(request)), done=done, to=alert)
