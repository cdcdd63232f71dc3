"""The escape-hatch catalogue: what teams may build beside the platform, and how."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from assessments.models.organizations import OfOrganization
from platform_site.people.models import Team


class EscapeHatch(OfOrganization):
    """One supported way around the standard path. Tickets and use cases link to the one that answers them."""

    name = models.CharField(max_length=120)
    offers = models.TextField(max_length=4_000, help_text="What teams can do with it that the platform does not do.")
    how_to_use = models.TextField(
        max_length=8_000, help_text="The first steps, and what the team then looks after itself."
    )
    owner_team = models.ForeignKey(
        Team, on_delete=models.PROTECT, related_name="+", help_text="Who answers questions about it."
    )
    since = models.DateField(default=timezone.localdate, help_text="Offered since this day.")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "name"],
                name="escape_hatch_once",
                violation_error_message="An escape hatch of this name is in the catalogue already.",
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(organization=None),
                name="escape_hatch_of_nobody_once",
                violation_error_message="An escape hatch of this name is in the catalogue already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
