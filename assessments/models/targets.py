"""What an organization wants to reach, and what it leaves out for a time."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from assessments.models.organizations import Organization


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
