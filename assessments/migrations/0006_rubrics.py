"""An organization's own levels, and which an assessment is judged by."""

import django.db.models.deletion
from django.db import migrations, models

from platform_site.audit.triggers import write_once


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0005_adoption"),
    ]

    operations = [
        migrations.CreateModel(
            name="Rubric",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(help_text="Counts from 1 in each organization.")),
                ("content", models.JSONField(help_text="The levels, the lowest first: level, label, requires.")),
                ("reason", models.CharField(max_length=500)),
                ("made_by", models.CharField(max_length=150)),
                ("made_at", models.DateTimeField()),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rubrics",
                        to="assessments.organization",
                    ),
                ),
            ],
            options={
                "ordering": ["-number"],
            },
        ),
        migrations.AddField(
            model_name="assessment",
            name="rubric",
            field=models.ForeignKey(
                blank=True,
                help_text="The levels it is judged by. Empty: the standard rubric.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assessments",
                to="assessments.rubric",
            ),
        ),
        migrations.AddConstraint(
            model_name="rubric",
            constraint=models.UniqueConstraint(fields=("organization", "number"), name="rubric_numbered_once"),
        ),
        *write_once("assessments_rubric"),
    ]
