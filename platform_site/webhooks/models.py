"""Webhooks, their deliveries, and each attempt.

A delivery is a row before it is a message: see `platform_site.work`. ``next_attempt_at`` says when it is due.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from platform_site.work import Work


class Webhook(models.Model):
    """An address, and the events that are sent there. Its secret parts are sealed."""

    class Kind(models.TextChoices):
        JSON = "json", "Signed JSON"
        SLACK = "slack", "Slack-compatible"
        EMAIL = "email", "E-mail"

    kind = models.CharField(max_length=8, choices=Kind)
    shown_url = models.CharField(max_length=300, help_text="The address without its secret parts.")
    sealed_url = models.TextField()
    sealed_secret = models.TextField(blank=True, help_text="Signs the deliveries; only signed JSON has one.")
    events = models.JSONField(help_text="alert.opened, alert.* or *")
    description = models.CharField(max_length=200, blank=True)
    owner = models.CharField(max_length=150, help_text="Added it, and gets a mail when it is switched off.")
    created_at = models.DateTimeField()
    from_sequence = models.BigIntegerField(help_text="Events of the log after this one are sent.")
    active = models.BooleanField(default=True)
    failures = models.PositiveIntegerField(default=0, help_text="Attempts that failed in a row.")
    failing_since = models.DateTimeField(null=True, blank=True)
    switched_off_at = models.DateTimeField(null=True, blank=True)
    switched_off_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-pk"]
        default_permissions = ["view"]
        constraints = [
            models.CheckConstraint(
                condition=Q(active=True, switched_off_at__isnull=True) | Q(active=False, switched_off_at__isnull=False),
                name="webhook_has_a_moment_exactly_when_off",
            ),
            models.CheckConstraint(
                condition=Q(kind="json") & ~Q(sealed_secret="") | ~Q(kind="json") & Q(sealed_secret=""),
                name="webhook_of_json_alone_has_a_secret",
            ),
        ]

    def __str__(self) -> str:
        return self.description or self.shown_url

    def get_absolute_url(self) -> str:
        return reverse("webhooks:webhook", args=[self.pk])


class Delivery(Work):
    """One event for one webhook: due, claimed by one worker at a time, then delivered or failed once."""

    class State(models.TextChoices):
        PENDING = "pending"
        SENDING = "sending"
        DELIVERED = "delivered"
        FAILED = "failed"

    WAITING, WORKING, ATTEMPTS = State.PENDING, State.SENDING, "attempt_count"

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event = models.CharField(max_length=80)
    subject = models.CharField(max_length=300, blank=True)
    sequence = models.BigIntegerField(null=True, blank=True, help_text="The event's number in the audit log.")
    body = models.TextField()
    state = models.CharField(max_length=16, choices=State, default=State.PENDING)
    attempt_count = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When it was last sent to a worker.")
    requested_by = models.CharField(max_length=150, blank=True, help_text="Who requested the test or the redelivery.")
    redelivery_of = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="again")

    class Meta:
        ordering = ["-pk"]
        default_permissions = ["view"]
        constraints = [
            models.UniqueConstraint(
                fields=["webhook", "sequence"],
                condition=Q(redelivery_of__isnull=True),
                name="delivery_of_an_event_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | (Q(token__isnull=False) & Q(lease_until__isnull=False)),
                name="delivery_being_sent_has_token_and_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state="pending") | Q(next_attempt_at__isnull=False),
                name="delivery_that_waits_knows_until_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["delivered", "failed"], finished_at__isnull=False)
                | Q(state__in=["pending", "sending"], finished_at__isnull=True),
                name="delivery_is_finished_once_over",
            ),
        ]
        indexes = [models.Index(fields=["state", "next_attempt_at"], name="delivery_by_due")]

    def __str__(self) -> str:
        return f"delivery {self.pk} of {self.event}"


class DeliveryAttempt(models.Model):
    """One attempt: the answer, or why there was none."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.CharField(max_length=1_000, blank=True, help_text="The beginning of the answer.")
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["delivery", "number"]
        default_permissions = ["view"]
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="delivery_attempt_once")]

    def __str__(self) -> str:
        return f"attempt {self.number} of delivery {self.delivery_id}"


class LogPosition(models.Model):
    """The last event of the audit log that was processed; the single row that `follow` locks."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField()

    class Meta:
        default_permissions = []
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="log_position_is_one")]

    def __str__(self) -> str:
        return f"as far as {self.sequence}"
