"""The standard catalogue; and what is published is kept by the database itself."""

from django.db import migrations

from assessments.organizations.rules.catalogue import CAPABILITIES
from platform_site.audit.triggers import Statements

SQLITE = [
    f"""
CREATE TRIGGER assessments_assessment_no_{verb.lower()} BEFORE {verb} ON assessments_assessment
WHEN OLD.state = 'published'
BEGIN SELECT RAISE(ABORT, 'a published assessment is never changed or deleted'); END;
"""
    for verb in ("UPDATE", "DELETE")
] + [
    f"""
CREATE TRIGGER assessments_assessmentitem_no_{verb.lower()} BEFORE {verb} ON assessments_assessmentitem
WHEN EXISTS (SELECT 1 FROM assessments_assessment WHERE id IN ({rows}) AND state = 'published')
BEGIN SELECT RAISE(ABORT, 'an item of a published assessment is never changed or deleted'); END;
"""
    for verb, rows in (
        ("INSERT", "NEW.assessment_id"),
        ("UPDATE", "OLD.assessment_id, NEW.assessment_id"),
        ("DELETE", "OLD.assessment_id"),
    )
]
POSTGRESQL = [
    """
CREATE OR REPLACE FUNCTION plumbline_assessment_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'published' THEN
    RAISE EXCEPTION 'a published assessment is never changed or deleted'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
""",
    """
CREATE TRIGGER assessments_assessment_kept BEFORE UPDATE OR DELETE ON assessments_assessment
  FOR EACH ROW EXECUTE FUNCTION plumbline_assessment_is_kept();
""",
    """
CREATE OR REPLACE FUNCTION plumbline_assessment_item_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched bigint[];
BEGIN
  IF TG_OP <> 'INSERT' THEN touched := touched || OLD.assessment_id::bigint; END IF;
  IF TG_OP <> 'DELETE' THEN touched := touched || NEW.assessment_id::bigint; END IF;
  IF EXISTS (SELECT 1 FROM assessments_assessment WHERE id = ANY(touched) AND state = 'published') THEN
    RAISE EXCEPTION 'an item of a published assessment is never changed or deleted'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
""",
    """
CREATE TRIGGER assessments_assessmentitem_kept BEFORE INSERT OR UPDATE OR DELETE ON assessments_assessmentitem
  FOR EACH ROW EXECUTE FUNCTION plumbline_assessment_item_is_kept();
""",
]


def add_catalogue(apps, schema_editor):
    capability = apps.get_model("assessments", "Capability")
    for position, told in enumerate(CAPABILITIES.values(), start=1):
        capability.objects.create(
            name=told.name,
            group=str(told.group),
            description=told.description,
            default_priority=str(told.default_priority),
            position=position,
        )


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial")]
    operations = [
        migrations.RunPython(add_catalogue, migrations.RunPython.noop),
        Statements(sqlite=SQLITE, postgresql=POSTGRESQL),
    ]
