"""What was read from other tools, what became of it, and where each record came from."""

from __future__ import annotations

from django.db import models

from platform_site.people.models import Team
from registry.models.fields import recorded_by_field


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
