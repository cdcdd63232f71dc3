"""What the engine runs for logic that is written in another dialect, stored with the version."""

from django.db import migrations, models

from platform_site.audit.triggers import write_once


class Migration(migrations.Migration):
    dependencies = [("registry", "0021_gate_settings")]

    operations = [
        migrations.AddField(
            model_name="featureversion",
            name="engine_logic",
            field=models.TextField(
                blank=True,
                default="",
                help_text="What the engine runs for logic of another dialect; empty for its own and for code.",
            ),
        ),
        *write_once("registry_featureversion"),  # SQLite rebuilt it
    ]
