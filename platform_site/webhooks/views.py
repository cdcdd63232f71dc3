"""The pages of webhooks, for leads and administrators."""

from __future__ import annotations

import inspect

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from platform_site.pages import act_and_redirect, actor, page_of
from platform_site.webhooks import queries, verify
from platform_site.webhooks.actions.deliveries import redeliver, send_test
from platform_site.webhooks.actions.targets import add_webhook, change_webhook, remove_webhook, renew_secret
from platform_site.webhooks.forms import EventsForm, WebhookForm
from platform_site.webhooks.models import Webhook

PER_PAGE = 25


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhook_list(request: HttpRequest) -> HttpResponse:
    """Every webhook, and the form for the next one; its secret is shown in the answer and never again."""
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
    """One webhook, with what was delivered and how each attempt went."""
    found = queries.webhook(pk, actor(request))
    page = page_of(request, queries.deliveries(found), per_page=PER_PAGE)
    context = {"webhook": found, "page_obj": page, "form": EventsForm(initial=EventsForm.told(found))}
    return render(request, "webhooks/webhook.html", context)


@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Other events, or off and on."""
    found = queries.webhook(pk, actor(request))
    if "active" in request.POST:
        active = request.POST["active"] == "1"
        return act_and_redirect(
            request,
            lambda: change_webhook(found, active=active, actor=actor(request)),
            done="Events are sent again from now on." if active else "Nothing is sent any more.",
            to=found,
        )
    form = EventsForm(request.POST)
    if form.is_valid() and form.act(change_webhook, found, **form.arguments(), actor=actor(request)):
        messages.success(request, "It is saved.")
        return redirect(found)
    page = page_of(request, queries.deliveries(found), per_page=PER_PAGE)
    context = {"webhook": found, "page_obj": page, "form": form}
    return render(request, "webhooks/webhook.html", context, status=422)


@require_POST
def test(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an event that says that it arrived."""
    found = queries.webhook(pk, actor(request))
    done = "A test is on its way: load the page again to see how it went."
    return act_and_redirect(request, lambda: send_test(found, actor=actor(request)), done=done, to=found)


@require_POST
def redeliver_one(request: HttpRequest, pk: int, delivery: int) -> HttpResponse:
    """Send a delivery again."""
    found = queries.webhook(pk, actor(request))
    again = queries.delivery(found, delivery)
    done = "It is on its way again."
    return act_and_redirect(request, lambda: redeliver(again, actor=actor(request)), done=done, to=found)


@never_cache
@require_POST
def secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign with a new secret; the answer shows it once."""
    found = queries.webhook(pk, actor(request))
    return _show_secret(request, found, renew_secret(found, actor=actor(request)))


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a webhook away."""
    remove_webhook(queries.webhook(pk, actor(request)), actor=actor(request))
    messages.success(request, "It is removed, and its deliveries with it.")
    return redirect("webhooks:webhooks")


def _show_secret(request: HttpRequest, webhook: Webhook, secret: str) -> HttpResponse:
    if not secret:
        messages.success(request, "Events are sent there from now on.")
        return redirect(webhook)
    context = {"webhook": webhook, "secret": secret, "verify": inspect.getsource(verify)}
    return render(request, "webhooks/secret.html", context)
