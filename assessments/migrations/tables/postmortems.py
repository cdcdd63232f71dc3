"""Postmortems and what they refer to."""

from django.db import migrations, models

from platform_site.audit.triggers import Statements

SQLITE = [
    f"""
CREATE TRIGGER assessments_postmortem_no_{verb.lower()} BEFORE {verb} ON assessments_postmortem
WHEN OLD.state = 'published'
BEGIN SELECT RAISE(ABORT, 'a published postmortem is never changed or deleted'); END;
"""
    for verb in ("UPDATE", "DELETE")
] + [
    f"""
CREATE TRIGGER assessments_postmortemlink_no_{verb.lower()} BEFORE {verb} ON assessments_postmortemlink
WHEN EXISTS (SELECT 1 FROM assessments_postmortem WHERE id IN ({rows}) AND state = 'published')
BEGIN SELECT RAISE(ABORT, 'a link of a published postmortem is never changed or deleted'); END;
"""
    for verb, rows in (
        ("INSERT", "NEW.postmortem_id"),
        ("UPDATE", "OLD.postmortem_id, NEW.postmortem_id"),
        ("DELETE", "OLD.postmortem_id"),
    )
]
POSTGRESQL = [
    """
CREATE OR REPLACE FUNCTION plumbline_postmortem_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'published' THEN
    RAISE EXCEPTION 'a published postmortem is never changed or deleted'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
""",
    """
CREATE TRIGGER assessments_postmortem_kept BEFORE UPDATE OR DELETE ON assessments_postmortem
  FOR EACH ROW EXECUTE FUNCTION plumbline_postmortem_is_kept();
""",
    """
CREATE OR REPLACE FUNCTION plumbline_postmortem_link_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched bigint[];
BEGIN
  IF TG_OP <> 'INSERT' THEN touched := touched || OLD.postmortem_id::bigint; END IF;
  IF TG_OP <> 'DELETE' THEN touched := touched || NEW.postmortem_id::bigint; END IF;
  IF EXISTS (SELECT 1 FROM assessments_postmortem WHERE id = ANY(touched) AND state = 'published') THEN
    RAISE EXCEPTION 'a link of a published postmortem is never changed or deleted'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
""",
    """
CREATE TRIGGER assessments_postmortemlink_kept BEFORE INSERT OR UPDATE OR DELETE ON assessments_postmortemlink
  FOR EACH ROW EXECUTE FUNCTION plumbline_postmortem_link_is_kept();
""",
]

OPERATIONS = [
    migrations.CreateModel(
        name="Postmortem",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("title", models.CharField(max_length=200)),
            (
                "classification",
                models.CharField(
                    choices=[
                        ("data_quality", "data_quality"),
                        ("platform_design", "platform_design"),
                        ("individual_team", "individual_team"),
                    ],
                    max_length=20,
                ),
            ),
            ("what_happened", models.TextField(max_length=8000)),
            ("prevention", models.TextField(help_text="How that capability would have prevented it.", max_length=4000)),
            ("happened_at", models.DateTimeField()),
            ("would_have_been_seen_at", models.DateTimeField(help_text="With the capability in place.")),
            ("seen_at", models.DateTimeField()),
            ("lesson_1", models.TextField(max_length=1000)),
            ("lesson_2", models.TextField(max_length=1000)),
            ("lesson_3", models.TextField(max_length=1000)),
            (
                "state",
                models.CharField(
                    choices=[("draft", "Draft"), ("published", "Published")],
                    default="draft",
                    editable=False,
                    max_length=16,
                ),
            ),
            ("sample", models.BooleanField(default=False, editable=False)),
            ("written_by", models.CharField(editable=False, max_length=150)),
            ("written_at", models.DateTimeField(editable=False)),
            ("published_by", models.CharField(blank=True, editable=False, max_length=150)),
            ("published_at", models.DateTimeField(blank=True, editable=False, null=True)),
            (
                "capability",
                models.ForeignKey(
                    help_text="The one that would have prevented it, or would have shown it first.",
                    on_delete=models.PROTECT,
                    related_name="postmortems",
                    to="assessments.capability",
                ),
            ),
            (
                "corrects",
                models.ForeignKey(
                    blank=True,
                    editable=False,
                    null=True,
                    on_delete=models.PROTECT,
                    related_name="corrected_by",
                    to="assessments.postmortem",
                ),
            ),
            (
                "organization",
                models.ForeignKey(on_delete=models.PROTECT, related_name="postmortems", to="assessments.organization"),
            ),
        ],
        options={
            "ordering": ["-happened_at", "-pk"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("lesson_1", ""), _negated=True),
                        models.Q(("lesson_2", ""), _negated=True),
                        models.Q(("lesson_3", ""), _negated=True),
                    ),
                    name="postmortem_has_three_lessons",
                    violation_error_message="A postmortem has exactly 3 lessons.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("would_have_been_seen_at__gte", models.F("happened_at"))),
                    name="postmortem_not_seen_before_it_happened",
                    violation_error_message="Nothing is seen before it happened: mend when it would have been seen.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("seen_at__gte", models.F("would_have_been_seen_at"))),
                    name="postmortem_capability_not_later",
                    violation_error_message="With the capability it would have been seen no later than it was.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("published_at__isnull", True), ("state", "draft")),
                        models.Q(("published_at__isnull", False), ("state", "published")),
                        _connector="OR",
                    ),
                    name="postmortem_published_has_its_time",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="PostmortemLink",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "kind",
                models.CharField(
                    choices=[("feature", "feature"), ("model", "model"), ("check", "check"), ("run", "run")],
                    max_length=16,
                ),
            ),
            (
                "name",
                models.CharField(help_text="A feature's or model's name, a check's or run's number.", max_length=128),
            ),
            (
                "version",
                models.CharField(blank=True, help_text="Of a feature or model; empty: all of it.", max_length=128),
            ),
            (
                "postmortem",
                models.ForeignKey(on_delete=models.PROTECT, related_name="links", to="assessments.postmortem"),
            ),
        ],
        options={
            "ordering": ["pk"],
            "indexes": [models.Index(fields=["kind", "name"], name="postmortem_link_by_name")],
            "constraints": [
                models.UniqueConstraint(fields=("postmortem", "kind", "name", "version"), name="postmortem_link_once")
            ],
        },
    ),
    Statements(sqlite=SQLITE, postgresql=POSTGRESQL),
]
