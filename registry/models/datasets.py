"""Data sets, what they looked like at a moment, and the source tables that features are computed from."""

from __future__ import annotations

from django.db import models

from registry.models.fields import digest_field, name_field, recorded_by_field


class Dataset(models.Model):
    """Where rows lie: a file or folder inside the data roots, or a table of a connection."""

    class Kind(models.TextChoices):
        PARQUET = "parquet"
        CSV = "csv"
        TABLE = "table"

    name = name_field()
    kind = models.CharField(max_length=16, choices=Kind)
    location = models.CharField(
        max_length=500,
        help_text="A path inside the data roots, relative to one of them; or the table, as schema.table.",
    )
    connection = models.CharField(
        max_length=64, blank=True, help_text="The connection that the table is read by; an administrator defines it."
    )
    key = models.JSONField(default=list, help_text="Columns that tell rows apart.")
    event_time = models.CharField(max_length=128, blank=True, help_text="The column that says when a row happened.")
    created_by = recorded_by_field()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class DatasetSnapshot(models.Model):
    """A data set as it was: digest, rows, schema. Written once."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="snapshots")
    digest = digest_field(unique=True)
    rows = models.BigIntegerField()
    schema = models.JSONField(help_text='[{"name", "type"}] in column order')
    taken_by = recorded_by_field()
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ["-taken_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(rows__gte=0), name="dataset_snapshot_rows_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.dataset_id}@{self.digest[:12]}"


class SourceTable(models.Model):
    """What feature logic calls its table: the data set behind it, its entity, its time and its rows' key."""

    name = name_field()
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, null=True, blank=True, related_name="source_tables")
    entity_key = models.JSONField(default=list, help_text="Columns that name whose row it is (customer_id).")
    event_time = models.CharField(max_length=128, help_text="The column that orders an entity's rows.")
    row_key = models.JSONField(default=list, help_text="Columns that tell rows apart; they break ties in time.")
    dialect = models.CharField(max_length=32, default="duckdb")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
