"""A team belongs to an organization."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0017_organization_of_records"),
        ("people", "0006_four_eyes"),
    ]

    operations = [
        migrations.AddField(
            model_name="team",
            name="organization",
            field=models.ForeignKey(
                blank=True,
                help_text="Whose figures its models, tickets and projects enter; empty: nobody's yet.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="teams",
                to="assessments.organization",
            ),
        ),
    ]
