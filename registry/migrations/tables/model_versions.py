"""Models, their versions, and what each was trained on."""

import django.db.models.functions.text
from django.core.validators import RegexValidator
from django.db import migrations, models

from platform_site.audit.triggers import write_once, write_once_columns

HEX_64 = RegexValidator("^[0-9a-f]{64}\\Z", "Give a SHA-256: 64 lower-case hex digits.")
NAME = RegexValidator(
    "^[a-z][a-z0-9_]{0,127}\\Z", "Write a lower-case letter, then lower-case letters, digits and _, at most 128 in all."
)
ALL_BUT_THE_STAGE = (
    "model_id",
    "version",
    "artifact_uri",
    "artifact_digest",
    "code_commit",
    "pipeline_commit",
    "data_snapshot_id",
    "container_digest",
    "hyperparameters",
    "uses_no_features",
    "registered_by",
    "registered_at",
)

OPERATIONS = [
    migrations.CreateModel(
        name="RegisteredModel",
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
            (
                "model_type",
                models.CharField(blank=True, help_text="regression, classification, ranking …", max_length=64),
            ),
            (
                "serving_mode",
                models.CharField(
                    choices=[("real_time", "Real Time"), ("batch", "Batch"), ("on_device", "On Device")],
                    default="real_time",
                    max_length=16,
                ),
            ),
            ("description", models.TextField(blank=True, max_length=4000)),
            ("created_at", models.DateTimeField()),
            ("owner_team", models.ForeignKey(on_delete=models.PROTECT, related_name="models", to="people.team")),
            (
                "regulated",
                models.BooleanField(
                    default=False,
                    help_text="Its decisions must be explained, and another team's policies judge every version.",
                ),
            ),
            (
                "silent_after_hours",
                models.PositiveSmallIntegerField(
                    default=24, help_text="Serving is silent when it has reported nothing for longer."
                ),
            ),
            ("tags", models.JSONField(blank=True, default=list)),
        ],
        options={
            "ordering": ["name"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("silent_after_hours__gte", 1), ("silent_after_hours__lte", 2160)),
                    name="registered_model_silence_is_some_hours",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="ModelVersion",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("version", models.CharField(max_length=64)),
            (
                "stage",
                models.CharField(
                    choices=[
                        ("registered", "registered"),
                        ("staging", "staging"),
                        ("production", "production"),
                        ("archived", "archived"),
                    ],
                    default="registered",
                    max_length=16,
                ),
            ),
            ("artifact_uri", models.CharField(max_length=1000)),
            ("artifact_digest", models.CharField(max_length=64, validators=[HEX_64])),
            ("code_commit", models.CharField(max_length=64)),
            ("pipeline_commit", models.CharField(blank=True, max_length=64)),
            ("container_digest", models.CharField(max_length=71)),
            ("hyperparameters", models.JSONField(default=dict)),
            ("uses_no_features", models.BooleanField(default=False)),
            ("registered_by", models.CharField(max_length=150)),
            ("registered_at", models.DateTimeField()),
            (
                "data_snapshot",
                models.ForeignKey(
                    on_delete=models.PROTECT, related_name="model_versions", to="registry.datasetsnapshot"
                ),
            ),
            (
                "model",
                models.ForeignKey(on_delete=models.PROTECT, related_name="versions", to="registry.registeredmodel"),
            ),
        ],
        options={
            "ordering": ["model_id", "-registered_at"],
            "indexes": [models.Index(fields=["stage"], name="model_version_by_stage")],
            "constraints": [
                models.UniqueConstraint(fields=("model", "version"), name="model_version_once"),
                models.CheckConstraint(
                    condition=models.Q(("stage__in", ["registered", "staging", "production", "archived"])),
                    name="model_version_stage_known",
                ),
                models.UniqueConstraint(
                    models.F("model"),
                    django.db.models.functions.text.Lower("version"),
                    name="model_version_once_in_any_case",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="FeaturePin",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("pinned_by", models.CharField(max_length=150)),
            ("pinned_at", models.DateTimeField()),
            ("feature", models.ForeignKey(on_delete=models.PROTECT, related_name="pins", to="registry.feature")),
            (
                "feature_version",
                models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="registry.featureversion"),
            ),
            (
                "model_version",
                models.ForeignKey(on_delete=models.PROTECT, related_name="pins", to="registry.modelversion"),
            ),
        ],
        options={
            "ordering": ["feature__name"],
            "constraints": [models.UniqueConstraint(fields=("model_version", "feature"), name="feature_pin_once")],
        },
    ),
    migrations.CreateModel(
        name="Evaluation",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("metric", models.CharField(max_length=120)),
            ("value", models.FloatField()),
            ("slice", models.CharField(blank=True, help_text="Empty: over all rows.", max_length=200)),
            ("recorded_by", models.CharField(max_length=150)),
            ("recorded_at", models.DateTimeField()),
            (
                "model_version",
                models.ForeignKey(on_delete=models.PROTECT, related_name="evaluations", to="registry.modelversion"),
            ),
        ],
        options={
            "ordering": ["metric", "slice", "pk"],
        },
    ),
    migrations.CreateModel(
        name="TrainingSnapshot",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("recorded_by", models.CharField(max_length=150)),
            ("recorded_at", models.DateTimeField()),
            (
                "model_version",
                models.OneToOneField(on_delete=models.PROTECT, related_name="snapshot", to="registry.modelversion"),
            ),
        ],
    ),
    migrations.CreateModel(
        name="SnapshotEntry",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("feature", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="registry.feature")),
            (
                "feature_version",
                models.ForeignKey(on_delete=models.PROTECT, related_name="trained_in", to="registry.featureversion"),
            ),
            (
                "snapshot",
                models.ForeignKey(on_delete=models.PROTECT, related_name="entries", to="registry.trainingsnapshot"),
            ),
            (
                "source_version",
                models.ForeignKey(
                    blank=True,
                    help_text="Of the definition's source table, as it was in force; empty where the table was not described yet.",
                    null=True,
                    on_delete=models.PROTECT,
                    related_name="trained_in",
                    to="registry.sourcetableversion",
                ),
            ),
        ],
        options={
            "ordering": ["feature__name"],
            "constraints": [
                models.UniqueConstraint(fields=("snapshot", "feature"), name="snapshot_entry_feature_once")
            ],
        },
    ),
    migrations.CreateModel(
        name="NoFeaturesConfirmation",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("confirmed_by", models.CharField(blank=True, max_length=150)),
            ("confirmed_at", models.DateTimeField(blank=True, null=True)),
            ("reason", models.TextField(blank=True, max_length=4000)),
            (
                "model_version",
                models.OneToOneField(
                    on_delete=models.PROTECT, related_name="no_features_confirmation", to="registry.modelversion"
                ),
            ),
        ],
    ),
    *write_once_columns("registry_modelversion", ALL_BUT_THE_STAGE),
    *write_once(
        "registry_trainingsnapshot", "registry_snapshotentry", "registry_evaluation", "registry_nofeaturesconfirmation"
    ),
]
