"""Change requests, serving revisions and how much each model version serves."""

from django.core.validators import RegexValidator
from django.db import migrations, models

from platform_site.audit.triggers import Statements, write_once, write_once_columns

HEX_64 = RegexValidator("^[0-9a-f]{64}\\Z", "Give a SHA-256: 64 lower-case hex digits.")
ASKED = (
    "model_id", "environment", "model_version_id", "base_id", "content", "plan", "digest", "parts", "impact",
    "gate_decision_id", "reason", "requested_by", "requested_at", "expires_at",
)  # fmt: skip
DECIDED_SQLITE = """
CREATE TRIGGER registry_changerequest_decided BEFORE UPDATE ON registry_changerequest WHEN OLD.state <> 'waiting'
BEGIN SELECT RAISE(ABORT, 'registry_changerequest is decided once: a decision is never changed'); END;
"""
DECIDED_POSTGRESQL = """
CREATE TRIGGER registry_changerequest_decided BEFORE UPDATE ON registry_changerequest
  FOR EACH ROW WHEN (OLD.state <> 'waiting') EXECUTE FUNCTION plumbline_decided_once();
"""
COVERED_SQLITE = """
CREATE TRIGGER registry_servingrevision_covered BEFORE INSERT ON registry_servingrevision
WHEN NEW.covered_by_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM registry_changerequest
  WHERE id = NEW.covered_by_id AND state = 'approved' AND model_id = NEW.model_id AND environment = NEW.environment
)
BEGIN SELECT RAISE(ABORT, 'registry_servingrevision: only an approval of this model and environment covers it'); END;
"""
COVERED_FUNCTION = """
CREATE OR REPLACE FUNCTION plumbline_covered_by_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.covered_by_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM registry_changerequest
    WHERE id = NEW.covered_by_id AND state = 'approved' AND model_id = NEW.model_id AND environment = NEW.environment
  ) THEN
    RAISE EXCEPTION '%: only an approval of this model and environment covers it', TG_TABLE_NAME
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""
COVERED_POSTGRESQL = """
CREATE TRIGGER registry_servingrevision_covered BEFORE INSERT ON registry_servingrevision
  FOR EACH ROW EXECUTE FUNCTION plumbline_covered_by_approval();
