"""What was reported about projects, training runs, releases and use cases."""

from django.db import migrations, models

OPERATIONS = [
    migrations.CreateModel(
        name="UseCase",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("sample", models.BooleanField(default=False, editable=False)),
            ("recorded_by", models.CharField(editable=False, max_length=150)),
            ("name", models.CharField(max_length=120, unique=True)),
            ("team", models.CharField(blank=True, max_length=120)),
            ("supported", models.BooleanField(default=False)),
            ("on_platform", models.BooleanField(default=False)),
        ],
        options={
            "ordering": ["name"],
        },
    ),
    migrations.CreateModel(
        name="ModelProject",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("sample", models.BooleanField(default=False, editable=False)),
            ("recorded_by", models.CharField(editable=False, max_length=150)),
            ("name", models.CharField(max_length=120)),
            ("team", models.CharField(max_length=120)),
            ("started_on", models.DateField(help_text="Any day of the month in which it began.")),
            ("on_platform", models.BooleanField(default=False)),
        ],
        options={
            "ordering": ["-started_on", "-pk"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("team", "name"),
                    name="model_project_once",
                    violation_error_message="This team's project is on record already.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Release",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("sample", models.BooleanField(default=False, editable=False)),
            ("recorded_by", models.CharField(editable=False, max_length=150)),
            ("name", models.CharField(max_length=120, unique=True)),
            ("started_on", models.DateField()),
            ("released_on", models.DateField()),
        ],
        options={
            "ordering": ["-released_on", "-pk"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("released_on__gte", models.F("started_on"))),
                    name="release_not_before_its_start",
                    violation_error_message="A release does not come before its start.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="ShowstopperAnswer",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("sample", models.BooleanField(default=False, editable=False)),
            ("recorded_by", models.CharField(editable=False, max_length=150)),
            ("team", models.CharField(max_length=120)),
            ("answer", models.CharField(max_length=300)),
            ("day", models.DateField()),
        ],
        options={
            "ordering": ["-day", "-pk"],
            "indexes": [models.Index(fields=["day"], name="showstopper_by_day")],
        },
    ),
    migrations.CreateModel(
        name="TrainingRun",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("sample", models.BooleanField(default=False, editable=False)),
            ("recorded_by", models.CharField(editable=False, max_length=150)),
            ("team", models.CharField(max_length=120)),
            ("model", models.CharField(max_length=128)),
            ("started_at", models.DateTimeField()),
            ("succeeded", models.BooleanField()),
            ("orchestrator", models.CharField(blank=True, help_text="Empty: started by hand.", max_length=60)),
            (
                "external_id",
                models.CharField(blank=True, help_text="The orchestrator's own name of the run.", max_length=120),
            ),
        ],
        options={
            "ordering": ["-started_at", "-pk"],
            "indexes": [models.Index(fields=["started_at", "team"], name="training_run_by_time")],
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("external_id", ""), _negated=True),
                    fields=("team", "orchestrator", "external_id"),
                    name="training_run_external_id_once",
                )
            ],
        },
    ),
]
