"""Alerts, and what each reported over its life."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from registry.checks.rules.acknowledgements import returns
from registry.checks.rules.alerts import Finding, Unresolved, covers
from registry.models.checks import Check, CheckRun
from registry.models.model_versions import ModelVersion, RegisteredModel
from registry.models.serving import ServingReport


class Alert(models.Model):
    """Something that needs attention: at most one unresolved for a model and check, or for a model version, environment,
    feature (where it is about one) and kind of finding.

    It comes from the run of a check, from a serving report, from a report that no other followed in time, or from an alias of
    MLflow that names a version which the gate blocks. ``title`` and
    ``parts`` are what it reported last; ``observed_at`` is the time of its newest evidence, which ``run`` or
    ``serving_report`` is.
    """

    class State(models.TextChoices):
        OPEN = "open"
        ACKNOWLEDGED = "acknowledged"
        RESOLVED = "resolved"

    class Kind(models.TextChoices):
        CHECK = "check"
        SKEW = "skew"
        FEATURES = "features"
        TRAFFIC = "traffic"
        SILENCE = "silence"
        ALIAS = "alias"

    OF_SERVING = (Kind.SKEW, Kind.FEATURES, Kind.TRAFFIC)  # serving is not what training was

    model = models.ForeignKey(RegisteredModel, on_delete=models.PROTECT, related_name="alerts")
    model_version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="alerts"
    )
    finding = models.CharField(max_length=16, choices=Kind, default=Kind.CHECK)
    feature = models.CharField(
        max_length=128, blank=True, help_text="The feature that it is about, if it is about one."
    )
    check_definition = models.ForeignKey(Check, on_delete=models.PROTECT, null=True, blank=True, related_name="alerts")
    run = models.ForeignKey(CheckRun, on_delete=models.PROTECT, null=True, blank=True, related_name="alerts")
    serving_report = models.ForeignKey(
        ServingReport, on_delete=models.PROTECT, null=True, blank=True, related_name="alerts"
    )
    environment = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=300)
    parts = models.JSONField(default=dict, help_text="What was found: each part with its size, if it has one.")
    observed_at = models.DateTimeField(default=timezone.now, help_text="When its newest evidence was observed.")
    state = models.CharField(max_length=16, choices=State, default=State.OPEN)
    blocking = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    acknowledged_by = models.CharField(max_length=150, blank=True)
    acknowledged_until = models.DateTimeField(
        null=True, blank=True, help_text="When it reopens; empty while acknowledged: when it is fixed."
    )
    acknowledged_finding = models.JSONField(
        null=True, blank=True, help_text="What was acknowledged last: {title, parts, blocking, by, at}."
    )
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_because = models.CharField(
        max_length=300, blank=True, help_text="Why, where no run or report that found nothing resolved it."
    )

    class Meta:
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "check_definition"], condition=~Q(state="resolved"), name="alert_open_once"
            ),
            models.UniqueConstraint(
                fields=["model_version", "environment", "feature", "finding"],
                condition=~Q(state="resolved") & Q(serving_report__isnull=False),
                name="alert_of_serving_open_once",
            ),
            models.UniqueConstraint(
                fields=["model_version"],
                condition=~Q(state="resolved") & Q(finding="alias"),
                name="alert_of_alias_open_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    run__isnull=False,
                    check_definition__isnull=False,
                    serving_report__isnull=True,
                    model_version__isnull=True,
                )
                | Q(
                    run__isnull=True,
                    check_definition__isnull=True,
                    serving_report__isnull=False,
                    model_version__isnull=False,
                )
                | Q(
                    run__isnull=True,
                    check_definition__isnull=True,
                    serving_report__isnull=True,
                    model_version__isnull=False,
                    finding="alias",
                ),
                name="alert_has_one_origin",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reported(self) -> Finding:
        """What it reported last."""
        return Finding(self.parts, self.blocking)

    @property
    def acknowledged(self) -> Finding | None:
        """What was acknowledged last, whether or not that acknowledgement still holds; None where nothing was."""
        stored = self.acknowledged_finding
        return Finding(stored["parts"], stored["blocking"]) if stored else None

    @property
    def standing(self) -> Unresolved:
        """What newer evidence is compared with."""
        holds = self.state == self.State.ACKNOWLEDGED
        return Unresolved(self.observed_at, self.reported, self.acknowledged if holds else None)

    @property
    def kind(self) -> str:
        """What kind of finding it is; of a check, which kind of check."""
        return self.check_definition.kind if self.check_definition else self.finding

    @property
    def returns(self) -> str:
        """When it opens again, in words; empty unless it is acknowledged."""
        return returns(self.acknowledged_until) if self.state == self.State.ACKNOWLEDGED else ""

    def origin_url(self) -> str:
        """The page of the run or model version that its newest evidence is about."""
        if self.model_version is None:
            return reverse("registry:run", args=[self.run_id])
        return reverse("registry:model_version", args=[self.model.name, self.model_version.version])

    def get_absolute_url(self) -> str:
        return reverse("registry:alert", args=[self.pk])


class AlertFinding(models.Model):
    """What an alert reported from a moment on: when it opened, and each other, worse or lesser finding. Written once."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="findings")
    observed_at = models.DateTimeField()
    title = models.CharField(max_length=300)
    parts = models.JSONField(default=dict)
    blocking = models.BooleanField(default=False)
    run = models.ForeignKey(CheckRun, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    serving_report = models.ForeignKey(ServingReport, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()

    seen_by_ack: bool  # set by `registry.checks.queries.checks.findings_of`, not a column

    class Meta:
        ordering = ["alert", "-pk"]

    def __str__(self) -> str:
        return self.title

    def is_covered(self, acknowledged: Finding | None) -> bool:
        """Whether an acknowledgement of that finding covers this one."""
        return acknowledged is not None and covers(acknowledged, Finding(self.parts, self.blocking))
