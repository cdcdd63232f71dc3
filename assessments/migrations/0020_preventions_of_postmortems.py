"""A postmortem names one or more capabilities that would have prevented it, each with the moment; older ones keep their one."""

import django.db.models.deletion
from django.db import migrations, models

from platform_site.audit.triggers import Statements

MOMENTS = [
    ("pull_request", "pull request"), ("registration", "registration"), ("deployment", "deployment"), ("serving", "serving"),
]  # fmt: skip
SQLITE = [
    f"""
CREATE TRIGGER assessments_otherprevention_no_{verb.lower()} BEFORE {verb} ON assessments_otherprevention
WHEN EXISTS (SELECT 1 FROM assessments_postmortem WHERE id IN ({rows}) AND state = 'published')
BEGIN SELECT RAISE(ABORT, 'a prevention of a published postmortem is never changed or deleted'); END;
"""
    for verb, rows in (
        ("INSERT", "NEW.postmortem_id"),
        ("UPDATE", "OLD.postmortem_id, NEW.postmortem_id"),
        ("DELETE", "OLD.postmortem_id"),
    )
]
POSTGRESQL = [
    """
CREATE OR REPLACE FUNCTION plumbline_postmortem_prevention_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched bigint[];
BEGIN
  IF TG_OP <> 'INSERT' THEN touched := touched || OLD.postmortem_id::bigint; END IF;
  IF TG_OP <> 'DELETE' THEN touched := touched || NEW.postmortem_id::bigint; END IF;
  IF EXISTS (SELECT 1 FROM assessments_postmortem WHERE id = ANY(touched) AND state = 'published') THEN
    RAISE EXCEPTION 'a prevention of a published postmortem is never changed or deleted'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
""",
    """
CREATE TRIGGER assessments_otherprevention_kept BEFORE INSERT OR UPDATE OR DELETE ON assessments_otherprevention
  FOR EACH ROW EXECUTE FUNCTION plumbline_postmortem_prevention_is_kept();
""",
]


class Migration(migrations.Migration):
    dependencies = [("assessments", "0019_ends_of_runs_merged_answers_and_served_releases")]
    operations = [
        migrations.AddField(  # null: SQLite adds the column in place, so the triggers of the table stay
            "postmortem",
            "moment",
            models.CharField(
                blank=True, choices=MOMENTS, help_text="When it would have been seen.", max_length=16, null=True
            ),
        ),
        migrations.CreateModel(
            name="OtherPrevention",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mechanism", models.TextField(max_length=4000)),
                ("moment", models.CharField(choices=MOMENTS, max_length=16)),
                (
                    "capability",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assessments.capability"
                    ),
                ),
                (
                    "postmortem",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="other_preventions",
                        to="assessments.postmortem",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("postmortem", "capability"), name="prevention_named_once")
                ],
            },
        ),
        Statements(sqlite=SQLITE, postgresql=POSTGRESQL),
    ]
