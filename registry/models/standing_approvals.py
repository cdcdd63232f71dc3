"""Standing approvals: one person's approval in advance of retrained versions of one model in one environment (G7b)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from registry.models.fields import digest_field, recorded_by_field
from registry.models.model_versions import RegisteredModel
from registry.serving.rules.fast_lane import Terms
from registry.serving.rules.limits import parse_limit


class StandingApproval(models.Model):
    """A request for the fast lane, and another person's decision. What was approved is never changed; it ends by its date,
    by revocation, by a newer one, or with its approver's role or account."""

    class State(models.TextChoices):
        WAITING = "waiting"
        APPROVED = "approved"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"
        REVOKED = "revoked"
        REPLACED = "replaced"

    STOOD = (State.APPROVED, State.REVOKED, State.REPLACED)

    model = models.ForeignKey(RegisteredModel, on_delete=models.PROTECT, related_name="standing_approvals")
    environment = models.CharField(max_length=63)
    limits = models.JSONField(help_text="How bad each metric may be: metric, slice, better, worst, max_worse.")
    most_points = models.PositiveSmallIntegerField(help_text="How many points of the traffic a change may give.")
    same_recipe = models.BooleanField(help_text="Whether code, container and hyperparameters have to be the same.")
    policies = models.JSONField(help_text="The policies in force for the model when it was requested.")
    baseline = models.JSONField(help_text="The version that served most then, and its metrics.")
    digest = digest_field(help_text="Of all of it: what an approval is for.")
    reason = models.TextField(max_length=4000, blank=True)
    requested_by = recorded_by_field()
    requested_at = models.DateTimeField()
    until = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_through = models.CharField(max_length=200, blank=True)
    decision_reason = models.TextField(blank=True, max_length=4000)
    ended_by = models.CharField(max_length=150, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.TextField(blank=True, max_length=4000)

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "withdrawn"], decided_at__isnull=True)
                | (
                    Q(state__in=["approved", "rejected", "revoked", "replaced"], decided_at__isnull=False)
                    & ~Q(decided_by=F("requested_by"))
                    & ~Q(decided_by__in=["", "system"])
                ),
                name="standing_approval_decided_by_another_person",
            ),
            models.CheckConstraint(condition=Q(until__gt=F("requested_at")), name="standing_approval_ends_later"),
            models.CheckConstraint(
                condition=Q(most_points__gte=1, most_points__lte=100), name="standing_approval_step_is_a_percentage"
            ),
            models.UniqueConstraint(
                fields=["model", "environment"], condition=Q(state="approved"), name="standing_approval_once"
            ),
            models.UniqueConstraint(
                fields=["model", "environment"], condition=Q(state="waiting"), name="standing_approval_waits_once"
            ),
        ]
        indexes = [models.Index(fields=["state", "until"], name="standing_approval_by_state")]

    def __str__(self) -> str:
        return f"standing approval {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("registry:fast_lane", args=[self.model.name])

    @property
    def is_over(self) -> bool:
        return self.until <= timezone.now()

    @property
    def word(self) -> str:
        """Its state for readers: past its end it covers nothing, whatever was decided."""
        open_states = (self.State.WAITING, self.State.APPROVED)
        return "expired" if self.state in open_states and self.is_over else self.state

    @property
    def terms(self) -> Terms:
        """What was approved, in the form that the rules take."""
        metrics: list[Mapping[str, Any]] = self.baseline["metrics"]
        return Terms(
            tuple(parse_limit(limit) for limit in self.limits),
            self.most_points,
            self.same_recipe,
            tuple(self.policies),
            self.baseline["version"],
            {(metric["metric"], metric["slice"]): metric["value"] for metric in metrics},
        )
