"""Who is told of alerts: a webhook whose name leads nowhere (RFC 2606), so that its log shows how failing looks."""

from __future__ import annotations

from platform_site.access import Actor
from platform_site.webhooks.actions.targets import add_webhook
from platform_site.webhooks.models import Webhook

URL = "https://hooks.exampleco.example/plumbline"


def load(lead: Actor) -> None:
    """Add the webhook, before anything happens that it should hear of; nothing when it is there."""
    if not Webhook.objects.filter(shown_url=URL).exists():
        events = ["alert.*", "gate.blocked", "override.*", "change_request.*", "rollout.stopped"]
        add_webhook(url=URL, events=events, description="#ml-alerts (a sample: it leads nowhere)", actor=lead)
