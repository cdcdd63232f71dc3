"""What other tools report of their jobs, as OpenLineage events: jobs, the data sets that they read and write, and what
that says of the code behind a source table."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from registry.models.datasets import SourceTable
from registry.models.fields import digest_field, recorded_by_field


class LineageDataset(models.Model):
    """A data set as other tools call it. ``source_table``: the table here that an owner said it is."""

    key = digest_field(unique=True)
    namespace = models.CharField(max_length=500)
    name = models.CharField(max_length=1000)
    fields = models.JSONField(default=list, help_text='[{"name", "type"}] as last reported')
    source_table = models.ForeignKey(
        SourceTable, on_delete=models.PROTECT, null=True, blank=True, related_name="lineage_datasets"
    )
    bound_by = models.CharField(max_length=150, blank=True)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["namespace", "name", "pk"]

    def __str__(self) -> str:
        return f"{self.namespace} {self.name}"


class LineageJob(models.Model):
    """A job as of its newest completed run: its code, what it reads and writes, and who reported that."""

    key = digest_field(unique=True)
    namespace = models.CharField(max_length=500)
    name = models.CharField(max_length=1000)
    identity = models.CharField(max_length=1600, help_text="What tells code apart: a job under two names has one.")
    label = models.CharField(max_length=1600, help_text="Its file, or its namespace and name.")
    text = models.TextField(blank=True, help_text="The code; empty where no event had it.")
    dialect = models.CharField(max_length=32, blank=True)
    integration = models.CharField(max_length=64, blank=True)
    producer = models.CharField(max_length=500, blank=True)
    state_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 over code, inputs and outputs.")
    reported_by = recorded_by_field()
    reporter_teams = models.JSONField(
        default=list, help_text="The teams that the reporter contributed to then; * for an administrator."
    )
    completed_at = models.DateTimeField(null=True, help_text="When its newest completed run ended.")
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["namespace", "name", "pk"]

    def __str__(self) -> str:
        return self.label


class LineageEdge(models.Model):
    """A data set that a job reads or writes. ``columns``: for what it writes, from which columns each comes."""

    class Direction(models.TextChoices):
        READS = "reads"
        WRITES = "writes"

    job = models.ForeignKey(LineageJob, on_delete=models.CASCADE, related_name="edges")
    dataset = models.ForeignKey(LineageDataset, on_delete=models.CASCADE, related_name="edges")
    direction = models.CharField(max_length=8, choices=Direction)
    columns = models.JSONField(default=dict, help_text="{column: [[namespace, name, column]]}")

    class Meta:
        ordering = ["job", "direction", "dataset"]
        constraints = [
            models.UniqueConstraint(fields=["job", "dataset", "direction"], name="lineage_edge_once"),
            models.CheckConstraint(condition=Q(direction__in=["reads", "writes"]), name="lineage_edge_has_direction"),
        ]

    def __str__(self) -> str:
        return f"{self.job_id} {self.direction} {self.dataset_id}"


class LineageEvent(models.Model):
    """One event that was received, without the parts that nothing here reads. It is deleted when its time has passed."""

    key = digest_field(unique=True)
    kind = models.CharField(max_length=8, help_text="run, job or dataset")
    run_id = models.CharField(max_length=36, blank=True)
    event_type = models.CharField(max_length=8, blank=True)
    event_time = models.DateTimeField()
    job = models.ForeignKey(LineageJob, on_delete=models.CASCADE, null=True, related_name="events")
    content = models.JSONField()
    left_out = models.JSONField(default=list, help_text="The facets that were not stored.")
    received_by = recorded_by_field()
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["run_id", "job"], name="lineage_event_by_run"),
            models.Index(fields=["received_at"], name="lineage_event_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.event_type or self.kind} {self.run_id}".strip()


class SourceObservation(models.Model):
    """What events say computes a source table, where nobody of its owner team reported all of it: it waits for them."""

    class State(models.TextChoices):
        WAITING = "waiting"
        ACCEPTED = "accepted"
        DISMISSED = "dismissed"
        OUTDATED = "outdated"

    source_table = models.ForeignKey(SourceTable, on_delete=models.PROTECT, related_name="observations")
    dataset = models.ForeignKey(LineageDataset, on_delete=models.CASCADE, related_name="observations")
    digest = digest_field(help_text="The upstream's.")
    upstream = models.JSONField()
    sentence = models.TextField(help_text="What would change.")
    because = models.TextField(help_text="Why it waits.")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    reported_by = recorded_by_field()
    observed_at = models.DateTimeField()
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-observed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source_table", "dataset"], condition=Q(state="waiting"), name="observation_waits_once"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None) | ~Q(state="waiting") & Q(decided_at__isnull=False),
                name="observation_decided_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_table_id}: {self.sentence}"[:200]
