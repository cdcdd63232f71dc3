"""What serving reports."""

from django.db import migrations, models

from platform_site.audit.triggers import write_once

OPERATIONS = [
    migrations.CreateModel(
        name="ServingReport",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("environment", models.CharField(max_length=64)),
            ("window_start", models.DateTimeField()),
            ("window_end", models.DateTimeField()),
            ("features", models.JSONField(help_text="Each feature with the version and pipeline commit that was run.")),
            ("latency_p50_ms", models.FloatField(blank=True, null=True)),
            ("latency_p95_ms", models.FloatField(blank=True, null=True)),
            ("error_rate", models.FloatField(blank=True, help_text="Share of requests, 0 to 1.", null=True)),
            ("predictions", models.PositiveBigIntegerField(blank=True, null=True)),
            (
                "skew",
                models.JSONField(default=list, help_text="Each feature that is computed otherwise than it must be."),
            ),
            ("reported_by", models.CharField(max_length=150)),
            ("reported_at", models.DateTimeField()),
            (
                "model_version",
                models.ForeignKey(on_delete=models.PROTECT, related_name="serving_reports", to="registry.modelversion"),
            ),
            (
                "notes",
                models.JSONField(
                    default=list, help_text="Each feature that an unknown pipeline commit computes: recorded, not skew."
                ),
            ),
        ],
        options={
            "ordering": ["-window_end", "-pk"],
            "indexes": [
                models.Index(fields=["model_version", "environment", "-window_end"], name="serving_report_newest")
            ],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("window_end__gt", models.F("window_start"))), name="serving_report_window_opens"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        ("error_rate__isnull", True),
                        models.Q(("error_rate__gte", 0), ("error_rate__lte", 1)),
                        _connector="OR",
                    ),
                    name="serving_report_error_rate_is_a_share",
                ),
            ],
        },
    ),
    *write_once("registry_servingreport"),
]
