"""Who stated a capability last, and how often it was stated."""

from importlib import import_module

from django.db import migrations, models

from platform_site.audit.triggers import Statements

# SQLite makes the table anew to add a column, and its triggers go with the old one.
LOST = [
    sql for sql in import_module("assessments.migrations.0002_catalogue_and_publication").SQLITE if "item_no" in sql
]


class Migration(migrations.Migration):
    dependencies = [("assessments", "0002_catalogue_and_publication")]
    operations = [
        migrations.AddField(
            "assessmentitem",
            "revision",
            models.PositiveIntegerField(default=0, help_text="How often it was stated; 0: nobody touched it."),
        ),
        migrations.AddField("assessmentitem", "stated_by", models.CharField(blank=True, max_length=150)),
        migrations.AddField("assessmentitem", "stated_at", models.DateTimeField(blank=True, null=True)),
        Statements(sqlite=LOST, postgresql=[]),
    ]
