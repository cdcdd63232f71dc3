"""What is written once is kept so by the database, not only by the code."""

from django.db import migrations

from platform_site.audit.triggers import write_once, write_once_columns

WRITTEN_ONCE = (
    "registry_featureversion",
    "registry_currentversionchange",
    "registry_datasetsnapshot",
    "registry_trainingsnapshot",
    "registry_snapshotentry",
    "registry_evaluation",
    "registry_gatedecision",
    "registry_checkresult",
)
ALL_BUT_THE_STAGE = (
    "model_id",
    "version",
    "artifact_uri",
    "artifact_digest",
    "code_commit",
    "pipeline_commit",
    "data_snapshot_id",
    "container_digest",
    "hyperparameters",
    "uses_no_features",
    "registered_by",
    "registered_at",
)


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]
    operations = [*write_once(*WRITTEN_ONCE), *write_once_columns("registry_modelversion", ALL_BUT_THE_STAGE)]
