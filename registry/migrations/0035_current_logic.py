"""What a search reads of current definitions, in a narrow table; and a version by the beginning of its digest."""

import django.db.models.deletion
from django.db import migrations, models

BATCH = 1_000


def fold_current(apps, schema_editor):
    versions = apps.get_model("registry", "FeatureVersion").objects.using(schema_editor.connection.alias)
    logic = apps.get_model("registry", "CurrentLogic").objects.using(schema_editor.connection.alias)
    current = versions.exclude(current_of=None).order_by().values_list("feature_id", "pk", "computation_logic")
    batch = []
    for feature, version, text in current.iterator(chunk_size=BATCH):
        batch.append(logic.model(feature_id=feature, version_id=version, folded=text.casefold()))
        if len(batch) == BATCH:
            logic.bulk_create(batch)
            batch = []
    logic.bulk_create(batch)


class Migration(migrations.Migration):
    dependencies = [("registry", "0034_gate_settings_approved")]
    operations = [
        migrations.AddIndex("featureversion", models.Index(fields=["digest"], name="feature_version_by_digest")),
        migrations.CreateModel(
            name="CurrentLogic",
            fields=[
                (
                    "feature",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="current_logic",
                        serialize=False,
                        to="registry.feature",
                    ),
                ),
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.featureversion"
                    ),
                ),
                ("folded", models.TextField()),
            ],
            options={"ordering": ["feature_id"]},
        ),
        migrations.RunPython(fold_current, migrations.RunPython.noop, elidable=True),
    ]
