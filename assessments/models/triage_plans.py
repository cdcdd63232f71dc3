"""What a lead planned to remove from the tickets, stored with an assessment. Written once."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from assessments.models.assessments import Assessment
from assessments.tickets.rules.simulator import Volume


class TriagePlan(models.Model):
    """The tickets of a window as they were, and the share of each type that is to stop arriving."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="triage_plans")
    window_start = models.DateTimeField()
    window_end = models.DateTimeField()
    before = models.JSONField(help_text="Each type with its tickets and engineering hours in the window.")
    reductions = models.JSONField(help_text="The share of each type to remove, 0 to 1.")
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(window_end__gt=F("window_start")), name="triage_plan_window_opens")
        ]

    def __str__(self) -> str:
        return f"plan of {self.made_at:%Y-%m-%d} for {self.assessment}"

    @property
    def volumes(self) -> list[Volume]:
        """The tickets of the window, as the simulator takes them."""
        return [Volume(volume["type"], volume["tickets"], volume["hours"]) for volume in self.before]

    @property
    def weeks(self) -> float:
        """How long the window was."""
        return (self.window_end - self.window_start) / timedelta(weeks=1)
