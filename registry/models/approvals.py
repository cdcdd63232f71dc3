"""Looser policies, looser gate settings and promotions of regulated models, which wait for another person."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from registry.models.fields import digest_field, recorded_by_field
from registry.models.gates import GateDecision
from registry.models.governance import GatePolicy
from registry.models.model_versions import ModelVersion


class ApprovalRequest(models.Model):
    """A looser version of a policy or of the gate settings, or the promotion of a regulated model to production, until
    another person decides."""

    class Kind(models.TextChoices):
        POLICY = "policy"
        PROMOTION = "promotion"
        SETTINGS = "settings"

    class State(models.TextChoices):
        WAITING = "waiting"
        APPROVED = "approved"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"
        STALE = "stale"
        EXPIRED = "expired"

    kind = models.CharField(max_length=16, choices=Kind)
    policy = models.ForeignKey(
        GatePolicy, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="The version in force."
    )
    model_version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="approval_requests"
    )
    gate_decision = models.ForeignKey(GateDecision, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    content = models.JSONField(
        help_text="What is requested: the next version of the policy, the stage, or the settings."
    )
    ways = models.JSONField(default=list, help_text="In which ways it gets looser.")
    diff = models.JSONField(default=list, help_text="What changes: what, before and after.")
    digest = digest_field(help_text="Of the content and what it is based on: what an approval is for.")
    reason = models.TextField(max_length=4000, blank=True)
    requested_by = recorded_by_field()
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True, max_length=4000)

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="policy", policy__isnull=False, model_version__isnull=True)
                | Q(kind="promotion", policy__isnull=True, model_version__isnull=False, gate_decision__isnull=False)
                | Q(kind="settings", policy__isnull=True, model_version__isnull=True, gate_decision__isnull=True),
                name="approval_request_about_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True)
                | (
                    Q(state__in=["approved", "rejected"], decided_at__isnull=False)
                    & ~Q(decided_by=F("requested_by"))
                    & ~Q(decided_by__in=["", "system"])
                )
                | Q(state__in=["withdrawn", "stale", "expired"], decided_at__isnull=False),
                name="approval_request_decided_by_another_person",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("requested_at")), name="approval_request_ends_after_it_began"
            ),
            models.UniqueConstraint(
                fields=["digest"], condition=Q(state="waiting"), name="approval_request_waits_once"
            ),
        ]
        indexes = [models.Index(fields=["state", "expires_at"], name="approval_request_by_state")]

    def __str__(self) -> str:
        return f"approval request {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("registry:approval_request", args=[self.pk])

    @property
    def status(self) -> str:
        """Its state for readers: a waiting request past its expiry counts as expired."""
        over = self.state == self.State.WAITING and self.expires_at <= timezone.now()
        return self.State.EXPIRED if over else self.state

    @property
    def title(self) -> str:
        """What it is about, in a few words."""
        if self.policy:
            return f"{'Retire' if self.content['retired'] else 'Loosen'} policy {self.policy.name}"
        if self.model_version:
            return f"Promote {self.model_version} to {self.content['to']}"
        return "Loosen the gate settings"

    @property
    def keeper(self) -> str:
        """The slug of the team that owns the policy, where it applies to other teams' models; else nothing."""
        return self.policy.keeper if self.policy else ""

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What changes, as the page lists it."""
        return [dict(row) for row in self.diff]
