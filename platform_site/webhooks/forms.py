"""The forms of webhooks: they check the shape; the faults of the action come back to their fields."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from platform_site.forms import ActionForm
from platform_site.people.models import Team
from platform_site.text.wording import label
from platform_site.webhooks.events import OFFERED
from platform_site.webhooks.models import Webhook
from platform_site.webhooks.rules.severity import Severity

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
    severity = forms.ChoiceField(
        choices=[
            (severity.value, f"{label(severity)} and above" if severity != Severity.CRITICAL else "Critical only")
            for severity in Severity
        ],
        label="Least severity",
        required=False,
        help_text="Critical: alerts that close a gate, stopped rollouts. Error: blocked gates. Warning: other alerts.",
    )
    teams = forms.ModelMultipleChoiceField(
        queryset=Team.objects.none(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Only what these teams own is sent; with none chosen, everything.",
    )
    person = forms.CharField(
        max_length=150,
        required=False,
        label="Quiet hours of",
        help_text="For mail and chat: a username. What is not critical waits for the end of this person's quiet hours.",
    )
    description = forms.CharField(max_length=200, required=False, help_text="For example the channel that it posts to.")

    field_order = ["description", "severity", "teams", "person", "events", "others"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(Any, self.fields["teams"]).queryset = Team.objects.order_by("slug")

    def arguments(self) -> dict[str, Any]:
        """The arguments of the action."""
        fields = dict(self.cleaned_data)
        others = [name for part in fields.pop("others").split(",") if (name := part.strip())]
        fields["teams"] = [team.slug for team in fields["teams"]]
        fields["severity"] = fields["severity"] or Severity.INFO.value
        return fields | {"events": [*fields["events"], *others]}

    @staticmethod
    def initial_of(webhook: Webhook) -> dict[str, Any]:
        """The initial values of the form for a webhook."""
        others = [name for name in webhook.events if name not in OFFERED]
        return {
            "events": webhook.events,
            "others": ", ".join(others),
            "description": webhook.description,
            "severity": webhook.severity,
            "teams": webhook.teams,
            "person": webhook.person.get_username() if webhook.person else "",
        }


class WebhookForm(EventsForm):
    """A new webhook."""

    kind = forms.ChoiceField(
        choices=Webhook.Kind.choices, help_text="Slack-compatible also works for Mattermost and others."
    )
    url = forms.CharField(
        max_length=2_000,
        required=False,
        label="Address",
        help_text="https://…, a mail address for e-mail. Empty for PagerDuty and Opsgenie: their addresses in the US.",
    )
    secret = forms.CharField(
        max_length=200,
        required=False,
        label="Key",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="The routing key of PagerDuty or the API key of Opsgenie. Signed JSON gets a random secret if it is empty.",
    )
    field_order = ["kind", "url", "secret", "description", "severity", "teams", "person", "events", "others"]


class QuietHoursForm(ActionForm):
    """A person's own quiet hours."""

    begins = forms.TimeField(label="Begin", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(
        label="End",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="On the next day, if it is earlier than the beginning.",
    )
    time_zone = forms.CharField(max_length=64, help_text="For example Europe/Berlin.")
