"""What was read from other tools, what became of it, and where each record came from."""

from __future__ import annotations

from django.db import models

from platform_site.people.models import Team
from platform_site.work import Work
from registry.models.fields import recorded_by_field
from registry.models.model_versions import ModelVersion


class System(models.TextChoices):
    """The tools that are read."""

    MLFLOW = "mlflow", "MLflow"
    FEAST = "feast", "Feast"
    DBT = "dbt", "dbt"


class Import(models.Model):
    """One look into another tool: shown as a plan first, then applied or dropped."""

    class State(models.TextChoices):
        OFFERED = "offered"
        APPLIED = "applied"

    system = models.CharField(max_length=16, choices=System)
    origin = models.CharField(max_length=500, blank=True, help_text="The project or the address that was read.")
    filename = models.CharField(max_length=255, blank=True)
    owner_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=16, choices=State, default=State.OFFERED)
    next_cursor = models.CharField(
        max_length=500,
        blank=True,
        help_text="Where the next import of this server goes on; empty where it was read whole.",
    )
    found = models.JSONField(help_text="What was read, until it is applied.")
    outcome = models.JSONField(default=list, help_text="Each step as it went.")
    requested_by = recorded_by_field()
    requested_at = models.DateTimeField()
    applied_by = models.CharField(max_length=150, blank=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(system__in=System.values), name="import_system_known"),
            models.CheckConstraint(
                condition=models.Q(state="offered", applied_at=None)
                | models.Q(state="applied", applied_at__isnull=False),
                name="import_applied_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system} {self.origin}"


class ImportedRecord(models.Model):
    """Where a record came from: what the other tool calls it, and what it says beside."""

    system = models.CharField(max_length=16, choices=System)
    origin = models.CharField(max_length=500, blank=True)
    kind = models.CharField(max_length=16, help_text="source_table, feature, check, model, model_version")
    external_id = models.CharField(max_length=500)
    name = models.CharField(max_length=300, help_text="Its name here; of a model version, model/version.")
    about = models.JSONField(default=dict, help_text="Description, SQL, columns, location, as the other tool has them.")
    imported_in = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="records")
    imported_by = recorded_by_field()
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ["kind", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["system", "origin", "kind", "external_id"], name="imported_record_once_for_each_origin"
            )
        ]
        indexes = [models.Index(fields=["kind", "name"], name="imported_record_by_name")]

    def __str__(self) -> str:
        return f"{self.system}:{self.external_id}"


class MlflowEvent(Work):
    """A delivery of an MLflow server, by its id; a worker does what it asks for."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    state = models.CharField(max_length=16, choices=State, default=State.QUEUED)
    server = models.CharField(max_length=63)
    delivery_id = models.CharField(max_length=200)
    event = models.JSONField(help_text="Entity, action, and the names in it.")
    attempts = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["server", "delivery_id"], name="mlflow_event_once"),
            models.CheckConstraint(
                condition=models.Q(state__in=["queued", "running", "done", "failed"]), name="mlflow_event_state_known"
            ),
        ]
        indexes = [models.Index(fields=["state", "created_at"], name="mlflow_event_by_state")]

    def __str__(self) -> str:
        return f"{self.server} {self.delivery_id}"


class MlflowReading(models.Model):
    """How far an MLflow server has been read, and when it was read whole."""

    origin = models.CharField(max_length=500, unique=True)
    began_at = models.DateTimeField(null=True, help_text="When the reading that is under way, or the last one, began.")
    busy_until = models.DateTimeField(null=True, help_text="A worker reads it; given up as lost after this moment.")
    next_cursor = models.CharField(max_length=500, blank=True, help_text="Where the reading goes on.")
    seen = models.JSONField(default=list, help_text="The versions that the reading under way has seen.")
    read_at = models.DateTimeField(null=True, help_text="When it was last read whole.")
    problem = models.CharField(max_length=1000, blank=True, help_text="Why the last reading failed.")

    class Meta:
        ordering = ["origin"]

    def __str__(self) -> str:
        return self.origin


class Observation(models.Model):
    """What another system knows of a model version: its parts as they were read, and the aliases that name it there."""

    model_version = models.OneToOneField(ModelVersion, on_delete=models.PROTECT, related_name="observation")
    system = models.CharField(max_length=16, choices=System)
    origin = models.CharField(max_length=500, blank=True)
    external_id = models.CharField(max_length=500)
    parts = models.JSONField(default=dict, help_text="artifact and lineage, as a registration takes them.")
    notes = models.JSONField(default=list, help_text="What was left out or assumed, in sentences.")
    aliases = models.JSONField(default=list)
    observed_by = recorded_by_field()
    observed_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True, blank=True, help_text="When it was no longer at its origin.")

    class Meta:
        ordering = ["-observed_at", "-pk"]
        indexes = [models.Index(fields=["system", "external_id"], name="observation_by_origin")]

    def __str__(self) -> str:
        return f"{self.system}:{self.external_id}"
