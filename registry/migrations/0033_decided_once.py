"""What was requested and decided stays so. On SQLite the migration of the fast lane rebuilt the tables of change requests and
revisions, which dropped their triggers; standing approvals have theirs from here on."""

from django.db import migrations

from platform_site.audit.triggers import Statements, write_once_columns

ASKED = (
    "model_id", "environment", "model_version_id", "base_id", "content", "plan", "digest", "parts", "impact",
    "gate_decision_id", "fast_lane", "reason", "requested_by", "requested_at", "expires_at",
)  # fmt: skip
TERMS = (
    "model_id", "environment", "limits", "most_points", "same_recipe", "policies", "baseline", "digest", "reason",
    "requested_by", "requested_at", "until",
)  # fmt: skip
STANDS = "('approved', 'revoked', 'replaced')"
ENDED = "OLD.state IN ('rejected', 'withdrawn', 'revoked', 'replaced')"
REDECIDED = "(OLD.state = 'approved' AND (NEW.decided_by <> OLD.decided_by OR NEW.decided_at <> OLD.decided_at))"
COVERED = f"""
  (NEW.covered_by_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM registry_changerequest
    WHERE id = NEW.covered_by_id AND state = 'approved' AND model_id = NEW.model_id AND environment = NEW.environment
  )) OR (NEW.standing_approval_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM registry_standingapproval
    WHERE id = NEW.standing_approval_id AND state IN {STANDS} AND model_id = NEW.model_id
      AND environment = NEW.environment
  ))
"""
REQUEST, REVISION, STANDING = (
    "registry_changerequest_decided", "registry_servingrevision_covered", "registry_standingapproval_decided",
)  # fmt: skip
SQLITE = [
    *(f"DROP TRIGGER IF EXISTS {name}" for name in (REQUEST, REVISION, STANDING)),
    f"""
CREATE TRIGGER {REQUEST} BEFORE UPDATE ON registry_changerequest WHEN OLD.state <> 'waiting'
BEGIN SELECT RAISE(ABORT, 'registry_changerequest is decided once: a decision is never changed'); END;
""",
    f"""
CREATE TRIGGER {REVISION} BEFORE INSERT ON registry_servingrevision WHEN {COVERED}
BEGIN SELECT RAISE(ABORT, 'registry_servingrevision: only an approval of this model and environment covers it'); END;
""",
    f"""
CREATE TRIGGER {STANDING} BEFORE UPDATE ON registry_standingapproval WHEN {ENDED} OR {REDECIDED}
BEGIN SELECT RAISE(ABORT, 'registry_standingapproval is decided once: a decision is never changed'); END;
""",
]
POSTGRESQL = [
    f"""
CREATE OR REPLACE FUNCTION plumbline_covered_by_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {COVERED} THEN
    RAISE EXCEPTION '%: only an approval of this model and environment covers it', TG_TABLE_NAME
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
""",
    f"""
CREATE OR REPLACE TRIGGER {STANDING} BEFORE UPDATE ON registry_standingapproval
  FOR EACH ROW WHEN ({ENDED} OR {REDECIDED}) EXECUTE FUNCTION plumbline_decided_once();
""",
]


class Migration(migrations.Migration):
    dependencies = [("registry", "0032_alerts_held")]
    operations = [
        *write_once_columns("registry_changerequest", ASKED),
        *write_once_columns("registry_standingapproval", TERMS),
        Statements(sqlite=SQLITE, postgresql=POSTGRESQL),
    ]
