"""Decisions that serving made and reported, each with its explanation; and what was purged of them."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import F, Q

from registry.models.fields import digest_field, recorded_by_field
from registry.models.model_versions import ModelVersion


class ReportedDecision(models.Model):
    """One decision about a person or a thing. Written once; only a purge that is on record deletes it."""

    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="reported_decisions")
    external_id = models.CharField(max_length=120)
    decided_at = models.DateTimeField()
    environment = models.CharField(max_length=64)
    method = models.CharField(max_length=32, blank=True, help_text="How it is explained; empty: it is not.")
    content = models.TextField(help_text="The decision as canonical JSON, which the digest is of.")
    digest = digest_field()
    reported_by = recorded_by_field()
    reported_at = models.DateTimeField()

    class Meta:
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["model_version", "external_id"], name="reported_decision_once"),
        ]
        indexes = [
            models.Index(fields=["model_version", "-decided_at"], name="reported_decision_by_time"),
            models.Index(fields=["decided_at"], name="reported_decision_oldest"),
        ]

    def __str__(self) -> str:
        return self.external_id

    @cached_property
    def parsed(self) -> dict[str, Any]:
        """The decision as it was reported, read from its JSON."""
        return json.loads(self.content)


class DecisionPurge(models.Model):
    """A deletion of a version's decisions after their retention period: how many, and their digests. Written once."""

    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="decision_purges")
    before = models.DateTimeField(help_text="Every one of them was made before.")
    rows = models.PositiveIntegerField()
    by_month = models.JSONField(help_text="How many of each month.")
    digest = digest_field(help_text="SHA-256 over their digests, one a line, oldest first.")
    purged_at = models.DateTimeField()

    class Meta:
        ordering = ["-purged_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(before__lt=F("purged_at")), name="decision_purge_of_the_past"),
            models.CheckConstraint(condition=Q(rows__gt=0), name="decision_purge_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.rows} decisions of {self.model_version_id}"


class RowPurge(models.Model):
    """A deletion of check runs or serving reports after their retention period. Written once."""

    class Kind(models.TextChoices):
        CHECK_RUNS = "check_runs"
        SERVING_REPORTS = "serving_reports"

    kind = models.CharField(max_length=16, choices=Kind)
    before = models.DateTimeField(help_text="Every one of them is of before.")
    rows = models.PositiveIntegerField()
    purged_at = models.DateTimeField()

    class Meta:
        ordering = ["-purged_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(before__lt=F("purged_at")), name="row_purge_of_the_past"),
            models.CheckConstraint(condition=Q(rows__gt=0), name="row_purge_of_something"),
        ]
        indexes = [models.Index(fields=["kind", "before"], name="row_purge_by_moment")]

    def __str__(self) -> str:
        return f"{self.rows} {self.get_kind_display().lower()}"
