"""Model versions that another system knows are observed until their lineage is whole; from then on they are written once.

SQLite rebuilds the table of versions, which drops its triggers: they end this.
"""

import django.db.models.deletion
from django.db import migrations, models

from platform_site.audit.triggers import SQLITE_DELETE, SQLITE_LIFT, Statements
from registry.models.fields import HEX_64
from registry.versions.rules.lifecycle import Stage

STAGES = ("observed", "registered", "staging", "production", "archived")
TABLE = "registry_modelversion"
ALL_BUT_THE_STAGE = (
    "model_id, version, artifact_uri, artifact_digest, code_commit, pipeline_commit, data_snapshot_id, container_digest, "
    "hyperparameters, uses_no_features, registered_by, registered_at"
)
MOVED = "OLD.model_id <> NEW.model_id OR OLD.version <> NEW.version"
UNDONE = f"(OLD.stage <> 'observed' AND NEW.stage = 'observed') OR {MOVED}"
REFUSED = f"{TABLE} is written once: a row is never changed"
SQLITE = [
    *(SQLITE_LIFT.format(name=f"{TABLE}_{suffix}") for suffix in ("no_update", "no_delete", "stays")),
    f"""
CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE OF {ALL_BUT_THE_STAGE} ON {TABLE} WHEN OLD.stage <> 'observed'
BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END;
""",
    f"""
CREATE TRIGGER {TABLE}_stays BEFORE UPDATE ON {TABLE} WHEN {UNDONE}
BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END;
""",
    SQLITE_DELETE.format(table=TABLE),
]
POSTGRESQL = [
    f"""
CREATE OR REPLACE TRIGGER {TABLE}_no_change BEFORE UPDATE OF {ALL_BUT_THE_STAGE} ON {TABLE}
  FOR EACH ROW WHEN (OLD.stage <> 'observed') EXECUTE FUNCTION plumbline_refuse_change();
""",
    f"""
CREATE OR REPLACE TRIGGER {TABLE}_stays BEFORE UPDATE ON {TABLE}
  FOR EACH ROW WHEN ({UNDONE}) EXECUTE FUNCTION plumbline_refuse_change();
""",
    f"""
CREATE OR REPLACE TRIGGER {TABLE}_no_delete BEFORE DELETE ON {TABLE}
  FOR EACH ROW EXECUTE FUNCTION plumbline_refuse_change();
""",
]
BLANK = {
    "artifact_digest": models.CharField(blank=True, max_length=64, validators=[HEX_64]),
    "artifact_uri": models.CharField(blank=True, max_length=1000),
    "code_commit": models.CharField(blank=True, max_length=64),
    "container_digest": models.CharField(blank=True, max_length=71),
    "data_snapshot": models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="model_versions",
        to="registry.datasetsnapshot",
    ),
    "stage": models.CharField(choices=[(stage, stage) for stage in STAGES], default=Stage.REGISTERED, max_length=16),
}


class Migration(migrations.Migration):
    dependencies = [("registry", "0039_pin_reasons")]
    operations = [
        migrations.RemoveConstraint("modelversion", "model_version_stage_known"),
        migrations.AddField(
            "gatedecision",
            "missing_parts",
            models.JSONField(
                blank=True,
                help_text="Of an observed version, what was missing; empty of a registered version.",
                null=True,
            ),
        ),
        *(migrations.AlterField("modelversion", name, field) for name, field in BLANK.items()),
        migrations.AddConstraint(
            "modelversion",
            models.CheckConstraint(condition=models.Q(stage__in=list(STAGES)), name="model_version_stage_known"),
        ),
        migrations.AddConstraint(
            "modelversion",
            models.CheckConstraint(
                condition=models.Q(stage__in=["observed", "archived"]) | models.Q(data_snapshot__isnull=False),
                name="model_version_registered_has_data",
            ),
        ),
        migrations.AddField(
            "import",
            "next_cursor",
            models.CharField(
                blank=True,
                default="",
                help_text="Where the next import of this server goes on; empty where it was read whole.",
                max_length=500,
            ),
            preserve_default=False,
        ),
        Statements(sqlite=SQLITE, postgresql=POSTGRESQL),
        migrations.CreateModel(
            name="Observation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "system",
                    models.CharField(choices=[("mlflow", "MLflow"), ("feast", "Feast"), ("dbt", "dbt")], max_length=16),
                ),
                ("origin", models.CharField(blank=True, max_length=500)),
                ("external_id", models.CharField(max_length=500)),
                (
                    "parts",
                    models.JSONField(default=dict, help_text="artifact and lineage, as a registration takes them."),
                ),
                ("notes", models.JSONField(default=list, help_text="What was left out or assumed, in sentences.")),
                ("aliases", models.JSONField(default=list)),
                ("observed_by", models.CharField(max_length=150)),
                ("observed_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "gone_at",
                    models.DateTimeField(blank=True, help_text="When it was no longer at its origin.", null=True),
                ),
                (
                    "model_version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="observation",
                        to="registry.modelversion",
                    ),
                ),
            ],
            options={"ordering": ["-observed_at", "-pk"]},
        ),
        migrations.AddIndex(
            "observation", models.Index(fields=["system", "external_id"], name="observation_by_origin")
        ),
    ]
