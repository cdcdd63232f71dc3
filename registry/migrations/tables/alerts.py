"""Alerts of checks and of serving reports."""

from django.db import migrations, models

OPERATIONS = [
    migrations.CreateModel(
        name="Alert",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("title", models.CharField(max_length=300)),
            (
                "state",
                models.CharField(
                    choices=[("open", "Open"), ("acknowledged", "Acknowledged"), ("resolved", "Resolved")],
                    default="open",
                    max_length=16,
                ),
            ),
            ("blocking", models.BooleanField(default=False)),
            ("opened_at", models.DateTimeField()),
            ("acknowledged_by", models.CharField(blank=True, max_length=150)),
            ("acknowledged_until", models.DateTimeField(blank=True, null=True)),
            ("resolved_at", models.DateTimeField(blank=True, null=True)),
            (
                "check_definition",
                models.ForeignKey(
                    blank=True, null=True, on_delete=models.PROTECT, related_name="alerts", to="registry.check"
                ),
            ),
            (
                "run",
                models.ForeignKey(
                    blank=True, null=True, on_delete=models.PROTECT, related_name="alerts", to="registry.checkrun"
                ),
            ),
            (
                "model",
                models.ForeignKey(on_delete=models.PROTECT, related_name="alerts", to="registry.registeredmodel"),
            ),
            ("environment", models.CharField(blank=True, max_length=64)),
            (
                "serving_report",
                models.ForeignKey(
                    blank=True, null=True, on_delete=models.PROTECT, related_name="alerts", to="registry.servingreport"
                ),
            ),
            (
                "finding",
                models.CharField(
                    choices=[("check", "Check"), ("skew", "Skew"), ("silence", "Silence")],
                    default="check",
                    max_length=16,
                ),
            ),
            (
                "resolved_because",
                models.CharField(
                    blank=True, help_text="Why, where no run or report that found nothing resolved it.", max_length=300
                ),
            ),
        ],
        options={
            "ordering": ["-opened_at", "-pk"],
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("state", "resolved"), _negated=True),
                    fields=("model", "check_definition"),
                    name="alert_open_once",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(
                            ("check_definition__isnull", False),
                            ("run__isnull", False),
                            ("serving_report__isnull", True),
                        ),
                        models.Q(
                            ("check_definition__isnull", True), ("run__isnull", True), ("serving_report__isnull", False)
                        ),
                        _connector="OR",
                    ),
                    name="alert_has_one_origin",
                ),
                models.UniqueConstraint(
                    condition=models.Q(
                        models.Q(("state", "resolved"), _negated=True), ("serving_report__isnull", False)
                    ),
                    fields=("model", "environment", "finding"),
                    name="alert_of_serving_open_once",
                ),
            ],
        },
    ),
]
