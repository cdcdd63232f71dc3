"""Every pipeline commit of a definition, and what a serving report notes without its being skew."""

import django.db.models.deletion
from django.db import migrations, models

from platform_site.audit.triggers import write_once


class Migration(migrations.Migration):
    dependencies = [("registry", "0012_version_names")]

    operations = [
        migrations.CreateModel(
            name="FeatureVersionCommit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("commit", models.CharField(max_length=64)),
                ("recorded_by", models.CharField(max_length=150)),
                ("recorded_at", models.DateTimeField()),
                (
                    "feature_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="later_commits",
                        to="registry.featureversion",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("feature_version", "commit"), name="feature_version_commit_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="servingreport",
            name="notes",
            field=models.JSONField(
                default=list, help_text="Each feature that an unknown pipeline commit computes: recorded, not skew."
            ),
        ),
        *write_once("registry_featureversioncommit", "registry_servingreport"),  # SQLite rebuilt the latter
    ]
