"""The organization whose platform is assessed, and the capabilities that a platform can have."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models

from assessments.organizations.rules.build_depth import Need
from assessments.organizations.rules.catalogue import Group, Priority
from assessments.organizations.rules.facts import CADENCES, NAMES, Facts
from platform_site.people.models import SLUG

CAPABILITY_NAME = RegexValidator(
    r"^[a-z][a-z0-9_]{0,62}\Z", "Write lower-case letters, digits and _, beginning with a letter."
)


class Organization(models.Model):
    """An organization and the facts about its platform. An unknown fact is null."""

    slug = models.CharField(max_length=63, unique=True, validators=[SLUG], help_text="How the API names it.")
    name = models.CharField(max_length=120)
    production_models = models.PositiveIntegerField(null=True, blank=True)
    shipping_teams = models.PositiveIntegerField(null=True, blank=True, help_text="Teams that ship models.")
    retraining_cadence = models.CharField(  # noqa: DJ001 - null is "unknown", as for every other fact
        max_length=16, null=True, blank=True, choices=[(word, word) for word in CADENCES]
    )
    ships_demand_or_fraud = models.BooleanField(null=True, blank=True)
    skew_or_drift_incidents_12m = models.PositiveIntegerField(null=True, blank=True)
    teams_with_own_tooling = models.PositiveIntegerField(null=True, blank=True)
    compliance = models.BooleanField(
        null=True, blank=True, help_text="Some model decision must be explainable, audited or reproducible."
    )
    models_planned_next_quarter = models.PositiveIntegerField(
        null=True, blank=True, help_text="Models that are to go into production in the next quarter."
    )
    platform_engineers = models.PositiveIntegerField(null=True, blank=True)
    on_call_engineers = models.PositiveIntegerField(
        null=True, blank=True, help_text="Those of them who have on-call duty for infrastructure."
    )
    people_served = models.PositiveIntegerField(
        null=True, blank=True, help_text="People who build models on the platform."
    )
    managed_cannot_meet = models.CharField(  # noqa: DJ001 - null is "unknown", as for every other fact
        max_length=16,
        null=True,
        blank=True,
        choices=[(word.value, word.value) for word in Need],
        help_text="The need that keeps you from managed services.",
    )
    serves_real_time = models.BooleanField(null=True, blank=True, help_text="Some model answers in real time.")
    serves_batch = models.BooleanField(null=True, blank=True, help_text="Some model scores in batches.")
    serves_on_device = models.BooleanField(null=True, blank=True, help_text="Some model runs on devices.")
    archived_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="No page offers it and nothing new is recorded for it."
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(on_call_engineers__isnull=True)
                | models.Q(platform_engineers__isnull=True)
                | models.Q(on_call_engineers__lte=models.F("platform_engineers")),
                name="organization_on_call_are_of_its_engineers",
                violation_error_message="No more engineers can be on call than there are platform engineers.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def facts(self) -> Facts:
        """What is known, as the trigger rules take it."""
        return Facts(**{name: getattr(self, name) for name in NAMES})


class OfOrganization(models.Model):
    """A record that enters the figures of one organization. Without one it is older than the organizations, or nobody
    has assigned it yet: it enters nobody's figures while there is an organization."""

    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text="Whose figures it enters.",
    )

    class Meta:
        abstract = True


class Capability(models.Model):
    """A capability of a platform: from the standard catalogue, or an organization's own."""

    name = models.CharField(max_length=63, validators=[CAPABILITY_NAME])
    group = models.CharField(max_length=40, choices=[(group.value, group.value) for group in Group])
    description = models.CharField(max_length=300)
    default_priority = models.CharField(
        max_length=16, choices=[(word.value, word.value) for word in Priority], default=Priority.MEDIUM
    )
    position = models.PositiveIntegerField(help_text="Its place in the catalogue.")
    organization = models.ForeignKey(
        Organization,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="own_capabilities",
        help_text="Empty: the standard catalogue, which every organization has.",
    )
    retired_at = models.DateTimeField(null=True, blank=True, help_text="Later assessments leave it out.")

    class Meta:
        ordering = ["position", "name"]
        verbose_name_plural = "capabilities"
        constraints = [
            models.UniqueConstraint(fields=["name", "organization"], name="capability_own_name_once"),
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(organization=None), name="capability_standard_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
