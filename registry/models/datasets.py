"""Data sets, what they looked like at a moment, and the source tables that features are computed from."""

from __future__ import annotations

from django.db import models

from platform_site.people.models import Team
from registry.data.rules.source import Source, SourceVersion
from registry.models.fields import digest_field, name_field, recorded_by_field, tags_field


class Dataset(models.Model):
    """Where rows lie: a file or folder inside the data roots, or a table or files of a connection."""

    class Kind(models.TextChoices):
        PARQUET = "parquet"
        CSV = "csv"
        TABLE = "table"
        DELTA = "delta"
        ICEBERG = "iceberg"

    name = name_field()
    kind = models.CharField(max_length=16, choices=Kind)
    location = models.CharField(
        max_length=500,
        help_text="A path inside the data roots, relative to one of them; or what the connection has there: a table, a path.",
    )
    connection = models.CharField(
        max_length=64, blank=True, help_text="Where it lies, if not in a data root; an administrator defines it."
    )
    key = models.JSONField(default=list, help_text="Columns that tell rows apart.")
    event_time = models.CharField(max_length=128, blank=True, help_text="The column that says when a row happened.")
    stated = models.JSONField(default=dict, blank=True, help_text="What people stated about how the files are read.")
    reading = models.JSONField(
        default=dict, blank=True, help_text="How the files are read: as stated, and as found where nothing is stated."
    )
    inspection = models.JSONField(default=dict, blank=True, help_text="What was found when the files were looked at.")
    created_by = recorded_by_field()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class DatasetSnapshot(models.Model):
    """A data set as it was: digest, rows, schema. Written once."""

    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="snapshots")
    digest = digest_field()
    rows = models.BigIntegerField()
    schema = models.JSONField(help_text='[{"name", "type"}] in column order')
    taken_by = recorded_by_field()
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ["-taken_at"]
        constraints = [
            models.UniqueConstraint(fields=["dataset", "digest"], name="dataset_snapshot_content_once"),
            models.CheckConstraint(condition=models.Q(rows__gte=0), name="dataset_snapshot_rows_not_negative"),
        ]
        indexes = [models.Index(fields=["digest"], name="dataset_snapshot_digest")]

    def __str__(self) -> str:
        return f"{self.dataset_id}@{self.digest[:12]}"


class SourceTable(models.Model):
    """What feature logic calls its table. What it is exists in versions; one of them is in force."""

    name = name_field()
    description = models.TextField(blank=True, max_length=4000)
    owner_team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="source_tables",
        help_text="Whose contributors add versions. A table without an owner gets one from a lead.",
    )
    tags = tags_field()
    current = models.ForeignKey(
        "SourceTableVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="current_of"
    )
    looked_at = models.DateTimeField(
        null=True, blank=True, help_text="When the database was last asked what computes the table behind it."
    )
    look_problem = models.TextField(blank=True, help_text="Why that could not be read; empty when it could.")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SourceTableVersion(models.Model):
    """One immutable description of a source table, addressed by its content. The database refuses to change it."""

    source_table = models.ForeignKey(SourceTable, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=12, help_text="The first 12 hex digits of the digest.")
    digest = digest_field()
    dataset = models.ForeignKey(
        Dataset, on_delete=models.PROTECT, null=True, blank=True, related_name="source_versions"
    )
    entity_key = models.JSONField(default=list, help_text="Columns that name whose row it is (customer_id).")
    event_time = models.CharField(max_length=128, help_text="The column that orders an entity's rows.")
    row_key = models.JSONField(default=list, help_text="Columns that tell rows apart; they break ties in time.")
    dialect = models.CharField(max_length=32, default="duckdb")
    upstream = models.JSONField(null=True, blank=True, help_text="What computes the table before it is read here.")
    changes = models.JSONField(default=dict, help_text="Against the version before: {part: [old, new]}.")
    reason = models.TextField(blank=True)
    created_by = recorded_by_field()
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["source_table_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["source_table", "digest"], name="source_version_content_once"),
            models.UniqueConstraint(fields=["source_table", "name"], name="source_version_name_once"),
            models.UniqueConstraint(fields=["source_table", "number"], name="source_version_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source_table.name}@{self.name}"

    @property
    def source(self) -> Source:
        """The content as the pure rules see it."""
        dataset = self.dataset.name if self.dataset else None
        return Source(dataset, self.entity_key, self.event_time, self.row_key, self.dialect, self.upstream)

    @property
    def as_version(self) -> SourceVersion:
        """The version as the pure rules see it."""
        return SourceVersion(self.source_table.name, self.number, self.name, self.source)


class CurrentSourceChange(models.Model):
    """The history of which version of a source table is in force. Written once each."""

    source_table = models.ForeignKey(SourceTable, on_delete=models.PROTECT, related_name="current_changes")
    before = models.ForeignKey(SourceTableVersion, on_delete=models.PROTECT, null=True, related_name="+")
    after = models.ForeignKey(SourceTableVersion, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    changed_by = recorded_by_field()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-changed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.source_table_id}: {self.before_id} → {self.after_id}"
