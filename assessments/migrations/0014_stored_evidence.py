"""Evidence is stored with its assessment at publication; an item knows whether somebody chose its priority."""

import django.db.models.deletion
from django.db import migrations, models

from assessments.migrations.tables import assessments
from platform_site.audit.triggers import SQLITE_LIFT, Statements, write_once

ITEM_TRIGGERS = [statement for statement in assessments.SQLITE if "assessments_assessmentitem" in statement]
VERBS = ("insert", "update", "delete")
SQLITE = """
CREATE TRIGGER assessments_assessmentevidence_no_later BEFORE INSERT ON assessments_assessmentevidence
WHEN EXISTS (SELECT 1 FROM assessments_assessment WHERE id = NEW.assessment_id AND state = 'published')
BEGIN SELECT RAISE(ABORT, 'evidence is stored when an assessment is published, never later'); END;
"""
POSTGRESQL = [
    """
CREATE OR REPLACE FUNCTION plumbline_evidence_is_not_late() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM assessments_assessment WHERE id = NEW.assessment_id AND state = 'published') THEN
    RAISE EXCEPTION 'evidence is stored when an assessment is published, never later'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
""",
    """
CREATE OR REPLACE TRIGGER assessments_assessmentevidence_no_later BEFORE INSERT ON assessments_assessmentevidence
  FOR EACH ROW EXECUTE FUNCTION plumbline_evidence_is_not_late();
""",
]


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_squashed_0013_postmortems")]
    operations = [
        migrations.AddField(
            "assessmentitem",
            "priority_chosen",
            models.BooleanField(
                default=False,
                help_text="Somebody chose it for the gap; otherwise it follows the catalogue when a gap opens.",
            ),
        ),
        Statements(  # SQLite rebuilt the table of items
            sqlite=[
                *(SQLITE_LIFT.format(name=f"assessments_assessmentitem_no_{verb}") for verb in VERBS),
                *ITEM_TRIGGERS,
            ],
            postgresql=[],
        ),
        migrations.CreateModel(
            name="AssessmentEvidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "numerator",
                    models.PositiveIntegerField(blank=True, help_text="Empty: nothing measures it.", null=True),
                ),
                ("denominator", models.PositiveIntegerField(blank=True, null=True)),
                ("counted", models.CharField(blank=True, help_text="What the denominator counts.", max_length=120)),
                (
                    "seen",
                    models.PositiveIntegerField(
                        blank=True, help_text="Production models in the denominator.", null=True
                    ),
                ),
                (
                    "stated",
                    models.PositiveIntegerField(
                        blank=True, help_text="Production models that people stated.", null=True
                    ),
                ),
                (
                    "without",
                    models.JSONField(default=list, help_text="The first records that lacked it, by name."),
                ),
                ("unmeasured_because", models.CharField(blank=True, max_length=300)),
                ("stored_at", models.DateTimeField()),
                (
                    "assessment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "capability",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assessments.capability"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "assessment evidence",
                "ordering": ["capability__position", "capability__name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("assessment", "capability"), name="assessment_evidence_capability_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("denominator__isnull", True), ("numerator__isnull", True)),
                            ("numerator__lte", models.F("denominator")),
                            _connector="OR",
                        ),
                        name="assessment_evidence_counts_a_part",
                    ),
                ],
            },
        ),
        *write_once("assessments_assessmentevidence"),
        Statements(sqlite=[SQLITE], postgresql=POSTGRESQL),
    ]
