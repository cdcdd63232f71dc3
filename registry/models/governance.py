"""Overrides, gate policies, and the history of a version's stages."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from platform_site.people.models import Team
from registry.models.fields import name_field, recorded_by_field
from registry.models.gates import GateDecision
from registry.models.model_versions import ModelVersion
from registry.versions.rules.loosening import Terms
from registry.versions.rules.policy_checks import Check, parse


class Override(models.Model):
    """A request to pass a blocked gate for a limited time, and another person's decision. Decided once."""

    class State(models.TextChoices):
        REQUESTED = "requested"
        APPROVED = "approved"
        REJECTED = "rejected"

    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="overrides")
    causes = models.JSONField(help_text="Exactly what it covers: the key and the sentence of each.")
    reason = models.TextField(max_length=4000)
    requested_by = recorded_by_field()
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State, default=State.REQUESTED)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True, max_length=4000)

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="requested", decided_at__isnull=True)
                | (Q(state__in=["approved", "rejected"], decided_at__isnull=False) & ~Q(decided_by=F("requested_by"))),
                name="override_decided_by_another_person",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("requested_at")), name="override_ends_after_it_began"),
        ]
        indexes = [models.Index(fields=["state", "expires_at"], name="override_by_state")]

    def __str__(self) -> str:
        return f"override {self.pk}"

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def status(self) -> str:
        """The state that counts now: an expired override covers nothing, whatever was decided."""
        if self.state == self.State.REJECTED:
            return "rejected"
        if self.is_expired:
            return "expired"
        return "waiting" if self.state == self.State.REQUESTED else "in_force"

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(cause["key"] for cause in self.causes)


class GatePolicy(models.Model):
    """One version of a policy: checks on evaluation results, the owner, and the models that it applies to."""

    name = name_field(unique=False)
    number = models.PositiveIntegerField(help_text="1, 2, 3 …; the highest one holds.")
    owner_team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: the platform's."
    )
    subject_team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: all teams' models."
    )
    model_type = models.CharField(max_length=64, blank=True, help_text="Empty: every type.")
    on_registration = models.BooleanField(default=False, help_text="Put to every version as soon as it is registered.")
    regulated = models.BooleanField(
        default=False, help_text="Put to regulated models alone, to every version, as soon as it is registered."
    )
    refuses_name_only = models.BooleanField(
        default=False, help_text="The gate is closed while a feature is compared by its name only."
    )
    retired = models.BooleanField(default=False)
    checks = models.JSONField()
    reason = models.TextField(blank=True, max_length=4000)
    saved_by = recorded_by_field()
    saved_at = models.DateTimeField()
    approved_by = models.CharField(
        max_length=150, blank=True, help_text="Who approved it, where it is looser than the version before."
    )

    class Meta:
        ordering = ["name", "-number"]
        verbose_name_plural = "gate policies"
        constraints = [
            models.UniqueConstraint(fields=["name", "number"], name="gate_policy_number_once"),
            models.CheckConstraint(
                condition=Q(regulated=False) | Q(on_registration=True),
                name="gate_policy_for_regulated_models_at_registration",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"

    @property
    def parsed(self) -> list[Check]:
        return [parse(check) for check in self.checks]

    @property
    def terms(self) -> Terms:
        """What it requires, and of which models, in the form that the rules compare."""
        return Terms(
            tuple(self.parsed),
            self.model_type,
            self.subject_team.slug if self.subject_team else "",
            self.on_registration or bool(self.keeper),
            self.regulated,
            self.refuses_name_only,
            self.retired,
        )

    @property
    def keeper(self) -> str:
        """The slug of the team that owns it, where it applies to other teams' models; else nothing."""
        return self.owner_team.slug if self.owner_team and self.owner_team_id != self.subject_team_id else ""


class StageChange(models.Model):
    """When a version entered a stage, by whom, and on which decision. Written once."""

    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="stage_changes")
    before = models.CharField(max_length=16)
    after = models.CharField(max_length=16)
    gate_decision = models.OneToOneField(GateDecision, on_delete=models.PROTECT, related_name="stage_change")
    changed_by = recorded_by_field()
    changed_at = models.DateTimeField()
    approved_by = models.CharField(
        max_length=150, blank=True, help_text="Who approved it, where a second person had to."
    )

    class Meta:
        ordering = ["-changed_at", "-pk"]
        indexes = [models.Index(fields=["changed_at"], name="stage_change_by_time")]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class GateSettings(models.Model):
    """How the gates of this installation are set; the newest row is in force. Written once each.

    The key of a row is that of the one before it and one, so that two people cannot both replace the same settings.
    """

    skew_closes_gate = models.BooleanField(
        default=True, help_text="Serving that computes another definition closes the gate of its model version."
    )
    parity_first_in_production = models.BooleanField(
        default=False, help_text="A new version of a feature that serves in production waits for its parity check."
    )
    reason = models.TextField(blank=True, max_length=4000)
    saved_by = recorded_by_field()
    saved_at = models.DateTimeField()
    approved_by = models.CharField(max_length=150, blank=True, help_text="Who approved it, where it is looser.")

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "gate settings"

    def __str__(self) -> str:
        return f"gate settings {self.pk}"
