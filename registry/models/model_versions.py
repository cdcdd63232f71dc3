"""Models, their versions with lineage, training snapshots, evaluations and pins."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower

from platform_site.people.models import Team
from registry.models.datasets import DatasetSnapshot, SourceTableVersion
from registry.models.features import Feature, FeatureVersion
from registry.models.fields import digest_field, name_field, recorded_by_field, tags_field
from registry.versions.rules.lifecycle import Stage

MOST_HOURS = 24 * 90


class RegisteredModel(models.Model):
    """A model by name; what is trained and served is one of its versions."""

    class ServingMode(models.TextChoices):
        REAL_TIME = "real_time"
        BATCH = "batch"
        ON_DEVICE = "on_device"

    name = name_field()
    owner_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="models")
    model_type = models.CharField(max_length=64, blank=True, help_text="regression, classification, ranking …")
    serving_mode = models.CharField(max_length=16, choices=ServingMode, default=ServingMode.REAL_TIME)
    description = models.TextField(blank=True, max_length=4000)
    tags = tags_field()
    regulated = models.BooleanField(
        default=False, help_text="Its decisions must be explained, and another team's policies judge every version."
    )
    silent_after_hours = models.PositiveSmallIntegerField(
        default=24, help_text="Serving is silent when it has reported nothing for longer."
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(silent_after_hours__gte=1, silent_after_hours__lte=MOST_HOURS),
                name="registered_model_silence_is_some_hours",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ModelVersion(models.Model):
    """One trained model. Everything but its stage is written once, from its registration on: until then it is observed,
    another system knows it, and some of its parts are empty."""

    model = models.ForeignKey(RegisteredModel, on_delete=models.PROTECT, related_name="versions")
    version = models.CharField(max_length=64)
    stage = models.CharField(
        max_length=16, choices=[(stage.value, stage.value) for stage in Stage], default=Stage.REGISTERED
    )
    artifact_uri = models.CharField(max_length=1000, blank=True)
    artifact_digest = digest_field(blank=True)
    code_commit = models.CharField(max_length=64, blank=True)
    pipeline_commit = models.CharField(max_length=64, blank=True)
    data_snapshot = models.ForeignKey(
        DatasetSnapshot, on_delete=models.PROTECT, null=True, blank=True, related_name="model_versions"
    )
    container_digest = models.CharField(max_length=71, blank=True)
    hyperparameters = models.JSONField(default=dict)
    uses_no_features = models.BooleanField(default=False)
    registered_by = recorded_by_field()
    registered_at = models.DateTimeField()

    conflicting: list[str]  # set by `blocked_in_production`, not a column

    class Meta:
        ordering = ["model_id", "-registered_at"]
        constraints = [
            models.UniqueConstraint(fields=["model", "version"], name="model_version_once"),
            models.UniqueConstraint("model", Lower("version"), name="model_version_once_in_any_case"),
            models.CheckConstraint(
                condition=models.Q(stage__in=[stage.value for stage in Stage]), name="model_version_stage_known"
            ),
            models.CheckConstraint(
                condition=models.Q(stage__in=["observed", "archived"]) | models.Q(data_snapshot__isnull=False),
                name="model_version_registered_has_data",
            ),
        ]
        indexes = [models.Index(fields=["stage"], name="model_version_by_stage")]

    def __str__(self) -> str:
        return f"{self.model.name} {self.version}"

    @property
    def is_observed(self) -> bool:
        """Whether another system knows it and it is not registered yet."""
        return self.stage == Stage.OBSERVED


class NoFeaturesConfirmation(models.Model):
    """A second person's confirmation that a model version uses no registered features. Written once.

    ``confirmed_by`` is empty where that was stated before a second person had to confirm it.
    """

    model_version = models.OneToOneField(
        ModelVersion, on_delete=models.PROTECT, related_name="no_features_confirmation"
    )
    confirmed_by = models.CharField(max_length=150, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, max_length=4000)

    def __str__(self) -> str:
        return f"no features in {self.model_version_id}"


class TrainingSnapshot(models.Model):
    """The record of a training's features: by whom and when. Written once."""

    model_version = models.OneToOneField(ModelVersion, on_delete=models.PROTECT, related_name="snapshot")
    recorded_by = recorded_by_field()
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"snapshot of {self.model_version_id}"


class SnapshotEntry(models.Model):
    """One feature of a training snapshot, at the version trained on. Written once."""

    snapshot = models.ForeignKey(TrainingSnapshot, on_delete=models.PROTECT, related_name="entries")
    feature = models.ForeignKey(Feature, on_delete=models.PROTECT, related_name="+")
    feature_version = models.ForeignKey(FeatureVersion, on_delete=models.PROTECT, related_name="trained_in")
    source_version = models.ForeignKey(
        SourceTableVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="trained_in",
        help_text="Of the definition's source table, as it was in force; empty where the table was not described yet.",
    )

    class Meta:
        ordering = ["feature__name"]
        constraints = [models.UniqueConstraint(fields=["snapshot", "feature"], name="snapshot_entry_feature_once")]

    def __str__(self) -> str:
        return f"{self.feature_id}@{self.feature_version_id}"


class Evaluation(models.Model):
    """One metric of a model version, over all rows or a slice. Written once."""

    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="evaluations")
    metric = models.CharField(max_length=120)
    value = models.FloatField()
    slice = models.CharField(max_length=200, blank=True, help_text="Empty: over all rows.")
    recorded_by = recorded_by_field()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["metric", "slice", "pk"]

    def __str__(self) -> str:
        return f"{self.metric}={self.value}"


class FeaturePin(models.Model):
    """Serving computes this feature at this version for this model version. Removing the pin is an event of its own."""

    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="pins")
    feature = models.ForeignKey(Feature, on_delete=models.PROTECT, related_name="pins")
    feature_version = models.ForeignKey(FeatureVersion, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, max_length=4000, help_text="Empty: there is no reason on record.")
    pinned_by = recorded_by_field()
    pinned_at = models.DateTimeField()

    class Meta:
        ordering = ["feature__name"]
        constraints = [models.UniqueConstraint(fields=["model_version", "feature"], name="feature_pin_once")]

    def __str__(self) -> str:
        return f"{self.feature_id}@{self.feature_version_id}"
