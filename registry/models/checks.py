"""Checks, their runs and the findings of a run.

A run is a row before it is a message: see `platform_site.work`.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from platform_site.work import LongWork
from registry.compute.kinds.drift.series import with_points
from registry.models.features import Feature
from registry.models.fields import CompactJSONField, recorded_by_field
from registry.models.model_versions import RegisteredModel


class Check(models.Model):
    """What is compared with what, and within which limits."""

    class Kind(models.TextChoices):
        DEFINITION_PARITY = "definition_parity", "Definition parity"
        LOG_PARITY = "log_parity", "Log parity"
        DRIFT = "drift"
        SCHEMA = "schema"

    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=32, choices=Kind)
    parameters = models.JSONField(default=dict)
    feature = models.ForeignKey(Feature, on_delete=models.PROTECT, null=True, blank=True, related_name="checks")
    model = models.ForeignKey(RegisteredModel, on_delete=models.PROTECT, null=True, blank=True, related_name="checks")
    blocking = models.BooleanField(default=False, help_text="An alert of this check closes the deployment gate.")
    schedule = models.CharField(max_length=100, blank=True, help_text="Its schedule: five cron fields, UTC.")
    next_due_at = models.DateTimeField(null=True, blank=True)
    created_by = recorded_by_field()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(schedule="") & Q(next_due_at__isnull=True))
                | (~Q(schedule="") & Q(next_due_at__isnull=False)),
                name="check_is_due_exactly_when_scheduled",
            )
        ]
        indexes = [models.Index(fields=["next_due_at"], name="check_by_due")]

    def __str__(self) -> str:
        return self.name

    @property
    def how_it_runs(self) -> str:
        """Its schedule and what its alerts do, in a few words."""
        when = f"at {self.schedule}" if self.schedule else "only by hand"
        return f"{when}, {'closing the gate' if self.blocking else 'informational'}"


class CheckRun(LongWork):
    """One run of a check: queued, claimed by one worker at a time, finished once."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        FINISHED = "finished"
        CANCELLED = "cancelled"

    class Outcome(models.TextChoices):
        PASSED = "passed"
        FAILED = "failed"
        NOT_ENOUGH_DATA = "not_enough_data"
        NOT_DETERMINISTIC = "not_deterministic"
        ERRORED = "errored"

    check_definition = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="runs")
    state = models.CharField(max_length=16, choices=State, default=State.QUEUED)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    summary = models.CharField(max_length=500, blank=True, help_text="The findings of the run, as one sentence.")
    error = models.TextField(blank=True, help_text="Why the run could not be completed, and what to do.")
    rows = models.BigIntegerField(null=True, blank=True)
    data = models.JSONField(
        default=list,
        help_text="What it read, as it was: [{role, dataset, kind, location, connection, snapshot, source_version}].",
    )
    requested_by = recorded_by_field()
    cancel_requested_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(state="finished") & ~Q(outcome="")) | (~Q(state="finished") & Q(outcome="")),
                name="check_run_outcome_exactly_when_finished",
            ),
            models.CheckConstraint(
                condition=~Q(state="running") | (Q(token__isnull=False) & Q(lease_until__isnull=False)),
                name="check_run_running_has_token_and_lease",
            ),
        ]
        indexes = [models.Index(fields=["state", "lease_until"], name="check_run_by_state")]

    def __str__(self) -> str:
        return f"run {self.pk} of {self.check_definition_id}"

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.FINISHED, self.State.CANCELLED)

    @property
    def seconds(self) -> float | None:
        """How long the last attempt took; None while there is none, or it is not over."""
        if self.started_at is None or self.finished_at is None:
            return None
        return max((self.finished_at - self.started_at).total_seconds(), 0.0)

    @property
    def word(self) -> str:
        """Its status in one word: the outcome once there is one, else the state."""
        return self.outcome or self.state


class CheckResult(models.Model):
    """The findings of a run, recorded once when the run ends."""

    run = models.OneToOneField(CheckRun, on_delete=models.PROTECT, related_name="result")
    content = CompactJSONField()

    def __str__(self) -> str:
        return f"result of run {self.run_id}"


class ColumnFinding(models.Model):
    """What a run found about one column or feature, ranked by how much it matters; recorded once when the run ends."""

    run = models.ForeignKey(CheckRun, on_delete=models.PROTECT, related_name="columns")
    rank = models.PositiveIntegerField()
    column = models.CharField(max_length=256)
    kind = models.CharField(max_length=16, help_text="How it was compared.")
    outcome = models.CharField(max_length=20)
    sentence = models.CharField(max_length=500)
    statistic = models.CharField(max_length=40, blank=True, help_text="The statistic that decided.")
    value = models.FloatField(null=True, blank=True)
    limit = models.FloatField(null=True, blank=True)
    effect = models.FloatField(
        null=True, blank=True, help_text="The statistic in units of its limit; null: without bound."
    )
    content = CompactJSONField(default=dict)

    class Meta:
        ordering = ["run", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["run", "column"], name="column_finding_once"),
            models.UniqueConstraint(fields=["run", "rank"], name="column_finding_rank_once"),
        ]
        indexes = [models.Index(fields=["column", "run"], name="column_finding_history")]

    @property
    def full_content(self) -> dict[str, Any]:
        """The content with one object for each window of a series."""
        return with_points(self.content)

    def __str__(self) -> str:
        return f"{self.column} in run {self.run_id}"


class DifferingRows(models.Model):
    """The rows that differ, as a compressed CSV file: all of them, or the first ones in the order of the data."""

    run = models.OneToOneField(CheckRun, on_delete=models.PROTECT, related_name="differing_rows")
    rows = models.PositiveIntegerField()
    complete = models.BooleanField()
    content = models.BinaryField(help_text="gzip of UTF-8 CSV with a header")

    def __str__(self) -> str:
        return f"rows of run {self.run_id} that differ"
