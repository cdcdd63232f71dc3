"""What serves in each environment: numbered revisions, change requests, rollouts and deployments.

Revisions, their shares and deployments are written once. A request is decided once; the database makes sure that it is
decided by somebody other than the requester.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from registry.models.fields import digest_field, recorded_by_field
from registry.models.gates import GateDecision
from registry.models.model_versions import ModelVersion, RegisteredModel
from registry.serving.rules.configuration import ENOUGH, Configuration, of_content, predecessor


class ChangeRequest(models.Model):
    """A change that waits until another person decides it: one content, based on one revision."""

    class State(models.TextChoices):
        WAITING = "waiting"
        APPROVED = "approved"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"
        STALE = "stale"
        EXPIRED = "expired"

    BY_ANOTHER = (State.APPROVED, State.REJECTED)

    model = models.ForeignKey(RegisteredModel, on_delete=models.PROTECT, related_name="change_requests")
    environment = models.CharField(max_length=63)
    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="change_requests")
    base = models.ForeignKey("ServingRevision", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    content = models.JSONField(help_text="What would serve: weights, thresholds, pins.")
    plan = models.JSONField(null=True, blank=True, help_text="The steps of a rollout: percent, hold_minutes.")
    digest = digest_field(help_text="Of base, content and plan: what an approval is for.")
    parts = models.JSONField(help_text="What makes up its impact.")
    impact = models.PositiveIntegerField(help_text="Of its largest part; 100 is held.")
    gate_decision = models.ForeignKey(GateDecision, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    fast_lane = models.JSONField(
        null=True,
        blank=True,
        help_text="Why no standing approval covered it: the conditions, and whether each was met.",
    )
    reason = models.TextField(max_length=4000, blank=True)
    requested_by = recorded_by_field()
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_through = models.CharField(
        max_length=200, blank=True, help_text="How it was decided: in a session, by a token, by a link."
    )
    decision_reason = models.TextField(blank=True, max_length=4000)

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True)
                | (Q(state__in=["approved", "rejected"], decided_at__isnull=False) & ~Q(decided_by=F("requested_by")))
                | Q(state__in=["withdrawn", "stale", "expired"], decided_at__isnull=False),
                name="change_request_decided_by_another_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "rejected"]) | ~Q(decided_by__in=["", "system"]),
                name="change_request_decided_by_a_named_person",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("requested_at")), name="change_request_ends_after_it_began"
            ),
            models.UniqueConstraint(
                fields=["model", "environment", "digest"],
                condition=Q(state="waiting"),
                name="change_request_waits_once",
            ),
        ]
        indexes = [models.Index(fields=["state", "expires_at"], name="change_request_by_state")]

    def __str__(self) -> str:
        return f"change request {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("registry:change_request", args=[self.pk])

    @property
    def configuration(self) -> Configuration:
        return of_content(self.content)

    @property
    def is_over(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def word(self) -> str:
        """Its state for readers: a waiting request past its expiry counts as expired."""
        return self.State.EXPIRED if self.state == self.State.WAITING and self.is_over else self.state


class ServingRevision(models.Model):
    """What serves in one environment from a moment on. Written once, numbered by model and environment."""

    model = models.ForeignKey(RegisteredModel, on_delete=models.PROTECT, related_name="revisions")
    environment = models.CharField(max_length=63)
    number = models.PositiveIntegerField(help_text="1, 2, 3 …; the highest one serves.")
    thresholds = models.JSONField(default=dict)
    parts = models.JSONField(default=list, help_text="What changed, and what makes up its impact.")
    impact = models.PositiveIntegerField(help_text="Of its largest part; 100 needs an approval.")
    covered_by = models.ForeignKey(
        ChangeRequest,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="revisions",
        help_text="The approval that this content stands on; empty for a change too small to need one.",
    )
    standing_approval = models.ForeignKey(
        "StandingApproval",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="revisions",
        help_text="The standing approval that this content stands on, where nobody decided it by itself.",
    )
    fast_lane = models.JSONField(
        null=True, blank=True, help_text="Each condition of the fast lane, with the values that it was decided on."
    )
    restores = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    made_by = recorded_by_field()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["model_id", "environment", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["model", "environment", "number"], name="serving_revision_number_once"),
            models.CheckConstraint(
                condition=Q(impact__lt=ENOUGH) | Q(covered_by__isnull=False) | Q(standing_approval__isnull=False),
                name="serving_revision_large_is_approved",
            ),
        ]
        indexes = [models.Index(fields=["made_at"], name="serving_revision_by_time")]

    def __str__(self) -> str:
        return f"revision {self.number}"

    @property
    def approved_by(self) -> str | None:
        """Who approved what it stands on, by itself or in advance; None for a change too small to need it."""
        stands_on = self.covered_by or self.standing_approval
        return stands_on.decided_by if stands_on else None

    @property
    def configuration(self) -> Configuration:
        """Its content; one query unless ``shares`` are prefetched."""
        shares = list(self.shares.all())
        return Configuration(
            {share.model_version.version: share.percent for share in shares},
            self.thresholds,
            {share.model_version.version: share.pins for share in shares if share.pins},
        )


class ServedShare(models.Model):
    """The share of the traffic that a revision gives to one model version, with its pins. Written once.

    A version with 0% runs as shadow: it computes beside the others, and no user gets its answers.
    """

    revision = models.ForeignKey(ServingRevision, on_delete=models.PROTECT, related_name="shares")
    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="shares")
    percent = models.PositiveSmallIntegerField(help_text="0: it runs as shadow, and no user gets its answers.")
    pins = models.JSONField(default=dict, help_text="{feature: version} that serving computes here.")

    class Meta:
        ordering = ["-percent", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "model_version"], name="served_share_once"),
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=100), name="served_share_is_a_percentage"),
        ]

    def __str__(self) -> str:
        return f"{self.percent}% of revision {self.revision_id}"

    @property
    def is_shadow(self) -> bool:
        return not self.percent


class Rollout(models.Model):
    """A change that is made in steps, each held for a while; it stops automatically when a gate closes."""

    class State(models.TextChoices):
        RUNNING = "running"
        STOPPED = "stopped"
        FINISHED = "finished"
        ABORTED = "aborted"

    model = models.ForeignKey(RegisteredModel, on_delete=models.PROTECT, related_name="rollouts")
    environment = models.CharField(max_length=63)
    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="rollouts")
    content = models.JSONField(help_text="What serves once all steps are taken.")
    base = models.ForeignKey(ServingRevision, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    steps = models.JSONField(help_text="Each with percent and hold_minutes.")
    position = models.PositiveSmallIntegerField(default=0, help_text="How many steps were taken.")
    due_at = models.DateTimeField(null=True, blank=True, help_text="When the hold of the last step taken is over.")
    state = models.CharField(max_length=16, choices=State, default=State.RUNNING)
    stopped_because = models.TextField(blank=True, max_length=4000)
    change_request = models.OneToOneField(
        ChangeRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="rollout"
    )
    begun_by = recorded_by_field()
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-begun_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "environment"],
                condition=Q(state__in=["running", "stopped"]),
                name="rollout_under_way_once",
            ),
            models.CheckConstraint(
                condition=Q(state="running", due_at__isnull=False) | ~Q(state="running"),
                name="rollout_running_is_due_some_time",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="rollout_by_due")]

    def __str__(self) -> str:
        return f"rollout {self.pk}"

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.RUNNING, self.State.STOPPED)

    @property
    def percent(self) -> int:
        """The percentage of the traffic after the last step taken."""
        return self.steps[self.position - 1]["percent"] if self.position else 0


class Deployment(models.Model):
    """A revision that came to serve, or a rehearsed rollback: by whom, why, on which gate decision.

    Written once.
    """

    class Kind(models.TextChoices):
        CHANGE = "change"
        STEP = "rollout_step"
        ROLLBACK = "rollback"

    kind = models.CharField(max_length=16, choices=Kind)
    rehearsal = models.BooleanField(default=False)
    revision = models.ForeignKey(ServingRevision, on_delete=models.PROTECT, related_name="deployments")
    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="deployments")
    traffic_percent = models.PositiveSmallIntegerField(help_text="What the model version serves with it.")
    arrives = models.BooleanField(default=False, help_text="The version had no traffic here before.")
    gate_decision = models.ForeignKey(GateDecision, on_delete=models.PROTECT, related_name="deployments")
    rollout = models.ForeignKey(Rollout, on_delete=models.PROTECT, null=True, blank=True, related_name="deployments")
    reason = models.TextField(blank=True, max_length=4000)
    made_by = recorded_by_field()
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["revision"], condition=Q(rehearsal=False), name="revision_deployed_once"),
            models.CheckConstraint(
                condition=Q(rehearsal=False) | Q(kind="rollback"), name="deployment_only_rollbacks_are_rehearsed"
            ),
        ]
        indexes = [models.Index(fields=["made_at"], name="deployment_by_time")]

    def __str__(self) -> str:
        return f"deployment {self.pk}"

    @property
    def predecessor(self) -> str | None:
        """The version that had the most traffic before it, where that is another one."""
        return predecessor(self.revision.parts, self.model_version.version)

    @property
    def is_shadow(self) -> bool:
        """Whether the version runs as shadow with it; one query unless the revision's ``shares`` are prefetched."""
        return self.revision.configuration.weights.get(self.model_version.version) == 0
