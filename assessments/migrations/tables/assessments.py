"""Assessments, the rubrics that judge them, and the results computed from them."""

from django.db import migrations, models

from platform_site.audit.triggers import Statements, write_once

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

OPERATIONS = [
    migrations.CreateModel(
        name="Rubric",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("number", models.PositiveIntegerField(help_text="Counts from 1 in each organization.")),
            ("content", models.JSONField(help_text="The levels, the lowest first: level, label, requires.")),
            ("reason", models.CharField(max_length=500)),
            ("made_by", models.CharField(max_length=150)),
            ("made_at", models.DateTimeField()),
            (
                "organization",
                models.ForeignKey(on_delete=models.PROTECT, related_name="rubrics", to="assessments.organization"),
            ),
        ],
        options={
            "ordering": ["-number"],
            "constraints": [models.UniqueConstraint(fields=("organization", "number"), name="rubric_numbered_once")],
        },
    ),
    migrations.CreateModel(
        name="Assessment",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("assessed_on", models.DateField()),
            ("model_count", models.PositiveIntegerField(blank=True, null=True)),
            ("team_count", models.PositiveIntegerField(blank=True, null=True)),
            (
                "state",
                models.CharField(
                    choices=[("draft", "Draft"), ("published", "Published")], default="draft", max_length=16
                ),
            ),
            ("created_by", models.CharField(max_length=150)),
            ("created_at", models.DateTimeField()),
            ("published_by", models.CharField(blank=True, max_length=150)),
            ("published_at", models.DateTimeField(blank=True, null=True)),
            (
                "corrects",
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=models.PROTECT,
                    related_name="corrected_by",
                    to="assessments.assessment",
                ),
            ),
            (
                "organization",
                models.ForeignKey(on_delete=models.PROTECT, related_name="assessments", to="assessments.organization"),
            ),
            (
                "rubric",
                models.ForeignKey(
                    blank=True,
                    help_text="The levels it is judged by. Empty: the standard rubric.",
                    null=True,
                    on_delete=models.PROTECT,
                    related_name="assessments",
                    to="assessments.rubric",
                ),
            ),
        ],
        options={
            "ordering": ["-assessed_on", "-pk"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("published_at__isnull", True), ("state", "draft")),
                        models.Q(("published_at__isnull", False), ("state", "published")),
                        _connector="OR",
                    ),
                    name="assessment_published_has_its_time",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="AssessmentItem",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "status",
                models.CharField(
                    choices=[
                        ("implemented", "implemented"),
                        ("partial", "partial"),
                        ("missing", "missing"),
                        ("not_applicable", "not_applicable"),
                    ],
                    default="missing",
                    max_length=16,
                ),
            ),
            (
                "priority",
                models.CharField(
                    choices=[("critical", "critical"), ("high", "high"), ("medium", "medium"), ("low", "low")],
                    default="medium",
                    max_length=16,
                ),
            ),
            ("notes", models.TextField(blank=True, max_length=4000)),
            ("evidence_url", models.URLField(blank=True, max_length=500)),
            (
                "assessment",
                models.ForeignKey(on_delete=models.PROTECT, related_name="items", to="assessments.assessment"),
            ),
            ("capability", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="assessments.capability")),
            (
                "revision",
                models.PositiveIntegerField(default=0, help_text="How often it was stated; 0: nobody touched it."),
            ),
            ("stated_by", models.CharField(blank=True, max_length=150)),
            ("stated_at", models.DateTimeField(blank=True, null=True)),
        ],
        options={
            "ordering": ["capability__position", "capability__name"],
            "constraints": [
                models.UniqueConstraint(fields=("assessment", "capability"), name="assessment_item_capability_once")
            ],
        },
    ),
    migrations.CreateModel(
        name="TriggerEvaluation",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("facts", models.JSONField(help_text="What was known; null where nobody knew.")),
            ("measured", models.JSONField(help_text="The facts that were measured rather than said.")),
            (
                "result",
                models.JSONField(help_text="The conditions, the verdict, what presses most, which plan would fit."),
            ),
            ("evaluated_by", models.CharField(max_length=150)),
            ("evaluated_at", models.DateTimeField()),
            (
                "organization",
                models.ForeignKey(
                    on_delete=models.PROTECT, related_name="trigger_evaluations", to="assessments.organization"
                ),
            ),
        ],
        options={
            "ordering": ["-evaluated_at", "-pk"],
        },
    ),
    migrations.CreateModel(
        name="TriagePlan",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("window_start", models.DateTimeField()),
            ("window_end", models.DateTimeField()),
            ("before", models.JSONField(help_text="Each type with its tickets and engineering hours in the window.")),
            ("reductions", models.JSONField(help_text="The share of each type to remove, 0 to 1.")),
            ("made_by", models.CharField(max_length=150)),
            ("made_at", models.DateTimeField()),
            (
                "assessment",
                models.ForeignKey(on_delete=models.PROTECT, related_name="triage_plans", to="assessments.assessment"),
            ),
        ],
        options={
            "ordering": ["-made_at", "-pk"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("window_end__gt", models.F("window_start"))), name="triage_plan_window_opens"
                )
            ],
        },
    ),
    *write_once("assessments_rubric", "assessments_triggerevaluation", "assessments_triageplan"),
    Statements(sqlite=SQLITE, postgresql=POSTGRESQL),
]
