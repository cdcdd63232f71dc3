"""The equivalence fingerprints of stored Python, computed anew over its tokens.

Nothing else of a version changes. A gate may answer otherwise afterwards: two versions that differ in comments or white
space are formatting now.
"""

from django.db import migrations

from platform_site.audit.triggers import write_once, write_once_columns

TABLE = "registry_featureversion"
UNCHANGED = (
    "feature_id", "number", "name", "digest", "computation_logic", "dialect", "engine_logic", "null_handling", "data_type",
    "source_table", "pipeline_commit", "changes", "reason", "registered_by", "registered_at",
)  # fmt: skip
BATCH = 500


def fingerprint_again(apps, schema_editor):
    from registry.compute.definition import PYTHON, Definition
    from registry.features.rules.fingerprint import equivalence

    versions = apps.get_model("registry", "FeatureVersion").objects.using(schema_editor.connection.alias)
    changed = []
    for version in versions.filter(dialect=PYTHON).iterator(BATCH):
        content = Definition(*(getattr(version, name) for name in Definition._fields))
        version.equivalence = equivalence(content, PYTHON)
        changed.append(version)
    versions.bulk_update(changed, ["equivalence"], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("registry", "0022_engine_logic")]
    operations = [
        *write_once_columns(TABLE, UNCHANGED),
        migrations.RunPython(fingerprint_again, migrations.RunPython.noop),
        *write_once(TABLE),
    ]
