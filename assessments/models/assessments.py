"""A dated statement of every capability's status. The database refuses to change a published one."""

from __future__ import annotations

from django.core.validators import MaxLengthValidator
from django.db import models

from assessments.health.rules.maturity import LEVELS, Level
from assessments.health.rules.scoring import Item
from assessments.models.organizations import Capability, Organization
from assessments.models.rubrics import Rubric
from assessments.organizations.rules.catalogue import Priority, Status
from platform_site.people.models import Team


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
    priority_chosen = models.BooleanField(
        default=False, help_text="Somebody chose it for the gap; otherwise it follows the catalogue when a gap opens."
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


class AssessmentEvidence(models.Model):
    """What was measured of one capability when its assessment was published. Written once, at that moment."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="evidence")
    capability = models.ForeignKey(Capability, on_delete=models.PROTECT, related_name="+")
    numerator = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: nothing measures it.")
    denominator = models.PositiveIntegerField(null=True, blank=True)
    counted = models.CharField(max_length=120, blank=True, help_text="What the denominator counts.")
    seen = models.PositiveIntegerField(null=True, blank=True, help_text="Production models in the denominator.")
    stated = models.PositiveIntegerField(null=True, blank=True, help_text="Production models that people stated.")
    without = models.JSONField(default=list, help_text="The first records that lacked it, by name.")
    unmeasured_because = models.CharField(max_length=300, blank=True)
    stored_at = models.DateTimeField()

    class Meta:
        ordering = ["capability__position", "capability__name"]
        verbose_name_plural = "assessment evidence"
        constraints = [
            models.UniqueConstraint(fields=["assessment", "capability"], name="assessment_evidence_capability_once"),
            models.CheckConstraint(
                condition=models.Q(numerator__isnull=True, denominator__isnull=True)
                | models.Q(numerator__lte=models.F("denominator")),
                name="assessment_evidence_counts_a_part",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.numerator} of {self.denominator} {self.counted}"


class TeamAnswer(models.Model):
    """What a team says itself about one capability for a draft. It is never changed: the newest one counts."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="team_answers")
    capability = models.ForeignKey(Capability, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=16, choices=[(word.value, word.value) for word in Status])
    note = models.TextField(blank=True, max_length=4000, validators=[MaxLengthValidator(4000)])
    answered_by = models.CharField(max_length=150)
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["assessment", "team", "capability"], name="team_answer_of_draft")]

    def __str__(self) -> str:
        return f"{self.team.slug}: {self.capability.name} {self.status}"