"""

OPERATIONS = [
    migrations.CreateModel(
        name="ChangeRequest",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("environment", models.CharField(max_length=63)),
            ("content", models.JSONField(help_text="What would serve: weights, thresholds, pins.")),
            (
                "plan",
                models.JSONField(blank=True, help_text="The steps of a rollout: percent, hold_minutes.", null=True),
            ),
            (
                "digest",
                models.CharField(
                    help_text="Of base, content and plan: what an approval is for.", max_length=64, validators=[HEX_64]
                ),
            ),
            ("parts", models.JSONField(help_text="What makes up its impact.")),
            ("impact", models.PositiveIntegerField(help_text="Of its largest part; 100 is held.")),
            ("reason", models.TextField(blank=True, max_length=4000)),
            ("requested_by", models.CharField(max_length=150)),
            ("requested_at", models.DateTimeField()),
            ("expires_at", models.DateTimeField()),
            ("reminded_at", models.DateTimeField(blank=True, null=True)),
            (
                "state",
                models.CharField(
                    choices=[
                        ("waiting", "Waiting"),
                        ("approved", "Approved"),
                        ("rejected", "Rejected"),
                        ("withdrawn", "Withdrawn"),
                        ("stale", "Stale"),
                        ("expired", "Expired"),
                    ],
                    default="waiting",
                    max_length=16,
                ),
            ),
            ("decided_by", models.CharField(blank=True, max_length=150)),
            ("decided_at", models.DateTimeField(blank=True, null=True)),
            ("decision_reason", models.TextField(blank=True, max_length=4000)),
            (
                "gate_decision",
                models.ForeignKey(
                    blank=True, null=True, on_delete=models.PROTECT, related_name="+", to="registry.gatedecision"
                ),
            ),
            (
                "model",
                models.ForeignKey(
                    on_delete=models.PROTECT, related_name="change_requests", to="registry.registeredmodel"
                ),
            ),
            (
                "model_version",
                models.ForeignKey(on_delete=models.PROTECT, related_name="change_requests", to="registry.modelversion"),
            ),
        ],
        options={
            "ordering": ["-requested_at", "-pk"],
            "indexes": [models.Index(fields=["state", "expires_at"], name="change_request_by_state")],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("decided_at__isnull", True), ("state", "waiting")),
                        models.Q(
                            ("decided_at__isnull", False),
                            ("state__in", ["approved", "rejected"]),
                            models.Q(("decided_by", models.F("requested_by")), _negated=True),
                        ),
                        models.Q(("decided_at__isnull", False), ("state__in", ["withdrawn", "stale", "expired"])),
                        _connector="OR",
                    ),
                    name="change_request_decided_by_another_person",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("state__in", ["approved", "rejected"]), _negated=True),
                        models.Q(("decided_by__in", ["", "system"]), _negated=True),
                        _connector="OR",
                    ),
                    name="change_request_decided_by_a_named_person",
                ),
                models.CheckConstraint(
                    condition=models.Q(("expires_at__gt", models.F("requested_at"))),
                    name="change_request_ends_after_it_began",
                ),
                models.UniqueConstraint(
                    condition=models.Q(("state", "waiting")),
                    fields=("model", "environment", "digest"),
                    name="change_request_waits_once",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ServingRevision",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("environment", models.CharField(max_length=63)),
            ("number", models.PositiveIntegerField(help_text="1, 2, 3 …; the highest one serves.")),
            ("thresholds", models.JSONField(default=dict)),
            ("parts", models.JSONField(default=list, help_text="What changed, and what makes up its impact.")),
            ("impact", models.PositiveIntegerField(help_text="Of its largest part; 100 needs an approval.")),
            ("made_by", models.CharField(max_length=150)),
            ("made_at", models.DateTimeField()),
            (
                "covered_by",
                models.ForeignKey(
                    blank=True,
                    help_text="The approval that this content stands on; empty for a change too small to need one.",
                    null=True,
                    on_delete=models.PROTECT,
                    related_name="revisions",
                    to="registry.changerequest",
                ),
            ),
            (
                "model",
                models.ForeignKey(on_delete=models.PROTECT, related_name="revisions", to="registry.registeredmodel"),
            ),
            (
                "restores",
                models.ForeignKey(
                    blank=True, null=True, on_delete=models.PROTECT, related_name="+", to="registry.servingrevision"
                ),
            ),
        ],
        options={
            "ordering": ["model_id", "environment", "-number"],
            "indexes": [models.Index(fields=["made_at"], name="serving_revision_by_time")],
            "constraints": [
                models.UniqueConstraint(fields=("model", "environment", "number"), name="serving_revision_number_once"),
                models.CheckConstraint(
                    condition=models.Q(("impact__lt", 100), ("covered_by__isnull", False), _connector="OR"),
                    name="serving_revision_large_is_approved",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ServedShare",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("percent", models.PositiveSmallIntegerField()),
            ("pins", models.JSONField(default=dict, help_text="{feature: version} that serving computes here.")),
            (
                "model_version",
                models.ForeignKey(on_delete=models.PROTECT, related_name="shares", to="registry.modelversion"),
            ),
            (
                "revision",
                models.ForeignKey(on_delete=models.PROTECT, related_name="shares", to="registry.servingrevision"),
            ),
        ],
        options={
            "ordering": ["-percent", "pk"],
            "constraints": [
                models.UniqueConstraint(fields=("revision", "model_version"), name="served_share_once"),
                models.CheckConstraint(
                    condition=models.Q(("percent__gte", 1), ("percent__lte", 100)), name="served_share_is_a_percentage"
                ),
            ],
        },
    ),
    migrations.AddField(
        model_name="changerequest",
        name="base",
        field=models.ForeignKey(
            blank=True, null=True, on_delete=models.PROTECT, related_name="+", to="registry.servingrevision"
        ),
    ),
    *write_once("registry_servingrevision", "registry_servedshare"),
    *write_once_columns("registry_changerequest", ASKED),
    Statements(
        sqlite=[DECIDED_SQLITE, COVERED_SQLITE],
        postgresql=[DECIDED_POSTGRESQL, COVERED_FUNCTION, COVERED_POSTGRESQL],
    ),
]
