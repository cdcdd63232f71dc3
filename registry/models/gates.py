"""What gates decided, and on what evidence. Written once."""

from __future__ import annotations

from django.db import models

from registry.models.fields import recorded_by_field
from registry.models.model_versions import ModelVersion
from registry.versions.rules.gates import Decision
from registry.versions.rules.message import clauses, decision_words


class GateDecision(models.Model):
    """One decision of one gate: the verdict, every conflict and reason, and the ways out, as they were."""

    class Gate(models.TextChoices):
        DEPLOYMENT = "deployment"
        PROMOTION = "promotion"
        POLICY = "policy"

    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="gate_decisions")
    gate = models.CharField(max_length=16, choices=Gate)
    decision = models.CharField(max_length=16, choices=[(decision.value, decision.value) for decision in Decision])
    conflicts = models.JSONField(default=list)
    reasons = models.JSONField(default=list)
    ways_out = models.JSONField(default=list)
    overridden = models.JSONField(default=list, help_text="What would have closed it, and the override that covers it.")
    checks = models.JSONField(default=list, help_text="Each policy check: threshold, observed value, outcome.")
    rests_on = models.JSONField(
        null=True, blank=True, help_text="How many features were compared by definition, by parity, by nothing."
    )
    open_alerts = models.JSONField(default=list, help_text="The open alerts of serving skew that did not block.")
    missing_parts = models.JSONField(
        null=True, blank=True, help_text="Of an observed version, what was missing; empty of a registered version."
    )
    decided_by = recorded_by_field()
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["-decided_at", "-pk"]
        indexes = [models.Index(fields=["decided_at"], name="gate_decision_by_time")]

    def __str__(self) -> str:
        return f"{self.gate} {self.decision}"

    @property
    def proceeds(self) -> bool:
        return self.decision == Decision.PROCEED

    def as_dict(self) -> dict[str, object]:
        """The decision in the form that the API returns."""
        return {
            "decision": self.decision,
            "conflicts": self.conflicts,
            "reasons": self.reasons,
            "ways_out": self.ways_out,
            "overridden": self.overridden,
            "checks": self.checks,
            "rests_on": self.rests_on,
            "open_alerts": self.open_alerts,
            "missing_parts": self.missing_parts,
        }

    @property
    def headline(self) -> str:
        """The decision with what stands behind it, as the first line of its message has it."""
        return ", ".join(part for part in (decision_words(self.as_dict()), self.clauses) if part)

    @property
    def clauses(self) -> str:
        """What stands behind the decision, without the decision."""
        return ", ".join(clauses(self.as_dict()))


class ModelAlias(models.Model):
    """A name for one version of a model, such as champion. It moves only to a version whose gate proceeds."""

    model = models.ForeignKey("registry.RegisteredModel", on_delete=models.PROTECT, related_name="aliases")
    name = models.CharField(max_length=63)
    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="aliases")
    gate_decision = models.ForeignKey(GateDecision, on_delete=models.PROTECT, related_name="+")
    moved_by = recorded_by_field()
    moved_at = models.DateTimeField()

    class Meta:
        ordering = ["model", "name"]
        constraints = [models.UniqueConstraint(fields=["model", "name"], name="model_alias_once")]
        verbose_name_plural = "model aliases"

    def __str__(self) -> str:
        return f"{self.name} of {self.model_id}"
