"""A dated statement of every capability's status. The database refuses to change a published one."""

from __future__ import annotations

from django.db import models

from assessments.health.rules.maturity import LEVELS, Level
from assessments.health.rules.scoring import Item
from assessments.models.organizations import Capability, Organization
from assessments.models.rubrics import Rubric
from assessments.organizations.rules.catalogue import Priority, Status


class Assessment(models.Model):
    """The statuses of an organization's capabilities on one day."""

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="assessments")
    assessed_on = models.DateField()
    model_count = models.PositiveIntegerField(null=True, blank=True)
    team_count = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=State, default=State.DRAFT)
    rubric = models.ForeignKey(
        Rubric,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assessments",
        help_text="The levels it is judged by. Empty: the standard rubric.",
    )
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by")
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    published_by = models.CharField(max_length=150, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-assessed_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="draft", published_at__isnull=True)
                | models.Q(state="published", published_at__isnull=False),
                name="assessment_published_has_its_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization.slug} {self.assessed_on}"

    @property
    def is_published(self) -> bool:
        return self.state == self.State.PUBLISHED

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels that judge it; no query when its rubric was loaded with it."""
        return self.rubric.levels if self.rubric else LEVELS


class AssessmentItem(models.Model):
    """One capability in an assessment."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="items")
    capability = models.ForeignKey(Capability, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(
        max_length=16, choices=[(word.value, word.value) for word in Status], default=Status.MISSING
    )
    priority = models.CharField(
        max_length=16, choices=[(word.value, word.value) for word in Priority], default=Priority.MEDIUM
    )
    notes = models.TextField(blank=True, max_length=4000)
    evidence_url = models.URLField(blank=True, max_length=500)
    revision = models.PositiveIntegerField(default=0, help_text="How often it was stated; 0: nobody touched it.")
    stated_by = models.CharField(max_length=150, blank=True)
    stated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["capability__position", "capability__name"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "capability"], name="assessment_item_capability_once")
        ]

    def __str__(self) -> str:
        return f"{self.capability_id} {self.status}"

    @property
    def as_item(self) -> Item:
        """The item as the scoring rules take it."""
        capability = self.capability
        return Item(capability.name, capability.group, self.status, self.priority, self.notes, capability.description)
