"""Plans for the tickets; and an index that holds all that their triage reads."""

import django.db.models.deletion
from django.db import migrations, models

from platform_site.audit.triggers import write_once


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0007_trigger_evaluations"),
    ]

    operations = [
        migrations.CreateModel(
            name="TriagePlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("window_start", models.DateTimeField()),
                ("window_end", models.DateTimeField()),
                (
                    "before",
                    models.JSONField(help_text="Each type with its tickets and engineering hours in the window."),
                ),
                ("reductions", models.JSONField(help_text="The share of each type to remove, 0 to 1.")),
                ("made_by", models.CharField(max_length=150)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-made_at", "-pk"],
            },
        ),
        migrations.RemoveIndex(
            model_name="ticket",
            name="ticket_by_time",
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                fields=["opened_at", "type", "resolved_at", "effort_hours", "on_platform", "team"],
                name="ticket_for_triage",
            ),
        ),
        migrations.AddField(
            model_name="triageplan",
            name="assessment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="triage_plans", to="assessments.assessment"
            ),
        ),
        migrations.AddConstraint(
            model_name="triageplan",
            constraint=models.CheckConstraint(
                condition=models.Q(("window_end__gt", models.F("window_start"))), name="triage_plan_window_opens"
            ),
        ),
        *write_once("assessments_triageplan"),
    ]
