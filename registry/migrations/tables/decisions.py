"""Reported decisions of regulated models, and the purges that delete them."""

from django.core.validators import RegexValidator
from django.db import migrations, models

from platform_site.audit.triggers import Statements, write_once

HEX_64 = RegexValidator("^[0-9a-f]{64}\\Z", "Give a SHA-256: 64 lower-case hex digits.")
SQLITE = [
    """
    CREATE TRIGGER registry_reporteddecision_no_update BEFORE UPDATE ON registry_reporteddecision
    BEGIN SELECT RAISE(ABORT, 'registry_reporteddecision is written once: a row is never changed'); END;
    """,
    """
    CREATE TRIGGER registry_reporteddecision_purged_only BEFORE DELETE ON registry_reporteddecision
    WHEN NOT EXISTS (
      SELECT 1 FROM registry_decisionpurge
      WHERE model_version_id = OLD.model_version_id AND before > OLD.decided_at
    )
    BEGIN SELECT RAISE(ABORT, 'registry_reporteddecision: a row is deleted by a purge that is on record'); END;
    """,
]
POSTGRES = [
    """
    CREATE TRIGGER registry_reporteddecision_no_update BEFORE UPDATE ON registry_reporteddecision
      FOR EACH ROW EXECUTE FUNCTION plumbline_refuse_change();
    """,
    """
    CREATE FUNCTION plumbline_purged_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF NOT EXISTS (
        SELECT 1 FROM registry_decisionpurge
        WHERE model_version_id = OLD.model_version_id AND before > OLD.decided_at
      ) THEN
        RAISE EXCEPTION '%: a row is deleted by a purge that is on record', TG_TABLE_NAME
          USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN OLD;
    END $$;
    """,
    """
    CREATE TRIGGER registry_reporteddecision_purged_only BEFORE DELETE ON registry_reporteddecision
      FOR EACH ROW EXECUTE FUNCTION plumbline_purged_only();
    """,
    """
    CREATE TRIGGER registry_reporteddecision_no_truncate BEFORE TRUNCATE ON registry_reporteddecision
      FOR EACH STATEMENT EXECUTE FUNCTION plumbline_refuse_change();
    """,
]

OPERATIONS = [
    migrations.CreateModel(
        name="DecisionPurge",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("before", models.DateTimeField(help_text="Every one of them was made before.")),
            ("rows", models.PositiveIntegerField()),
            ("by_month", models.JSONField(help_text="How many of each month.")),
            (
                "digest",
                models.CharField(
                    help_text="SHA-256 over their digests, one a line, oldest first.",
                    max_length=64,
                    validators=[HEX_64],
                ),
            ),
            ("purged_at", models.DateTimeField()),
            (
                "model_version",
                models.ForeignKey(on_delete=models.PROTECT, related_name="decision_purges", to="registry.modelversion"),
            ),
        ],
        options={
            "ordering": ["-purged_at", "-pk"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("before__lt", models.F("purged_at"))), name="decision_purge_of_the_past"
                ),
                models.CheckConstraint(condition=models.Q(("rows__gt", 0)), name="decision_purge_of_something"),
            ],
        },
    ),
    migrations.CreateModel(
        name="ReportedDecision",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("external_id", models.CharField(max_length=120)),
            ("decided_at", models.DateTimeField()),
            ("environment", models.CharField(max_length=64)),
            ("method", models.CharField(blank=True, help_text="How it is explained; empty: it is not.", max_length=32)),
            ("content", models.TextField(help_text="The decision as canonical JSON, which the digest is of.")),
            ("digest", models.CharField(max_length=64, validators=[HEX_64])),
            ("reported_by", models.CharField(max_length=150)),
            ("reported_at", models.DateTimeField()),
            (
                "model_version",
                models.ForeignKey(
                    on_delete=models.PROTECT, related_name="reported_decisions", to="registry.modelversion"
                ),
            ),
        ],
        options={
            "ordering": ["-decided_at", "-pk"],
            "indexes": [
                models.Index(fields=["model_version", "-decided_at"], name="reported_decision_by_time"),
                models.Index(fields=["decided_at"], name="reported_decision_oldest"),
            ],
            "constraints": [
                models.UniqueConstraint(fields=("model_version", "external_id"), name="reported_decision_once")
            ],
        },
    ),
    *write_once("registry_decisionpurge"),
    Statements(sqlite=SQLITE, postgresql=POSTGRES),
]
