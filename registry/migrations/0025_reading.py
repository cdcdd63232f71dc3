"""How the files of a data set are read is described once and stored; data sets of the same content have snapshots of their own.

Data sets that were added before keep an empty description: theirs is decided when their files are read.
"""

import django.core.validators
from django.db import migrations, models

from platform_site.audit.triggers import write_once

DIGEST = models.CharField(
    max_length=64,
    validators=[django.core.validators.RegexValidator(r"^[0-9a-f]{64}\Z", "Give a SHA-256: 64 lower-case hex digits.")],
)


class Migration(migrations.Migration):
    dependencies = [("registry", "0024_source_table_tags")]
    operations = [
        migrations.AddField(
            "dataset",
            "stated",
            models.JSONField(blank=True, default=dict, help_text="What people stated about how the files are read."),
        ),
        migrations.AddField(
            "dataset",
            "reading",
            models.JSONField(
                blank=True,
                default=dict,
                help_text="How the files are read: as stated, and as found where nothing is stated.",
            ),
        ),
        migrations.AddField(
            "dataset",
            "inspection",
            models.JSONField(blank=True, default=dict, help_text="What was found when the files were looked at."),
        ),
        migrations.AlterField("datasetsnapshot", "digest", DIGEST),
        migrations.AddIndex("datasetsnapshot", models.Index(fields=["digest"], name="dataset_snapshot_digest")),
        migrations.AddConstraint(
            "datasetsnapshot",
            models.UniqueConstraint(fields=("dataset", "digest"), name="dataset_snapshot_content_once"),
        ),
        *write_once("registry_datasetsnapshot"),  # SQLite rebuilt it
    ]
