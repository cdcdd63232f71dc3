"""Checks over data sets: kinds, schedules, findings by column, the rows that differ."""

import django.db.models.deletion
from django.db import migrations, models

from platform_site.audit.triggers import write_once


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0004_serving_reports"),
    ]

    operations = [
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
            ],
            options={
                "ordering": ["run", "rank"],
            },
        ),
        migrations.CreateModel(
            name="DifferingRows",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rows", models.PositiveIntegerField()),
                ("complete", models.BooleanField()),
                ("content", models.BinaryField(help_text="gzip of UTF-8 CSV with a header")),
            ],
        ),
        migrations.AddField(
            model_name="check",
            name="next_due_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="check",
            name="schedule",
            field=models.CharField(blank=True, help_text="Its schedule: five cron fields, UTC.", max_length=100),
        ),
        migrations.AlterField(
            model_name="check",
            name="kind",
            field=models.CharField(
                choices=[
                    ("definition_parity", "Definition parity"),
                    ("log_parity", "Log parity"),
                    ("drift", "Drift"),
                    ("schema", "Schema"),
                ],
                max_length=32,
            ),
        ),
        migrations.AddIndex(
            model_name="check",
            index=models.Index(fields=["next_due_at"], name="check_by_due"),
        ),
        migrations.AddConstraint(
            model_name="check",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("schedule", ""), ("next_due_at__isnull", True)),
                    models.Q(models.Q(("schedule", ""), _negated=True), ("next_due_at__isnull", False)),
                    _connector="OR",
                ),
                name="check_is_due_exactly_when_scheduled",
            ),
        ),
        migrations.AddField(
            model_name="columnfinding",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="columns", to="registry.checkrun"
            ),
        ),
        migrations.AddField(
            model_name="differingrows",
            name="run",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="differing_rows", to="registry.checkrun"
            ),
        ),
        migrations.AddIndex(
            model_name="columnfinding",
            index=models.Index(fields=["column", "run"], name="column_finding_history"),
        ),
        migrations.AddConstraint(
            model_name="columnfinding",
            constraint=models.UniqueConstraint(fields=("run", "column"), name="column_finding_once"),
        ),
        migrations.AddConstraint(
            model_name="columnfinding",
            constraint=models.UniqueConstraint(fields=("run", "rank"), name="column_finding_rank_once"),
        ),
        *write_once("registry_columnfinding", "registry_differingrows"),
    ]
