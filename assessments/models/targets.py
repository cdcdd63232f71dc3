"""What an organization wants to reach, what it leaves out for a time, and which of its figures got worse."""

from __future__ import annotations

from django.core.validators import MaxLengthValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone

from assessments.health.rules.exemptions import is_in_force
from assessments.health.rules.health_alerts import Figure
from assessments.models.organizations import Capability, Organization


class HealthTarget(models.Model):
    """The score, the level, or both, that an organization wants to have reached on a day."""

    organization = models.OneToOneField(Organization, on_delete=models.PROTECT, related_name="target")
    score = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="The health score in percent, 1 to 100.",
    )
    level = models.CharField(max_length=40, blank=True, help_text="A level by its short name.")
    due_on = models.DateField(help_text="For example the last day of a quarter.")
    set_by = models.CharField(max_length=150)
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(score__isnull=False) | ~models.Q(level=""),
                name="health_target_has_score_or_level",
                violation_error_message="Set a score, a level or both.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization.slug} by {self.due_on}"


class Exemption(models.Model):
    """A capability that an organization leaves out for a time. It is not a status: score and levels stay as they are."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="exemptions")
    capability = models.ForeignKey(Capability, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(
        max_length=1000, validators=[MaxLengthValidator(1000)], help_text="Why nobody works on it until then."
    )
    ends_on = models.DateField(help_text="The last day, at most a year from now.")
    granted_by = models.CharField(max_length=150)
    granted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="Empty while it is in force.")
    ended_by = models.CharField(max_length=150, blank=True)
    end_reason = models.TextField(
        max_length=1000, validators=[MaxLengthValidator(1000)], blank=True, help_text="Why it was ended early."
    )
    reminded_at = models.DateTimeField(null=True, blank=True, help_text="When its end was announced.")

    class Meta:
        ordering = ["ends_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "capability"],
                condition=models.Q(ended_at__isnull=True),
                name="exemption_in_force_once",
            ),
            models.CheckConstraint(condition=~models.Q(reason=""), name="exemption_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.capability.name} until {self.ends_on}"

    @property
    def in_force(self) -> bool:
        """Whether it counts today."""
        return is_in_force(self.ends_on, self.ended_at is not None, timezone.localdate())

    @property
    def state(self) -> str:
        """in_force or ended."""
        return "in_force" if self.in_force else "ended"


class Retirement(models.Model):
    """A capability of the standard catalogue that an organization has no use for: its later assessments state it as not
    applicable, with the reason."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="retirements")
    capability = models.ForeignKey(Capability, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(
        max_length=1000, validators=[MaxLengthValidator(1000)], help_text="Why it is not applicable."
    )
    retired_by = models.CharField(max_length=150)
    retired_at = models.DateTimeField()

    class Meta:
        ordering = ["capability__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "capability"], name="retirement_of_a_capability_once"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="retirement_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.organization.slug}: {self.capability.name}"


class HealthAlert(models.Model):
    """A figure of an organization that got worse: at most one unresolved for each figure.

    ``before`` is what it is compared with until it recovers; ``after`` is what was observed when it was last reported.
    """

    class State(models.TextChoices):
        OPEN = "open"
        ACKNOWLEDGED = "acknowledged"
        RESOLVED = "resolved"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="health_alerts")
    figure = models.CharField(max_length=16, choices=[(figure.value, figure.value) for figure in Figure])
    title = models.CharField(max_length=300)
    before = models.FloatField()
    before_of = models.CharField(max_length=80, help_text="What that was observed of, for example an assessment.")
    after = models.FloatField()
    after_of = models.CharField(max_length=80)
    owner = models.CharField(max_length=150, blank=True, help_text="Who published the current assessment.")
    state = models.CharField(max_length=16, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField()
    observed_on = models.DateField(help_text="The day of its newest evidence.")
    acknowledged_by = models.CharField(max_length=150, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        default_permissions = ["view"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "figure"],
                condition=~models.Q(state="resolved"),
                name="health_alert_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state="resolved", resolved_at__isnull=False)
                | ~models.Q(state="resolved") & models.Q(resolved_at__isnull=True),
                name="health_alert_resolved_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("assessments:health_alert", args=[self.pk])
