"""Checks, their runs and what each run found."""

from django.db import migrations, models

from platform_site.audit.triggers import write_once

OPERATIONS = [
    migrations.CreateModel(
        name="Check",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("name", models.CharField(max_length=200, unique=True)),
            (
                "kind",
                models.CharField(
                    choices=[
                        ("definition_parity", "Definition parity"),
                        ("log_parity", "Log parity"),
                        ("drift", "Drift"),
                        ("schema", "Schema"),
                    ],
                    max_length=32,
                ),
            ),
            ("parameters", models.JSONField(default=dict)),
            (
                "blocking",
                models.BooleanField(default=False, help_text="An alert of this check closes the deployment gate."),
            ),
            ("created_by", models.CharField(max_length=150)),
            ("created_at", models.DateTimeField()),
            (
                "feature",
                models.ForeignKey(
                    blank=True, null=True, on_delete=models.PROTECT, related_name="checks", to="registry.feature"
                ),
            ),
            (
                "model",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=models.PROTECT,
                    related_name="checks",
                    to="registry.registeredmodel",
                ),
            ),
            ("next_due_at", models.DateTimeField(blank=True, null=True)),
            (
                "schedule",
                models.CharField(blank=True, help_text="Its schedule: five cron fields, UTC.", max_length=100),
            ),
        ],
        options={
            "ordering": ["name"],
            "indexes": [models.Index(fields=["next_due_at"], name="check_by_due")],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("schedule", ""), ("next_due_at__isnull", True)),
                        models.Q(models.Q(("schedule", ""), _negated=True), ("next_due_at__isnull", False)),
                        _connector="OR",
                    ),
                    name="check_is_due_exactly_when_scheduled",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="CheckRun",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "state",
                models.CharField(
                    choices=[
                        ("queued", "Queued"),
                        ("running", "Running"),
                        ("finished", "Finished"),
                        ("cancelled", "Cancelled"),
                    ],
                    default="queued",
                    max_length=16,
                ),
            ),
            (
                "outcome",
                models.CharField(
                    blank=True,
                    choices=[
                        ("passed", "Passed"),
                        ("failed", "Failed"),
                        ("not_enough_data", "Not Enough Data"),
                        ("not_deterministic", "Not Deterministic"),
                        ("errored", "Errored"),
                    ],
                    max_length=20,
                ),
            ),
            (
                "summary",
                models.CharField(blank=True, help_text="The findings of the run, as one sentence.", max_length=500),
            ),
            ("error", models.TextField(blank=True, help_text="Why the run could not be completed, and what to do.")),
            ("rows", models.BigIntegerField(blank=True, null=True)),
            ("progress_done", models.PositiveIntegerField(default=0)),
            ("progress_total", models.PositiveIntegerField(default=0)),
            ("progress_what", models.CharField(blank=True, max_length=200)),
            ("requested_by", models.CharField(max_length=150)),
            ("created_at", models.DateTimeField()),
            ("sent_at", models.DateTimeField(blank=True, null=True)),
            ("started_at", models.DateTimeField(blank=True, null=True)),
            ("finished_at", models.DateTimeField(blank=True, null=True)),
            ("cancel_requested_at", models.DateTimeField(blank=True, null=True)),
            ("attempts", models.PositiveSmallIntegerField(default=0)),
            ("token", models.UUIDField(blank=True, null=True)),
            ("lease_until", models.DateTimeField(blank=True, null=True)),
            ("check_definition", models.ForeignKey(on_delete=models.PROTECT, related_name="runs", to="registry.check")),
            (
                "data",
                models.JSONField(
                    default=list,
                    help_text="What it read, as it was: [{role, dataset, kind, location, connection, snapshot, source_version}].",
                ),
            ),
        ],
        options={
            "ordering": ["-created_at", "-pk"],
            "indexes": [models.Index(fields=["state", "lease_until"], name="check_run_by_state")],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("state", "finished"), models.Q(("outcome", ""), _negated=True)),
                        models.Q(models.Q(("state", "finished"), _negated=True), ("outcome", "")),
                        _connector="OR",
                    ),
                    name="check_run_outcome_exactly_when_finished",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("state", "running"), _negated=True),
                        models.Q(("token__isnull", False), ("lease_until__isnull", False)),
                        _connector="OR",
                    ),
                    name="check_run_running_has_token_and_lease",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="CheckResult",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("content", models.JSONField()),
            ("run", models.OneToOneField(on_delete=models.PROTECT, related_name="result", to="registry.checkrun")),
        ],
    ),
    migrations.CreateModel(
        name="ColumnFinding",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("rank", models.PositiveIntegerField()),
            ("column", models.CharField(max_length=256)),
            ("kind", models.CharField(help_text="How it was compared.", max_length=16)),
            ("outcome", models.CharField(max_length=20)),
            ("sentence", models.CharField(max_length=500)),
            ("statistic", models.CharField(blank=True, help_text="The statistic that decided.", max_length=40)),
            ("value", models.FloatField(blank=True, null=True)),
            ("limit", models.FloatField(blank=True, null=True)),
            (
                "effect",
                models.FloatField(
                    blank=True, help_text="The statistic in units of its limit; null: without bound.", null=True
                ),
            ),
            ("content", models.JSONField(default=dict)),
            ("run", models.ForeignKey(on_delete=models.PROTECT, related_name="columns", to="registry.checkrun")),
        ],
        options={
            "ordering": ["run", "rank"],
            "indexes": [models.Index(fields=["column", "run"], name="column_finding_history")],
            "constraints": [
                models.UniqueConstraint(fields=("run", "column"), name="column_finding_once"),
                models.UniqueConstraint(fields=("run", "rank"), name="column_finding_rank_once"),
            ],
        },
    ),
    migrations.CreateModel(
        name="DifferingRows",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("rows", models.PositiveIntegerField()),
            ("complete", models.BooleanField()),
            ("content", models.BinaryField(help_text="gzip of UTF-8 CSV with a header")),
            (
                "run",
                models.OneToOneField(on_delete=models.PROTECT, related_name="differing_rows", to="registry.checkrun"),
            ),
        ],
    ),
    *write_once("registry_checkresult", "registry_columnfinding", "registry_differingrows"),
]
