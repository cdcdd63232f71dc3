"""Kept evaluations of the conditions that call for a platform."""

import django.db.models.deletion
from django.db import migrations, models

from platform_site.audit.triggers import write_once


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0006_rubrics"),
    ]

    operations = [
        migrations.CreateModel(
            name="TriggerEvaluation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("facts", models.JSONField(help_text="What was known; null where nobody knew.")),
                ("measured", models.JSONField(help_text="The facts that were measured rather than said.")),
                (
                    "result",
                    models.JSONField(help_text="The conditions, the verdict, what presses most, which plan would fit."),
                ),
                ("evaluated_by", models.CharField(max_length=150)),
                ("evaluated_at", models.DateTimeField()),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trigger_evaluations",
                        to="assessments.organization",
                    ),
                ),
            ],
            options={
                "ordering": ["-evaluated_at", "-pk"],
            },
        ),
        *write_once("assessments_triggerevaluation"),
    ]
