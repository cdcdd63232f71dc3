"""Tickets, imports, training runs, projects, use cases, answers and releases belong to an organization."""

import django.db.models.deletion
from django.db import migrations, models

ORGANIZATION = models.ForeignKey(
    blank=True,
    editable=False,
    help_text="Whose figures it enters.",
    null=True,
    on_delete=django.db.models.deletion.PROTECT,
    related_name="+",
    to="assessments.organization",
)


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0016_ticket_files"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="modelproject",
            name="model_project_once",
        ),
        migrations.RemoveConstraint(
            model_name="trainingrun",
            name="training_run_external_id_once",
        ),
        migrations.RemoveIndex(
            model_name="ticket",
            name="ticket_for_triage",
        ),
        migrations.AddField(
            model_name="modelproject",
            name="organization",
            field=ORGANIZATION,
        ),
        migrations.AddField(
            model_name="organization",
            name="archived_at",
            field=models.DateTimeField(
                blank=True, editable=False, help_text="No page offers it and nothing new is recorded for it.", null=True
            ),
        ),
        migrations.AddField(
            model_name="release",
            name="organization",
            field=ORGANIZATION,
        ),
        migrations.AddField(
            model_name="showstopperanswer",
            name="organization",
            field=ORGANIZATION,
        ),
        migrations.AddField(
            model_name="ticket",
            name="organization",
            field=ORGANIZATION,
        ),
        migrations.AddField(
            model_name="ticketimport",
            name="organization",
            field=ORGANIZATION,
        ),
        migrations.AddField(
            model_name="trainingrun",
            name="organization",
            field=ORGANIZATION,
        ),
        migrations.AddField(
            model_name="usecase",
            name="organization",
            field=ORGANIZATION,
        ),
        migrations.AlterField(
            model_name="release",
            name="name",
            field=models.CharField(max_length=120),
        ),
        migrations.AlterField(
            model_name="usecase",
            name="name",
            field=models.CharField(max_length=120),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                fields=[
                    "organization",
                    "opened_at",
                    "type",
                    "resolution_hours",
                    "effort_hours",
                    "on_platform",
                    "team",
                    "typed_by",
                ],
                name="ticket_for_triage",
            ),
        ),
        migrations.AddConstraint(
            model_name="modelproject",
            constraint=models.UniqueConstraint(
                fields=("organization", "team", "name"),
                name="model_project_once",
                violation_error_message="This team's project is on record already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="modelproject",
            constraint=models.UniqueConstraint(
                condition=models.Q(("organization", None)),
                fields=("team", "name"),
                name="model_project_of_nobody_once",
                violation_error_message="This team's project is on record already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(
                fields=("organization", "name"),
                name="release_once",
                violation_error_message="A release of this name is on record already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="release",
            constraint=models.UniqueConstraint(
                condition=models.Q(("organization", None)),
                fields=("name",),
                name="release_of_nobody_once",
                violation_error_message="A release of this name is on record already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("external_id", ""), _negated=True),
                fields=("organization", "team", "orchestrator", "external_id"),
                name="training_run_external_id_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingrun",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("external_id", ""), _negated=True), ("organization", None)),
                fields=("team", "orchestrator", "external_id"),
                name="training_run_of_nobody_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="usecase",
            constraint=models.UniqueConstraint(
                fields=("organization", "name"),
                name="use_case_once",
                violation_error_message="A use case of this name is on record already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="usecase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("organization", None)),
                fields=("name",),
                name="use_case_of_nobody_once",
                violation_error_message="A use case of this name is on record already.",
            ),
        ),
    ]
