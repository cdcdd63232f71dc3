"""What describes a source table is in its versions alone."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registry", "0015_source_versions")]
    operations = [
        migrations.RemoveField(model_name="sourcetable", name=name)
        for name in ("dataset", "entity_key", "event_time", "row_key", "dialect")
    ]
