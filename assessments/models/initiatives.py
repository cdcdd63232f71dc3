"""Gaps that became somebody's work."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from assessments.initiatives.rules import Origin, State, is_overdue
from assessments.models.assessments import Assessment
from assessments.models.organizations import Capability, Organization
from platform_site.people.models import Team


class Initiative(models.Model):
    """Work on one or several capabilities of an organization: by whom, until when, and what it has to reach."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="initiatives")
    title = models.CharField(max_length=200)
    capabilities = models.ManyToManyField(Capability, related_name="initiatives")
    owner_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="initiatives"
    )
    owner_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="initiatives")
    target = models.CharField(max_length=40, help_text="A status of its capabilities, or a level by its short name.")
    due_on = models.DateField(null=True, blank=True)
    effort_days = models.PositiveIntegerField(null=True, blank=True, help_text="Estimated working days.")
    link = models.URLField(max_length=500, blank=True, help_text="The issue or epic in your tracker.")
    notes = models.TextField(max_length=8000, blank=True)
    state = models.CharField(
        max_length=16, choices=[(word.value, word.value) for word in State], default=State.PROPOSED
    )
    reason = models.TextField(max_length=1000, blank=True, help_text="Why it was dropped.")
    origin_kind = models.CharField(
        max_length=16, blank=True, choices=[(word.value, word.value) for word in Origin if word]
    )
    origin_id = models.CharField(max_length=128, blank=True)
    reached_in = models.ForeignKey(
        Assessment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The published assessment that reached its target.",
    )
    done_at = models.DateTimeField(null=True, blank=True)
    reminded_soon_of = models.DateField(null=True, blank=True, help_text="The due date that was reminded of before.")
    reminded_late_of = models.DateField(null=True, blank=True, help_text="The due date that was reminded of after.")
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner_person__isnull=True) | Q(owner_team__isnull=True),
                name="initiative_has_one_owner",
                violation_error_message="A person or a team owns it, not both.",
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | (~Q(state="done") & Q(done_at__isnull=True)),
                name="initiative_done_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state="dropped") & ~Q(reason="") | ~Q(state="dropped") & Q(reason=""),
                name="initiative_dropped_has_a_reason",
                violation_error_message="Write why it is dropped; only a dropped initiative has a reason.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def owner(self) -> str:
        """The owner as the API writes it: person:cora, team:forecasting, or empty."""
        if self.owner_person:
            return f"person:{self.owner_person.get_username()}"
        return f"team:{self.owner_team.slug}" if self.owner_team else ""

    @property
    def origin(self) -> dict[str, str] | None:
        """What it was proposed from."""
        return {"kind": self.origin_kind, "id": self.origin_id} if self.origin_kind else None

    @property
    def overdue(self) -> bool:
        """Whether it is open and past its day."""
        return is_overdue(self.state, self.due_on, timezone.now().date())

    @property
    def owner_name(self) -> str:
        """The owner as people read it; empty while nobody owns it."""
        if self.owner_person:
            return self.owner_person.get_full_name() or self.owner_person.get_username()
        return self.owner_team.name if self.owner_team else ""


class InitiativeComment(models.Model):
    """What somebody wrote about an initiative. It is never changed."""

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="comments")
    text = models.TextField(max_length=4000)
    written_by = models.CharField(max_length=150)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]
