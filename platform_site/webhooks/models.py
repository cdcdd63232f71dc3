"""Webhooks, their deliveries, and each attempt.

A delivery is a row before it is a message: see `platform_site.work`. ``next_attempt_at`` says when it is due.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from platform_site.webhooks.rules.incidents import Step
from platform_site.webhooks.rules.quiet import Quiet
from platform_site.webhooks.rules.routes import Route
from platform_site.webhooks.rules.severity import Severity
from platform_site.work import Work


class Webhook(models.Model):
    """An address, and the events that are sent there. Its secret parts are sealed."""

    class Kind(models.TextChoices):
        JSON = "json", "Signed JSON"
        SLACK = "slack", "Slack-compatible"
        TEAMS = "teams", "Microsoft Teams"
        PAGERDUTY = "pagerduty", "PagerDuty"
        OPSGENIE = "opsgenie", "Opsgenie"
        EMAIL = "email", "E-mail"

    WITH_A_SECRET = (Kind.JSON, Kind.PAGERDUTY, Kind.OPSGENIE)
    PAGERS = (Kind.PAGERDUTY, Kind.OPSGENIE)  # each event of them opens or ends an incident
    FOR_PEOPLE = (Kind.SLACK, Kind.TEAMS, Kind.EMAIL)  # they wait during a person's quiet hours

    kind = models.CharField(max_length=16, choices=Kind)
    shown_url = models.CharField(max_length=300, help_text="The address without its secret parts.")
    sealed_url = models.TextField()
    sealed_secret = models.TextField(blank=True, help_text="Signs the deliveries, or is the key of the pager.")
    events = models.JSONField(help_text="alert.opened, alert.* or *")
    teams = models.JSONField(default=list, help_text="Slugs of teams: only what they own is sent; empty: everything.")
    severity = models.CharField(
        max_length=16,
        choices=[(severity.value, severity.value) for severity in Severity],
        default=Severity.INFO.value,
        help_text="The least severity that is sent.",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="webhooks",
        help_text="Whose quiet hours hold.",
    )
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
                condition=Q(kind__in=["json", "pagerduty", "opsgenie"]) & ~Q(sealed_secret="")
                | ~Q(kind__in=["json", "pagerduty", "opsgenie"]) & Q(sealed_secret=""),
                name="webhook_of_some_kinds_has_a_secret",
            ),
        ]

    def __str__(self) -> str:
        return self.description or self.shown_url

    def get_absolute_url(self) -> str:
        return reverse("webhooks:webhook", args=[self.pk])

    @property
    def route(self) -> Route:
        """What it asks for."""
        return Route(tuple(self.events), tuple(self.teams), self.severity)

    @property
    def is_pager(self) -> bool:
        """Whether every event opens or ends an incident there."""
        return self.kind in self.PAGERS


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
    severity = models.CharField(max_length=16, blank=True)
    incident = models.CharField(max_length=200, blank=True, help_text="What it is about, if a later event ends that.")
    step = models.CharField(
        max_length=16,
        blank=True,
        choices=[(step.value, step.value) for step in Step],
        help_text="What it does to the incident.",
    )
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
        indexes = [
            models.Index(fields=["state", "next_attempt_at"], name="delivery_by_due"),
            models.Index(fields=["webhook", "incident", "id"], condition=~Q(incident=""), name="delivery_by_incident"),
        ]

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


class HeldEvent(models.Model):
    """An event that waits for the end of a person's quiet hours; it becomes a line of one delivery."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="held")
    sequence = models.BigIntegerField(help_text="The event's number in the audit log.")
    event = models.CharField(max_length=80)
    subject = models.CharField(max_length=300, blank=True)
    severity = models.CharField(max_length=16)
    title = models.CharField(max_length=300)
    at = models.CharField(max_length=40, help_text="When it happened.")
    until = models.DateTimeField(help_text="When the quiet hours end.")

    class Meta:
        ordering = ["sequence"]
        default_permissions = ["view"]
        constraints = [models.UniqueConstraint(fields=["webhook", "sequence"], name="held_event_once")]

    def __str__(self) -> str:
        return f"{self.event} until {self.until:%Y-%m-%d %H:%M}"


class QuietHours(models.Model):
    """When a person wants no mail or chat message that is not critical, in their own time zone."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="quiet_hours")
    begins = models.TimeField()
    ends = models.TimeField(help_text="On the next day, if it is earlier than the beginning.")
    time_zone = models.CharField(max_length=64, help_text="For example Europe/Berlin.")

    class Meta:
        default_permissions = ["view"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(begins=models.F("ends")),
                name="quiet_hours_are_not_all_day",
                violation_error_message="Begin and end are the same time. Choose another end.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.begins:%H:%M} to {self.ends:%H:%M}, {self.time_zone}"

    @property
    def quiet(self) -> Quiet:
        """As the rule takes it."""
        return Quiet(self.begins, self.ends, self.time_zone)


class LogPosition(models.Model):
    """The last event of the audit log that was processed; the single row that `follow` locks."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField()

    class Meta:
        default_permissions = []
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="log_position_is_one")]

    def __str__(self) -> str:
        return f"as far as {self.sequence}"
