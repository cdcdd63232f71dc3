"""The pages of webhooks, for leads and administrators."""

from __future__ import annotations

import inspect
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from platform_site.pages import act_and_redirect, actor, page_of
from platform_site.people.models import User
from platform_site.webhooks import queries, verify
from platform_site.webhooks.actions.deliveries import redeliver, send_test
from platform_site.webhooks.actions.quiet_hours import end_quiet_hours, set_quiet_hours
from platform_site.webhooks.actions.targets import add_webhook, change_webhook, remove_webhook, renew_secret
from platform_site.webhooks.bodies import preview_of
from platform_site.webhooks.forms import EventsForm, QuietHoursForm, WebhookForm
from platform_site.webhooks.models import Webhook

PER_PAGE = 25
MOST_HELD = 50


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhook_list(request: HttpRequest) -> HttpResponse:
    """Every webhook, and the form for a new one; its secret is shown once, in the answer."""
    rows = queries.webhooks(actor(request))
    form = WebhookForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and (added := form.act(add_webhook, **form.arguments(), actor=actor(request)))
    ):
        return _show_secret(request, *added)
    page = page_of(request, rows, per_page=PER_PAGE)
    context = {"page_obj": page, "form": form, "verify": inspect.getsource(verify)}
    return render(request, "webhooks/list.html", context)


@require_safe
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """One webhook with its deliveries and their attempts."""
    row = queries.webhook(pk, actor(request))
    page = page_of(request, queries.deliveries(row), per_page=PER_PAGE)
    form = EventsForm(initial=EventsForm.initial_of(row))
    context = {
        "webhook": row,
        "page_obj": page,
        "form": form,
        "preview": preview_of(row),
        "held": queries.list_held(row)[:MOST_HELD],
    }
    return render(request, "webhooks/webhook.html", context)


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change events or description, switch off or on."""
    webhook = queries.webhook(pk, actor(request))
    if "active" in request.POST:
        active = request.POST["active"] == "1"
        return act_and_redirect(
            request,
            lambda: change_webhook(webhook, active=active, actor=actor(request)),
            done=f"{webhook} is switched on." if active else f"{webhook} is switched off: nothing is sent to it.",
            to=webhook,
        )
    form = EventsForm(request.POST)
    if form.is_valid() and form.act(change_webhook, webhook, **form.arguments(), actor=actor(request)):
        messages.success(request, f"{webhook} is changed.")
        return redirect(webhook)
    page = page_of(request, queries.deliveries(webhook), per_page=PER_PAGE)
    context = {"webhook": webhook, "page_obj": page, "form": form, "preview": preview_of(webhook)}
    return render(request, "webhooks/webhook.html", context, status=422)


@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a test event."""
    webhook = queries.webhook(pk, actor(request))
    done = "Test queued. Reload the page to see its result."
    return act_and_redirect(request, lambda: send_test(webhook, actor=actor(request)), done=done, to=webhook)


@require_POST
def redeliver_one(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    """Send a delivery again."""
    webhook = queries.webhook(pk, actor(request))
    again = queries.delivery(webhook, delivery)
    done = "Queued to be sent again."
    return act_and_redirect(request, lambda: redeliver(again, actor=actor(request)), done=done, to=webhook)


@never_cache
@require_POST
def secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Renew the secret; the answer shows it once."""
    webhook = queries.webhook(pk, actor(request))
    return _show_secret(request, webhook, renew_secret(webhook, actor=actor(request)))


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a webhook."""
    remove_webhook(queries.webhook(pk, actor(request)), actor=actor(request))
    messages.success(request, "The webhook and its deliveries are removed.")
    return redirect("webhooks:webhooks")


@require_http_methods(["GET", "HEAD", "POST"])
def quiet_hours(request: HttpRequest) -> HttpResponse:
    """A person's own quiet hours."""
    person = cast(User, request.user)
    existing = queries.quiet_hours_of(person)
    initial = {name: getattr(existing, name) for name in ("begins", "ends", "time_zone")} if existing else None
    form = QuietHoursForm(request.POST or None, initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.act(set_quiet_hours, person, **form.cleaned_data, actor=actor(request))
    ):
        messages.success(request, "Your quiet hours are set.")
        return redirect("webhooks:quiet_hours")
    context = {"form": form, "quiet": existing, "webhooks": queries.list_of_person(person)}
    return render(request, "webhooks/quiet_hours.html", context, status=422 if form.errors else 200)


@require_POST
def no_quiet_hours(request: HttpRequest) -> HttpResponse:
    """End a person's own quiet hours."""
    person = cast(User, request.user)
    done = "Your quiet hours are ended. What waited is sent now."
    to = resolve_url("webhooks:quiet_hours")
    return act_and_redirect(request, lambda: end_quiet_hours(person, actor=actor(request)), done=done, to=to)


def _show_secret(request: HttpRequest, webhook: Webhook, secret: str) -> HttpResponse:
    if not secret:
        messages.success(request, f"Events are sent to {webhook} from now on.")
        return redirect(webhook)
    context = {"webhook": webhook, "secret": secret, "verify": inspect.getsource(verify)}
    return render(request, "webhooks/secret.html", context)
