"""An organization's own levels, version by version. The database refuses to change or delete one."""

from __future__ import annotations

from django.db import models

from assessments.health.rules.maturity import Level
from assessments.models.organizations import Organization


class Rubric(models.Model):
    """Which capabilities each level requires in an organization. The standard rubric is not stored."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="rubrics")
    number = models.PositiveIntegerField(help_text="Counts from 1 in each organization.")
    content = models.JSONField(help_text="The levels, the lowest first: level, label, requires.")
    reason = models.CharField(max_length=500)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["organization", "number"], name="rubric_numbered_once")]

    def __str__(self) -> str:
        return f"{self.organization.slug} rubric {self.number}"

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels as the rules of maturity take them."""
        return tuple(Level(level["level"], level["label"], tuple(level["requires"])) for level in self.content)
