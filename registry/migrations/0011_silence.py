"""Serving that has fallen silent, and why an alert ended."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0010_imports")]

    operations = [
        migrations.AddField(
            model_name="alert",
            name="finding",
            field=models.CharField(
                choices=[("check", "Check"), ("skew", "Skew"), ("silence", "Silence")], default="check", max_length=16
            ),
        ),
        migrations.RunSQL(
            "UPDATE registry_alert SET finding = 'skew' WHERE serving_report_id IS NOT NULL",
            migrations.RunSQL.noop,
        ),
        migrations.AddField(
            model_name="alert",
            name="resolved_because",
            field=models.CharField(
                blank=True,
                help_text="Why, where no run or report that found nothing resolved it.",
                max_length=300,
            ),
        ),
        migrations.RemoveConstraint(model_name="alert", name="alert_of_serving_open_once"),
        migrations.AddConstraint(
            model_name="alert",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("state", "resolved"), _negated=True), ("serving_report__isnull", False)),
                fields=("model", "environment", "finding"),
                name="alert_of_serving_open_once",
            ),
        ),
        migrations.AddField(
            model_name="registeredmodel",
            name="silent_after_hours",
            field=models.PositiveSmallIntegerField(
                default=24, help_text="Serving is silent when it has reported nothing for longer."
            ),
        ),
        migrations.AddConstraint(
            model_name="registeredmodel",
            constraint=models.CheckConstraint(
                condition=models.Q(("silent_after_hours__gte", 1), ("silent_after_hours__lte", 2160)),
                name="registered_model_silence_is_some_hours",
            ),
        ),
    ]
