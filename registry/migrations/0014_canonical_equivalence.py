"""The equivalence fingerprints of stored versions, computed anew over what the engine reads in their logic.

Nothing else of a version changes, and no audit event names this fingerprint. A gate may answer otherwise afterwards: two
versions that differ in a default argument or a synonym are formatting now, and two that differ in the case of a column's
name or in what a lone carriage return comments out are not.
"""

from django.db import migrations

from platform_site.audit.triggers import write_once, write_once_columns

TABLE = "registry_featureversion"
UNCHANGED = (
    "feature_id", "number", "name", "digest", "computation_logic", "dialect", "null_handling", "data_type",
    "source_table", "pipeline_commit", "changes", "reason", "registered_by", "registered_at",
)  # fmt: skip
BATCH = 500


def fingerprint_again(apps, schema_editor):
    from registry.compute.definition import Definition
    from registry.features.rules.fingerprint import equivalence

    versions = apps.get_model("registry", "FeatureVersion").objects.using(schema_editor.connection.alias)
    changed = []
    for version in versions.iterator(BATCH):
        content = Definition(*(getattr(version, name) for name in Definition._fields))
        fresh = equivalence(content, version.dialect)
        if fresh != version.equivalence:
            version.equivalence = fresh
            changed.append(version)
    versions.bulk_update(changed, ["equivalence"], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("registry", "0013_pipeline_commits")]
    operations = [
        *write_once_columns(TABLE, UNCHANGED),
        migrations.RunPython(fingerprint_again, migrations.RunPython.noop),
        *write_once(TABLE),
    ]
