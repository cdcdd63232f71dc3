"""The forms of webhooks: they check the shape; the faults of the action come back to their fields."""

from __future__ import annotations

from typing import Any

from django import forms

from platform_site.forms import ActionForm
from platform_site.webhooks.events import OFFERED
from platform_site.webhooks.models import Webhook

EVENTS = [(name, f"{name}: {meaning}") for name, meaning in OFFERED.items()]


class EventsForm(ActionForm):
    """The events: the usual ones as checkboxes, others by name."""

    events = forms.MultipleChoiceField(
        choices=EVENTS, required=False, widget=forms.CheckboxSelectMultiple, initial=["alert.*"]
    )
    others = forms.CharField(
        max_length=1_000,
        required=False,
        label="Other events",
        help_text="Names from the audit log, separated by commas, for example dataset.added, token.*; * for every event.",
    )
    description = forms.CharField(max_length=200, required=False, help_text="For example the channel that it posts to.")

    def arguments(self) -> dict[str, Any]:
        """The arguments of the action."""
        fields = dict(self.cleaned_data)
        others = [name for part in fields.pop("others").split(",") if (name := part.strip())]
        return fields | {"events": [*fields["events"], *others]}

    @staticmethod
    def initial_of(webhook: Webhook) -> dict[str, Any]:
        """The initial values of the form for a webhook."""
        others = [name for name in webhook.events if name not in OFFERED]
        return {"events": webhook.events, "others": ", ".join(others), "description": webhook.description}


class WebhookForm(EventsForm):
    """A new webhook."""

    kind = forms.ChoiceField(
        choices=Webhook.Kind.choices, help_text="Slack-compatible also works for Mattermost and others."
    )
    url = forms.CharField(max_length=2_000, label="Address", help_text="https://…, or a mail address for e-mail.")
    field_order = ["kind", "url", "description", "events", "others"]
