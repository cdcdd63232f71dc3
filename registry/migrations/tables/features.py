"""Features, their versions and which one is current."""

from django.core.validators import RegexValidator
from django.db import migrations, models

from platform_site.audit.triggers import write_once

HEX_64 = RegexValidator("^[0-9a-f]{64}\\Z", "Give a SHA-256: 64 lower-case hex digits.")
NAME = RegexValidator(
    "^[a-z][a-z0-9_]{0,127}\\Z", "Write a lower-case letter, then lower-case letters, digits and _, at most 128 in all."
)
OPERATIONS = [
    migrations.CreateModel(
        name="Feature",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "name",
                models.CharField(
                    help_text="Write a lower-case letter, then lower-case letters, digits and _, at most 128 in all.",
                    max_length=128,
                    unique=True,
                    validators=[NAME],
                ),
            ),
            ("description", models.TextField(blank=True, max_length=4000)),
            (
                "requires_parity",
                models.BooleanField(
                    default=False, help_text="A new version becomes current only once its parity check has passed."
                ),
            ),
            ("created_at", models.DateTimeField()),
            ("owner_team", models.ForeignKey(on_delete=models.PROTECT, related_name="features", to="people.team")),
        ],
        options={
            "ordering": ["name"],
        },
    ),
    migrations.CreateModel(
        name="FeatureVersion",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("number", models.PositiveIntegerField()),
            ("name", models.CharField(help_text="The first 12 hex digits of the digest.", max_length=12)),
            ("digest", models.CharField(max_length=64, validators=[HEX_64])),
            (
                "equivalence",
                models.CharField(
                    help_text="Equal for definitions that differ in formatting alone.",
                    max_length=64,
                    validators=[HEX_64],
                ),
            ),
            ("computation_logic", models.TextField()),
            ("dialect", models.CharField(default="duckdb", max_length=32)),
            (
                "null_handling",
                models.CharField(
                    choices=[
                        ("none", "none"),
                        ("forward_fill", "forward_fill"),
                        ("zero_fill", "zero_fill"),
                        ("drop", "drop"),
                    ],
                    max_length=16,
                ),
            ),
            ("data_type", models.CharField(max_length=64)),
            ("source_table", models.CharField(max_length=128)),
            ("pipeline_commit", models.CharField(blank=True, max_length=64)),
            ("changes", models.JSONField(help_text="What changed against the version before.")),
            ("reason", models.TextField(blank=True)),
            ("registered_by", models.CharField(max_length=150)),
            ("registered_at", models.DateTimeField()),
            ("feature", models.ForeignKey(on_delete=models.PROTECT, related_name="versions", to="registry.feature")),
            (
                "engine_logic",
                models.TextField(
                    blank=True,
                    default="",
                    help_text="What the engine runs for logic of another dialect; empty for its own and for code.",
                ),
            ),
        ],
        options={
            "ordering": ["feature_id", "-number"],
            "indexes": [models.Index(fields=["source_table"], name="feature_version_by_source")],
            "constraints": [
                models.UniqueConstraint(fields=("feature", "digest"), name="feature_version_content_once"),
                models.UniqueConstraint(fields=("feature", "name"), name="feature_version_name_once"),
                models.UniqueConstraint(fields=("feature", "number"), name="feature_version_number_once"),
                models.CheckConstraint(
                    condition=models.Q(("null_handling__in", ["none", "forward_fill", "zero_fill", "drop"])),
                    name="feature_version_null_handling_known",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="CurrentVersionChange",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("reason", models.TextField()),
            ("changed_by", models.CharField(max_length=150)),
            ("changed_at", models.DateTimeField()),
            (
                "feature",
                models.ForeignKey(on_delete=models.PROTECT, related_name="current_changes", to="registry.feature"),
            ),
            ("after", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="registry.featureversion")),
            (
                "before",
                models.ForeignKey(null=True, on_delete=models.PROTECT, related_name="+", to="registry.featureversion"),
            ),
        ],
        options={
            "ordering": ["-changed_at", "-pk"],
        },
    ),
    migrations.CreateModel(
        name="FeatureVersionCommit",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("commit", models.CharField(max_length=64)),
            ("recorded_by", models.CharField(max_length=150)),
            ("recorded_at", models.DateTimeField()),
            (
                "feature_version",
                models.ForeignKey(on_delete=models.PROTECT, related_name="later_commits", to="registry.featureversion"),
            ),
        ],
        options={
            "ordering": ["pk"],
            "constraints": [
                models.UniqueConstraint(fields=("feature_version", "commit"), name="feature_version_commit_once")
            ],
        },
    ),
    migrations.AddField(
        model_name="feature",
        name="current",
        field=models.ForeignKey(
            blank=True, null=True, on_delete=models.PROTECT, related_name="current_of", to="registry.featureversion"
        ),
    ),
    migrations.AddField(
        model_name="feature",
        name="tags",
        field=models.JSONField(blank=True, default=list),
    ),
    *write_once("registry_featureversion", "registry_featureversioncommit", "registry_currentversionchange"),
]
