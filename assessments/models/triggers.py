"""Recorded evaluations of the conditions that call for a platform. Written once."""

from __future__ import annotations

from django.db import models

from assessments.models.organizations import Organization


class TriggerEvaluation(models.Model):
    """What was known of an organization at one time, and the verdict."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="trigger_evaluations")
    facts = models.JSONField(help_text="What was known; null where nobody knew.")
    measured = models.JSONField(help_text="The facts that were measured rather than said.")
    result = models.JSONField(help_text="The conditions, the verdict, what presses most, which plan would fit.")
    evaluated_by = models.CharField(max_length=150)
    evaluated_at = models.DateTimeField()

    class Meta:
        ordering = ["-evaluated_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.organization.slug}: {self.result['verdict']}"

    @property
    def states(self) -> dict[str, str]:
        """The state of each condition, by its id."""
        return {condition["id"]: condition["state"] for condition in self.result["conditions"]}
