"""When the source of a ticket last changed it, so that a late delivery overwrites nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0009_resolution_hours"),
    ]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="source_updated_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When the source last changed it, where deliveries tell.",
                null=True,
            ),
        ),
    ]
