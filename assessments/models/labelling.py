"""Weeks in which an organization labels its tickets."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from assessments.models.organizations import Organization
from assessments.tickets.rules.campaigns import goal


class LabellingCampaign(models.Model):
    """Who labels the tickets that are opened in some weeks. One is running per organization; its end stores the report."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="labelling_campaigns")
    starts_on = models.DateField(help_text="Tickets opened from this day on.")
    ends_on = models.DateField(help_text="The last day whose tickets are labelled.")
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", help_text="Who takes part.")
    started_by = models.CharField(max_length=150)
    started_at = models.DateTimeField()
    ended_by = models.CharField(max_length=150, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    report = models.JSONField(null=True, blank=True, help_text="What it had reached when it was ended.")

    days_left: int  # these two are set by `campaigns.as_shown`, not columns
    figures: dict[str, Any]

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization"], condition=Q(ended_at__isnull=True), name="labelling_campaign_runs_once"
            ),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="labelling_campaign_ends_later"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="", report__isnull=True)
                | Q(ended_at__isnull=False, report__isnull=False) & ~Q(ended_by=""),
                name="labelling_campaign_ended_has_its_report",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} to {self.ends_on}"

    @property
    def goal(self) -> str:
        """What it is to reach."""
        return goal(self.starts_on, self.ends_on)
