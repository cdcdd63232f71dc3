"""Which key seals the next event. Empty in an existing log until its next event: the key of its last one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        migrations.AddField(
            "audithead",
            "key_id",
            models.CharField(
                blank=True,
                default="",
                help_text="The key in use, until `rotate_keys` changes it; empty: the one of the last event.",
                max_length=12,
            ),
            preserve_default=False,
        ),
    ]
