"""What the database refuses of alerts by version; after the rows that hold to it are written."""

from django.db import migrations, models

from platform_site.audit.triggers import write_once


class Migration(migrations.Migration):
    dependencies = [("registry", "0031_alerts_by_version")]
    operations = [
        migrations.AddConstraint(
            "alert",
            models.UniqueConstraint(
                condition=models.Q(models.Q(("state", "resolved"), _negated=True), ("serving_report__isnull", False)),
                fields=("model_version", "environment", "feature", "finding"),
                name="alert_of_serving_open_once",
            ),
        ),
        migrations.RemoveConstraint("alert", "alert_has_one_origin"),
        migrations.AddConstraint(
            "alert",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("check_definition__isnull", False),
                        ("model_version__isnull", True),
                        ("run__isnull", False),
                        ("serving_report__isnull", True),
                    ),
                    models.Q(
                        ("check_definition__isnull", True),
                        ("model_version__isnull", False),
                        ("run__isnull", True),
                        ("serving_report__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="alert_has_one_origin",
            ),
        ),
        *write_once("registry_alertfinding"),
    ]
