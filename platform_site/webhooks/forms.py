"""What is typed in about webhooks: shape only; what makes sense is for the action, whose faults come back to their fields."""

from __future__ import annotations

from typing import Any

from django import forms

from platform_site.forms import ActionForm
from platform_site.webhooks.events import OFFERED
from platform_site.webhooks.models import Webhook

EVENTS = [(name, f"{name}: {meaning}") for name, meaning in OFFERED.items()]


class EventsForm(ActionForm):
    """Which events: the usual ones to tick, others by name."""

    events = forms.MultipleChoiceField(
        choices=EVENTS, required=False, widget=forms.CheckboxSelectMultiple, initial=["alert.*"]
    )
    others = forms.CharField(
        max_length=1_000,
        required=False,
        label="Other events",
        help_text="As the audit log names them, with commas between: dataset.added, token.*; * for every event.",
    )
    description = forms.CharField(max_length=200, required=False, help_text="Such as the channel that it leads to.")

    def arguments(self) -> dict[str, Any]:
        """The arguments of the action."""
        given = dict(self.cleaned_data)
        others = [name for part in given.pop("others").split(",") if (name := part.strip())]
        return given | {"events": [*given["events"], *others]}

    @staticmethod
    def told(webhook: Webhook) -> dict[str, Any]:
        """A webhook as the form shows it."""
        others = [name for name in webhook.events if name not in OFFERED]
        return {"events": webhook.events, "others": ", ".join(others), "description": webhook.description}


class WebhookForm(EventsForm):
    """Where to send what."""

    kind = forms.ChoiceField(choices=Webhook.Kind.choices, help_text="Slack-compatible fits Mattermost and others too.")
    url = forms.CharField(max_length=2_000, label="Address", help_text="https://…, or a mail address for e-mail.")
    field_order = ["kind", "url", "description", "events", "others"]
