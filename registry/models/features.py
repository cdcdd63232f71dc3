"""Features and their content-addressed versions."""

from __future__ import annotations

from typing import Any

from django.db import models

from platform_site.people.models import Team
from registry.compute.definition import Definition, NullHandling, Version
from registry.compute.dialects.code import CODE, ENGINE
from registry.models.datasets import SourceTableVersion
from registry.models.fields import digest_field, name_field, recorded_by_field, tags_field


class Feature(models.Model):
    """A named input of models. Its definition exists in versions; one of them is what serving computes by default."""

    name = name_field()
    description = models.TextField(blank=True, max_length=4000)
    owner_team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="features")
    tags = tags_field()
    requires_parity = models.BooleanField(
        default=False, help_text="A new version becomes current only once its parity check has passed."
    )
    current = models.ForeignKey(
        "FeatureVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="current_of"
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class FeatureVersion(models.Model):
    """One immutable definition, addressed by its content. The database refuses to change or delete it."""

    feature = models.ForeignKey(Feature, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=12, help_text="The first 12 hex digits of the digest.")
    digest = digest_field()
    equivalence = digest_field(help_text="Equal for definitions that differ in formatting alone.")
    computation_logic = models.TextField()
    dialect = models.CharField(max_length=32, default="duckdb")
    engine_logic = models.TextField(
        blank=True,
        default="",
        help_text="What the engine runs for logic of another dialect; empty for its own and for code.",
    )
    null_handling = models.CharField(max_length=16, choices=[(word.value, word.value) for word in NullHandling])
    data_type = models.CharField(max_length=64)
    source_table = models.CharField(max_length=128)
    pipeline_commit = models.CharField(max_length=64, blank=True)
    changes = models.JSONField(help_text="What changed against the version before.")
    reason = models.TextField(blank=True)
    registered_by = recorded_by_field()
    registered_at = models.DateTimeField()

    may_accept: bool  # set by the page of a feature, not a column
    trained_source: SourceTableVersion | None = None  # set by the queries of a snapshot, not a column
    pin: Any = None  # the same: registry.versions.queries.snapshots.PinOfFeature

    class Meta:
        ordering = ["feature_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["feature", "digest"], name="feature_version_content_once"),
            models.UniqueConstraint(fields=["feature", "name"], name="feature_version_name_once"),
            models.UniqueConstraint(fields=["feature", "number"], name="feature_version_number_once"),
            models.CheckConstraint(
                condition=models.Q(null_handling__in=[word.value for word in NullHandling]),
                name="feature_version_null_handling_known",
            ),
        ]
        indexes = [
            models.Index(fields=["source_table"], name="feature_version_by_source"),
            models.Index(fields=["digest"], name="feature_version_by_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.feature.name}@{self.name}"

    @property
    def definition(self) -> Definition:
        return Definition(self.computation_logic, self.null_handling, self.data_type, self.source_table)

    @property
    def is_code(self) -> bool:
        """Whether the logic is compared by its tokens and never run."""
        return self.dialect in CODE

    @property
    def runs_as(self) -> str | None:
        """What the engine runs; None for code, which never runs."""
        return None if self.is_code else self.engine_logic or self.computation_logic

    @property
    def compared_in(self) -> str:
        """The dialect that its meaning is read in: the engine's, or that of its code."""
        return self.dialect if self.is_code else ENGINE

    @property
    def in_engine(self) -> Definition:
        """The definition as it runs: its logic in the engine's dialect. Code stays as it is written."""
        return self.definition._replace(computation_logic=self.runs_as or self.computation_logic)

    @property
    def pipeline_commits(self) -> list[str]:
        """Every pipeline commit that the definition was registered at, in the order of registration."""
        later = [row.commit for row in self.later_commits.all()]
        return [self.pipeline_commit, *later] if self.pipeline_commit else later

    @property
    def as_version(self) -> Version:
        """The version as the pure rules see it."""
        return Version(self.name, self.in_engine, self.equivalence, self.compared_in)


class CurrentLogic(models.Model):
    """The logic of a feature's current version as a search reads it: case-folded, and in a table with nothing else in it.

    It follows `Feature.current`; `registry.features.actions.current_version` writes both.
    """

    feature = models.OneToOneField(Feature, on_delete=models.PROTECT, primary_key=True, related_name="current_logic")
    version = models.OneToOneField(FeatureVersion, on_delete=models.PROTECT, related_name="+")
    folded = models.TextField()

    class Meta:
        ordering = ["feature_id"]

    def __str__(self) -> str:
        return f"The logic of {self.version_id}"


class FeatureVersionCommit(models.Model):
    """A later pipeline commit at which the same definition was registered again. Written once."""

    feature_version = models.ForeignKey(FeatureVersion, on_delete=models.PROTECT, related_name="later_commits")
    commit = models.CharField(max_length=64)
    recorded_by = recorded_by_field()
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["feature_version", "commit"], name="feature_version_commit_once"),
        ]

    def __str__(self) -> str:
        return f"{self.feature_version_id} at {self.commit[:12]}"


class CurrentVersionChange(models.Model):
    """The history of a feature's current pointer. Written once each."""

    feature = models.ForeignKey(Feature, on_delete=models.PROTECT, related_name="current_changes")
    before = models.ForeignKey(FeatureVersion, on_delete=models.PROTECT, null=True, related_name="+")
    after = models.ForeignKey(FeatureVersion, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    changed_by = recorded_by_field()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["-changed_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.feature_id}: {self.before_id} → {self.after_id}"
