"""Runs of checks and serving reports may be deleted after their time, by a purge that is on record and by nothing else."""

from django.db import migrations, models
from django.db.models import Q

from platform_site.audit.triggers import Statements, write_once

TABLES = {  # when a row is of, for the purge of its kind
    "registry_checkresult": ("check_runs", "(SELECT finished_at FROM registry_checkrun WHERE id = OLD.run_id)"),
    "registry_columnfinding": ("check_runs", "(SELECT finished_at FROM registry_checkrun WHERE id = OLD.run_id)"),
    "registry_differingrows": ("check_runs", "(SELECT finished_at FROM registry_checkrun WHERE id = OLD.run_id)"),
    "registry_servingreport": ("serving_reports", "OLD.reported_at"),
}
SQLITE = """
CREATE TRIGGER {table}_purged_only BEFORE DELETE ON {table}
WHEN NOT EXISTS (SELECT 1 FROM registry_rowpurge WHERE kind = '{kind}' AND before > {moment})
BEGIN SELECT RAISE(ABORT, '{table}: a row is deleted by a purge that is on record'); END;
"""
POSTGRES = """
CREATE FUNCTION plumbline_purged_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM registry_rowpurge WHERE kind = '{kind}' AND before > {moment}) THEN
    RAISE EXCEPTION '%: a row is deleted by a purge that is on record', TG_TABLE_NAME
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN OLD;
END $$;
"""
POSTGRES_UPDATE = """
CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION plumbline_refuse_change();
"""
POSTGRES_DELETE = """
CREATE TRIGGER {table}_purged_only BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION plumbline_purged_{table}();
"""


def purged_only(table):
    kind, moment = TABLES[table]
    names = {"table": table, "kind": kind, "moment": moment}
    return Statements(
        sqlite=[f"DROP TRIGGER IF EXISTS {table}_no_delete", SQLITE.format(**names)],
        postgresql=[
            f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}",
            POSTGRES.format(**names),
            POSTGRES_UPDATE.format(**names),
            POSTGRES_DELETE.format(**names),
        ],
    )


class Migration(migrations.Migration):
    dependencies = [("registry", "0041_mlflow_events")]

    operations = [
        migrations.CreateModel(
            "RowPurge",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("check_runs", "Check Runs"), ("serving_reports", "Serving Reports")], max_length=16
                    ),
                ),
                ("before", models.DateTimeField(help_text="Every one of them is of before.")),
                ("rows", models.PositiveIntegerField()),
                ("purged_at", models.DateTimeField()),
            ],
            options={"ordering": ["-purged_at", "-pk"]},
        ),
        migrations.AddConstraint(
            "rowpurge",
            models.CheckConstraint(condition=Q(("before__lt", models.F("purged_at"))), name="row_purge_of_the_past"),
        ),
        migrations.AddConstraint(
            "rowpurge", models.CheckConstraint(condition=Q(("rows__gt", 0)), name="row_purge_of_something")
        ),
        migrations.AddIndex("rowpurge", models.Index(fields=["kind", "before"], name="row_purge_by_moment")),
        *write_once("registry_rowpurge"),
        *(purged_only(table) for table in TABLES),
    ]
