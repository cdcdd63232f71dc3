"""Webhooks and their deliveries in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from platform_site.api.serializers import StrictSerializer
from platform_site.webhooks.events import MOST_PATTERNS
from platform_site.webhooks.models import Delivery, DeliveryAttempt, Webhook


class EventsField(serializers.ListField):
    """Names of events."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            child=serializers.CharField(max_length=81),
            max_length=MOST_PATTERNS,
            help_text="alert.opened, alert.* or *",
            **options,
        )


class WebhookInput(StrictSerializer):
    """A new webhook."""

    url = serializers.CharField(max_length=2_000, help_text="https://… or http://…; a mail address for `email`.")
    kind = serializers.ChoiceField(choices=Webhook.Kind.choices, default=Webhook.Kind.JSON)
    events = EventsField()
    secret = serializers.CharField(
        max_length=200,
        required=False,
        allow_blank=True,
        default="",
        help_text="Signs each delivery of `json`: 32 characters or more. Random by default.",
    )
    description = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class WebhookChange(StrictSerializer):
    """The fields to change; the others stay. For another address add another webhook."""

    events = EventsField(required=False)
    description = serializers.CharField(max_length=200, required=False, allow_blank=True)
    active = serializers.BooleanField(required=False)


class WebhookOutput(serializers.ModelSerializer):
    """A webhook without its secrets."""

    url = serializers.CharField(source="shown_url", help_text="Without a query, and without the path for `slack`.")
    events = serializers.ListField(child=serializers.CharField())
    waiting = serializers.IntegerField(help_text="Deliveries that still wait to be sent.")
    failed = serializers.IntegerField(help_text="Deliveries that failed for good.")

    class Meta:
        model = Webhook
        fields: tuple[str, ...] = (
            "id", "url", "kind", "events", "description", "owner", "created_at", "active", "waiting", "failed", "failures", "failing_since",
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
            "id", "event", "subject", "sequence", "state", "attempts", "next_attempt_at", "created_at", "finished_at", "requested_by", "redelivery_of",
            "body",
        )  # fmt: skip
        read_only_fields = fields
