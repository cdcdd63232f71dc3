"""How long each ticket took, kept beside its moments: the index that the triage reads holds it."""

from django.db import migrations, models

from assessments.models.durations import HoursBetween, HoursField


def compute(apps, schema_editor):
    """The hours of the tickets that are there already."""
    apps.get_model("assessments", "Ticket").objects.update(resolution_hours=HoursBetween("resolved_at", "opened_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0008_triage_plans"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="ticket",
            name="ticket_for_triage",
        ),
        migrations.AddField(
            model_name="ticket",
            name="resolution_hours",
            field=HoursField("resolved_at", "opened_at", help_text="Empty while the ticket is open."),
        ),
        migrations.RunPython(compute, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                fields=["opened_at", "type", "resolution_hours", "effort_hours", "on_platform", "team"],
                name="ticket_for_triage",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("resolution_hours__isnull", True), ("resolved_at__isnull", True)),
                    models.Q(
                        ("resolution_hours__gte", HoursBetween("resolved_at", "opened_at") - models.Value(1e-05)),
                        ("resolution_hours__isnull", False),
                        ("resolution_hours__lte", HoursBetween("resolved_at", "opened_at") + models.Value(1e-05)),
                        ("resolved_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="ticket_resolution_hours_follow_its_moments",
            ),
        ),
    ]
