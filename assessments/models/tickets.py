"""The platform team's support tickets."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from assessments.models.durations import HoursBetween, HoursField
from assessments.models.escape_hatches import EscapeHatch
from assessments.models.organizations import OfOrganization
from assessments.tickets.rules.tickets import Ticket as TicketFacts
from assessments.tickets.rules.tickets import TicketType

TOOK = HoursBetween("resolved_at", "opened_at")
ROUNDING = 1e-5


class Ticket(OfOrganization):
    """One ticket of one source. What chose its type is stored: a label by a person is final."""

    class TypedBy(models.TextChoices):
        RULE = "rule"
        MODEL = "model"
        PERSON = "person"

    source = models.CharField(max_length=60)
    external_id = models.CharField(max_length=120)
    title = models.CharField(max_length=500)
    body = models.TextField(blank=True, max_length=20_000)
    team = models.CharField(max_length=120, blank=True)
    requester = models.CharField(max_length=150, blank=True)
    labels = models.CharField(
        max_length=500,
        blank=True,
        help_text="Issue type and labels of the tracker, with commas: evidence for the type.",
    )
    on_platform = models.BooleanField(
        null=True,
        blank=True,
        help_text="The team that asks works on the platform. Left empty, the team's own record decides; else unknown.",
    )
    on_platform_in_source = models.BooleanField(
        null=True, blank=True, editable=False, help_text="What the source itself says of it; empty when nothing."
    )
    opened_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    source_updated_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When the source last changed it, where deliveries tell."
    )
    resolution_hours = HoursField("resolved_at", "opened_at", help_text="Empty while the ticket is open.")
    effort_hours = models.FloatField(null=True, blank=True)
    recorded_by = models.CharField(
        max_length=150, blank=True, editable=False, help_text="Who entered or imported it; empty before that was kept."
    )
    escape_hatch = models.ForeignKey(
        EscapeHatch, on_delete=models.SET_NULL, null=True, blank=True, related_name="tickets",
        help_text="The entry of the catalogue that answers it.",
    )  # fmt: skip
    type = models.CharField(max_length=24, blank=True, choices=[(word.value, word.value) for word in TicketType])
    typed_by = models.CharField(max_length=8, blank=True, choices=TypedBy)
    confidence = models.FloatField(null=True, blank=True, help_text="Of the proposal, 0 to 1.")
    labelled_by = models.CharField(
        max_length=150, blank=True, editable=False,
        help_text="Who chose the type; empty where no person did, or where it came with an import.",
    )  # fmt: skip
    suggested_type = models.CharField(
        max_length=24, blank=True, editable=False, help_text="What was suggested before a person chose the type."
    )
    written_type = models.CharField(
        max_length=24,
        blank=True,
        editable=False,
        help_text="The type that its issue has as a label of ours at the tracker.",
    )

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="ticket_source_and_external_id_once"),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True) | Q(resolved_at__gte=F("opened_at")),
                name="ticket_resolved_after_it_was_opened",
                violation_error_message="A ticket is not resolved before it was opened.",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolution_hours__isnull=True)
                | Q(
                    resolved_at__isnull=False,
                    resolution_hours__isnull=False,
                    resolution_hours__gte=TOOK - ROUNDING,
                    resolution_hours__lte=TOOK + ROUNDING,
                ),
                name="ticket_resolution_hours_follow_its_moments",
            ),
            models.CheckConstraint(
                condition=Q(effort_hours__isnull=True) | Q(effort_hours__gte=0),
                name="ticket_effort_not_negative",
                violation_error_message="Effort is a number of hours from 0.",
            ),
        ]
        indexes = [
            # All that the triage of a window reads, so that it never touches the tickets themselves.
            models.Index(
                fields=[
                    "organization",
                    "opened_at",
                    "type",
                    "resolution_hours",
                    "effort_hours",
                    "on_platform",
                    "team",
                    "typed_by",
                ],
                name="ticket_for_triage",
            ),
            # The teams of an organization, each found with one look; and what is open now, however much is resolved.
            models.Index(fields=["organization", "team"], name="ticket_by_team"),
            models.Index(fields=["external_id"], name="ticket_by_external_id"),
            models.Index(
                fields=["organization", "opened_at"], condition=Q(resolution_hours__isnull=True), name="ticket_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"

    def clean(self) -> None:
        """Compute the hours first: the constraints are checked before the row is written."""
        hours = self._meta.get_field("resolution_hours")
        assert isinstance(hours, HoursField)
        hours.pre_save(self, add=self._state.adding)

    @property
    def as_facts(self) -> TicketFacts:
        """The ticket as the triage rules take it."""
        return TicketFacts(self.type, self.opened_at, self.resolved_at, self.effort_hours, self.on_platform)
