"""The log begins at its genesis, and the database guards it: no change, no deletion, no event out of order."""

from django.db import migrations

from platform_site.audit.chain import GENESIS
from platform_site.audit.triggers import Statements, write_once

SQLITE_LIFT = "DROP TRIGGER IF EXISTS audit_auditevent_next_only"
SQLITE_NEXT = """
CREATE TRIGGER audit_auditevent_next_only BEFORE INSERT ON audit_auditevent
WHEN NEW.sequence <> (SELECT COALESCE(MAX(sequence), 0) + 1 FROM audit_auditevent)
  OR NEW.previous_hash <> COALESCE((SELECT hash FROM audit_auditevent ORDER BY sequence DESC LIMIT 1), '{genesis}')
BEGIN SELECT RAISE(ABORT, 'audit_auditevent takes only the next event of the chain'); END;
"""
POSTGRES_NEXT = """
CREATE OR REPLACE FUNCTION plumbline_next_event_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last_sequence bigint; last_hash text;
BEGIN
  SELECT sequence, hash INTO last_sequence, last_hash FROM audit_auditevent ORDER BY sequence DESC LIMIT 1;
  IF NEW.sequence <> COALESCE(last_sequence, 0) + 1 OR NEW.previous_hash <> COALESCE(last_hash, '{genesis}') THEN
    RAISE EXCEPTION 'audit_auditevent takes only the next event of the chain'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""
POSTGRES_NEXT_TRIGGER = """
CREATE OR REPLACE TRIGGER audit_auditevent_next_only BEFORE INSERT ON audit_auditevent
  FOR EACH ROW EXECUTE FUNCTION plumbline_next_event_only();
"""


def begin(apps, schema_editor):
    apps.get_model("audit", "AuditHead").objects.create(pk=1, sequence=0, hash=GENESIS)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunPython(begin, migrations.RunPython.noop),
        *write_once("audit_auditevent"),
        Statements(
            sqlite=[SQLITE_LIFT, SQLITE_NEXT.format(genesis=GENESIS)],
            postgresql=[POSTGRES_NEXT.format(genesis=GENESIS), POSTGRES_NEXT_TRIGGER],
        ),
    ]
