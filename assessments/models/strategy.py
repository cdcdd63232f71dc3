"""An organization's decisions on its strategy that differ from the proposals, and its rehearsals."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models

from assessments.models.organizations import Capability, Organization
from assessments.organizations.rules.catalogue import Group
from assessments.strategy.rules.recovery import Keeper
from assessments.strategy.rules.sourcing import Choice
from platform_site.text.wording import in_words


class SourcingDecision(models.Model):
    """A decision on where a group's capabilities come from, with the organization's own reason."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="sourcing_decisions")
    group = models.CharField(max_length=40, choices=[(group.value, group.value) for group in Group])
    choice = models.CharField(max_length=16, choices=[(word.value, in_words(word)) for word in Choice])
    own_part = models.CharField(
        max_length=120, blank=True, help_text="What you build on top of it, such as own versioning."
    )
    reason = models.CharField(max_length=500)
    decided_by = models.CharField(max_length=150)
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["organization_id", "group"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "group"], name="sourcing_decision_group_once"),
            models.CheckConstraint(
                condition=models.Q(group__in=[str(word) for word in Group]), name="sourcing_decision_group_known"
            ),
            models.CheckConstraint(
                condition=models.Q(choice__in=[str(word) for word in Choice]), name="sourcing_decision_choice_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization.slug}: {self.group}, {self.choice}"


class RecoveryDecision(models.Model):
    """A decision on who should run a capability, with the organization's own reason."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="recovery_decisions")
    capability = models.ForeignKey(Capability, on_delete=models.PROTECT, related_name="+")
    keeper = models.CharField(
        max_length=16,
        choices=[(Keeper.TEAM.value, "the platform team"), (Keeper.MANAGED.value, "a managed service")],
    )
    reason = models.CharField(max_length=500)
    decided_by = models.CharField(max_length=150)
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["organization_id", "capability__position"]
        constraints = [
            models.UniqueConstraint(fields=["organization", "capability"], name="recovery_decision_capability_once"),
            models.CheckConstraint(
                condition=models.Q(keeper__in=[str(word) for word in Keeper]), name="recovery_decision_keeper_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization.slug}: {self.capability_id}, {self.keeper}"


class Rehearsal(models.Model):
    """An attempt to rebuild a production model from the registry alone. Written once."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="rehearsals")
    model = models.CharField(max_length=128)
    version = models.CharField(max_length=64)
    rehearsed_on = models.DateField()
    rebuilt = models.BooleanField(help_text="The model was rebuilt.")
    hours = models.DecimalField(
        max_digits=6,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text="Until it was rebuilt, or given up.",
    )
    newcomer = models.CharField(max_length=150, blank=True, help_text="Who tried it.")
    notes = models.CharField(max_length=1000, blank=True, help_text="What was missing, what took longest.")
    recorded_by = models.CharField(max_length=150)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-rehearsed_on", "-pk"]
        constraints = [models.CheckConstraint(condition=models.Q(hours__gt=0), name="rehearsal_took_some_time")]

    def __str__(self) -> str:
        return f"{self.model} {self.version} on {self.rehearsed_on}"
