"""What serving says it runs, and alerts that come of it."""

import django.db.models.deletion
from django.db import migrations, models

from platform_site.audit.triggers import write_once


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0003_governance"),
    ]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="environment",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AlterField(
            model_name="alert",
            name="check_definition",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="alerts",
                to="registry.check",
            ),
        ),
        migrations.AlterField(
            model_name="alert",
            name="run",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="alerts",
                to="registry.checkrun",
            ),
        ),
        migrations.CreateModel(
            name="ServingReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("environment", models.CharField(max_length=64)),
                ("window_start", models.DateTimeField()),
                ("window_end", models.DateTimeField()),
                (
                    "features",
                    models.JSONField(help_text="Each feature with the version and pipeline commit that was run."),
                ),
                ("latency_p50_ms", models.FloatField(blank=True, null=True)),
                ("latency_p95_ms", models.FloatField(blank=True, null=True)),
                ("error_rate", models.FloatField(blank=True, help_text="Share of requests, 0 to 1.", null=True)),
                ("predictions", models.PositiveBigIntegerField(blank=True, null=True)),
                (
                    "skew",
                    models.JSONField(
                        default=list, help_text="Each feature that is computed otherwise than it must be."
                    ),
                ),
                ("reported_by", models.CharField(max_length=150)),
                ("reported_at", models.DateTimeField()),
                (
                    "model_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="serving_reports",
                        to="registry.modelversion",
                    ),
                ),
            ],
            options={
                "ordering": ["-window_end", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="alert",
            name="serving_report",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="alerts",
                to="registry.servingreport",
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("state", "resolved"), _negated=True), ("serving_report__isnull", False)),
                fields=("model", "environment"),
                name="alert_of_serving_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("check_definition__isnull", False), ("run__isnull", False), ("serving_report__isnull", True)
                    ),
                    models.Q(
                        ("check_definition__isnull", True), ("run__isnull", True), ("serving_report__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="alert_has_one_origin",
            ),
        ),
        migrations.AddConstraint(
            model_name="servingreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("window_end__gt", models.F("window_start"))), name="serving_report_window_opens"
            ),
        ),
        migrations.AddConstraint(
            model_name="servingreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("error_rate__isnull", True),
                    models.Q(("error_rate__gte", 0), ("error_rate__lte", 1)),
                    _connector="OR",
                ),
                name="serving_report_error_rate_is_a_share",
            ),
        ),
        *write_once("registry_servingreport"),
    ]
