"""What a gate's decision rests on, policies that refuse names, and confirmations that a version uses no features.

Versions that stated this before a second person had to confirm it get a confirmation without a name: their gates answer
as before, and say so.
"""

import django.db.models.deletion
from django.db import migrations, models

from platform_site.audit.triggers import write_once


def note_earlier_statements(apps, schema_editor):
    versions = apps.get_model("registry", "ModelVersion").objects.filter(uses_no_features=True)
    confirmation = apps.get_model("registry", "NoFeaturesConfirmation")
    earlier = (confirmation(model_version_id=pk) for pk in versions.values_list("pk", flat=True).iterator())
    confirmation.objects.bulk_create(earlier, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0016_source_tables_by_version"),
    ]

    operations = [
        migrations.AddField(
            model_name="gatedecision",
            name="rests_on",
            field=models.JSONField(
                blank=True, help_text="How many features were compared by definition, by parity, by nothing.", null=True
            ),
        ),
        migrations.AddField(
            model_name="gatedecision",
            name="open_alerts",
            field=models.JSONField(default=list, help_text="The open alerts of serving skew that did not block."),
        ),
        migrations.AddField(
            model_name="gatepolicy",
            name="refuses_name_only",
            field=models.BooleanField(
                default=False, help_text="The gate is closed while a feature is compared by its name only."
            ),
        ),
        migrations.CreateModel(
            name="NoFeaturesConfirmation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("confirmed_by", models.CharField(blank=True, max_length=150)),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, max_length=4000)),
                (
                    "model_version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="no_features_confirmation",
                        to="registry.modelversion",
                    ),
                ),
            ],
        ),
        migrations.RunPython(note_earlier_statements, migrations.RunPython.noop),
        *write_once("registry_gatedecision", "registry_gatepolicy", "registry_nofeaturesconfirmation"),
    ]
