"""Our own OpenLineage events for the server that an administrator configured."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from platform_site.work import Work


class LineageDelivery(Work):
    """One of our own events for the OpenLineage server that an administrator configured."""

    class State(models.TextChoices):
        PENDING = "pending"
        SENDING = "sending"
        DELIVERED = "delivered"
        FAILED = "failed"

    WAITING, WORKING = State.PENDING, State.SENDING

    sequence = models.BigIntegerField(help_text="The event's number in the audit log.")
    event_type = models.CharField(max_length=8)
    body = models.JSONField()
    state = models.CharField(max_length=16, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    answer = models.CharField(max_length=300, blank=True, help_text="The last answer, or why there was none.")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["sequence", "event_type"], name="lineage_delivery_once"),
            models.CheckConstraint(
                condition=~Q(state="sending") | (Q(token__isnull=False) & Q(lease_until__isnull=False)),
                name="lineage_delivery_sent_has_token",
            ),
        ]
        indexes = [models.Index(fields=["state", "next_attempt_at"], name="lineage_delivery_by_due")]

    def __str__(self) -> str:
        return f"{self.event_type} of event {self.sequence}"


class LineagePosition(models.Model):
    """The last event of the audit log of which lineage was sent; a single row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField()

    class Meta:
        default_permissions = []
        constraints = [models.CheckConstraint(condition=Q(id=1), name="lineage_position_is_one")]

    def __str__(self) -> str:
        return f"as far as {self.sequence}"
