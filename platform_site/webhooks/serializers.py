"""Webhooks and their deliveries in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from platform_site.api.serializers import StrictSerializer
from platform_site.webhooks.events import MOST_PATTERNS
from platform_site.webhooks.models import Delivery, DeliveryAttempt, QuietHours, Webhook
from platform_site.webhooks.rules.severity import Severity

SEVERITIES = [(severity.value, severity.value) for severity in Severity]


class EventsField(serializers.ListField):
    """Names of events."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            child=serializers.CharField(max_length=81),
            max_length=MOST_PATTERNS,
            help_text="alert.opened, alert.* or *",
            **options,
        )


OWNED = "Slugs of teams: only what they own is sent; everything where it is empty."
LEAST = "The least severity that is sent."
WHOSE = "The person whose quiet hours hold, for `email`, `slack` and `teams`; empty: none."
MOST_TEAMS = 50


class TeamsField(serializers.ListField):
    """Slugs of teams."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=serializers.CharField(max_length=63), max_length=MOST_TEAMS, help_text=OWNED, **options)


class WebhookInput(StrictSerializer):
    """A new webhook."""

    url = serializers.CharField(
        max_length=2_000,
        required=False,
        allow_blank=True,
        default="",
        help_text="https://… or http://…; a mail address for `email`. Left out for `pagerduty` and `opsgenie`: theirs in the US.",
    )
    kind = serializers.ChoiceField(choices=Webhook.Kind.choices, default=Webhook.Kind.JSON)
    events = EventsField()
    teams = TeamsField(required=False)
    severity = serializers.ChoiceField(choices=SEVERITIES, default=Severity.INFO.value, help_text=LEAST)
    person = serializers.CharField(max_length=150, required=False, allow_blank=True, default="", help_text=WHOSE)
    secret = serializers.CharField(
        max_length=200,
        required=False,
        allow_blank=True,
        default="",
        help_text="Signs each delivery of `json`: whsec_ and base64, or 32 characters or more; random by default. The routing key of "
        "`pagerduty`, the API key of `opsgenie`.",
    )
    description = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class WebhookChange(StrictSerializer):
    """The fields to change; the others stay. For another address add another webhook."""

    events = EventsField(required=False)
    teams = TeamsField(required=False)
    severity = serializers.ChoiceField(choices=SEVERITIES, required=False, help_text=LEAST)
    person = serializers.CharField(max_length=150, required=False, allow_blank=True, help_text=WHOSE)
    description = serializers.CharField(max_length=200, required=False, allow_blank=True)
    active = serializers.BooleanField(required=False)


class WebhookOutput(serializers.ModelSerializer):
    """A webhook without its secrets."""

    url = serializers.CharField(
        source="shown_url", help_text="Without a query, and without the path for `slack` and `teams`."
    )
    events = serializers.ListField(child=serializers.CharField())
    teams = serializers.ListField(child=serializers.CharField(), help_text=OWNED)
    severity = serializers.ChoiceField(choices=SEVERITIES, help_text=LEAST)
    person = serializers.CharField(source="person.username", default="", help_text=WHOSE)
    waiting = serializers.IntegerField(help_text="Deliveries that still wait to be sent.")
    failed = serializers.IntegerField(help_text="Deliveries that failed for good.")
    held_back = serializers.IntegerField(help_text="Events that wait for the end of quiet hours.")

    class Meta:
        model = Webhook
        fields: tuple[str, ...] = (
            "id", "url", "kind", "events", "teams", "severity", "person", "description", "owner", "created_at", "active", "waiting", "failed", "held_back", "failures", "failing_since",
            "switched_off_at", "switched_off_because",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = fields


class NewWebhookOutput(WebhookOutput):
    """A webhook with its secret, which no other answer has."""

    secret = serializers.CharField(help_text="Shown only once; empty unless `json`.")

    class Meta(WebhookOutput.Meta):
        fields: tuple[str, ...] = (*WebhookOutput.Meta.fields, "secret")
        read_only_fields: tuple[str, ...] = fields


class SecretOutput(serializers.Serializer):
    """A new secret."""

    secret = serializers.CharField()


class AttemptOutput(serializers.ModelSerializer):
    """One attempt."""

    class Meta:
        model = DeliveryAttempt
        fields = ("number", "at", "milliseconds", "status", "answer", "error")
        read_only_fields = fields


class DeliveryOutput(serializers.ModelSerializer):
    """One event for one webhook, with each attempt."""

    attempts = AttemptOutput(many=True)

    class Meta:
        model = Delivery
        fields = (
            "id", "event", "subject", "sequence", "severity", "incident", "step", "state", "attempts", "next_attempt_at", "created_at", "finished_at", "requested_by", "redelivery_of",
            "body",
        )  # fmt: skip
        read_only_fields = fields


class PreviewOutput(serializers.Serializer):
    """What would be sent, of the newest event that goes there or of an example."""

    event = serializers.CharField()
    subject = serializers.CharField()
    at = serializers.DateTimeField()
    is_sample = serializers.BooleanField(help_text="Whether it is an example, because no recent event goes there.")
    text = serializers.CharField(help_text="What it says to people.")
    body = serializers.CharField(help_text="The body, without any secret.")


class QuietHoursInput(StrictSerializer):
    """When nothing that is not critical is sent."""

    begins = serializers.TimeField()
    ends = serializers.TimeField(help_text="On the next day, if it is earlier than the beginning.")
    time_zone = serializers.CharField(max_length=64, help_text="An IANA name, for example Europe/Berlin.")


class QuietHoursOutput(serializers.ModelSerializer):
    """A person's quiet hours."""

    person = serializers.CharField(source="person.username")

    class Meta:
        model = QuietHours
        fields = ("person", "begins", "ends", "time_zone")
        read_only_fields = fields
