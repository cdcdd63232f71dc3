"""What serves where: revisions, requests that wait, rollouts and deployments; what is written or decided stays so."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from platform_site.audit.triggers import Statements, write_once, write_once_columns

ASKED = (
    "model_id", "environment", "model_version_id", "base_id", "content", "plan", "digest", "parts", "impact",
    "gate_decision_id", "reason", "requested_by", "requested_at", "expires_at",
)  # fmt: skip
PLANNED = (
    "model_id", "environment", "model_version_id", "content", "base_id", "steps", "change_request_id", "begun_by",
    "begun_at",
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


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0007_regulated"),
    ]

    operations = [
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
                        help_text="Of base, content and plan: what an approval is for.",
                        max_length=64,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[0-9a-f]{64}\\Z", "Give a SHA-256: 64 lower-case hex digits."
                            )
                        ],
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.gatedecision",
                    ),
                ),
                (
                    "model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="change_requests",
                        to="registry.registeredmodel",
                    ),
                ),
                (
                    "model_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="change_requests",
                        to="registry.modelversion",
                    ),
                ),
            ],
            options={
                "ordering": ["-requested_at", "-pk"],
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="registry.changerequest",
                    ),
                ),
                (
                    "model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="registry.registeredmodel",
                    ),
                ),
                (
                    "restores",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.servingrevision",
                    ),
                ),
            ],
            options={
                "ordering": ["model_id", "environment", "-number"],
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
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shares", to="registry.modelversion"
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shares",
                        to="registry.servingrevision",
                    ),
                ),
            ],
            options={
                "ordering": ["-percent", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Rollout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("environment", models.CharField(max_length=63)),
                ("content", models.JSONField(help_text="What serves once all steps are taken.")),
                ("steps", models.JSONField(help_text="Each with percent and hold_minutes.")),
                ("position", models.PositiveSmallIntegerField(default=0, help_text="How many steps were taken.")),
                (
                    "due_at",
                    models.DateTimeField(
                        blank=True, help_text="When the hold of the last step taken is over.", null=True
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("stopped", "Stopped"),
                            ("finished", "Finished"),
                            ("aborted", "Aborted"),
                        ],
                        default="running",
                        max_length=16,
                    ),
                ),
                ("stopped_because", models.TextField(blank=True, max_length=4000)),
                ("begun_by", models.CharField(max_length=150)),
                ("begun_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "change_request",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rollout",
                        to="registry.changerequest",
                    ),
                ),
                (
                    "model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rollouts",
                        to="registry.registeredmodel",
                    ),
                ),
                (
                    "model_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rollouts", to="registry.modelversion"
                    ),
                ),
                (
                    "base",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.servingrevision",
                    ),
                ),
            ],
            options={
                "ordering": ["-begun_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Deployment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("change", "Change"), ("rollout_step", "Step"), ("rollback", "Rollback")],
                        max_length=16,
                    ),
                ),
                ("rehearsal", models.BooleanField(default=False)),
                (
                    "traffic_percent",
                    models.PositiveSmallIntegerField(help_text="What the model version serves with it."),
                ),
                ("arrives", models.BooleanField(default=False, help_text="The version had no traffic here before.")),
                ("reason", models.TextField(blank=True, max_length=4000)),
                ("made_by", models.CharField(max_length=150)),
                ("made_at", models.DateTimeField()),
                (
                    "gate_decision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deployments",
                        to="registry.gatedecision",
                    ),
                ),
                (
                    "model_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deployments",
                        to="registry.modelversion",
                    ),
                ),
                (
                    "rollout",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deployments",
                        to="registry.rollout",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deployments",
                        to="registry.servingrevision",
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="changerequest",
            name="base",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registry.servingrevision",
            ),
        ),
        migrations.AddIndex(
            model_name="servingrevision",
            index=models.Index(fields=["made_at"], name="serving_revision_by_time"),
        ),
        migrations.AddConstraint(
            model_name="servingrevision",
            constraint=models.UniqueConstraint(
                fields=("model", "environment", "number"), name="serving_revision_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="servingrevision",
            constraint=models.CheckConstraint(
                condition=models.Q(("impact__lt", 100), ("covered_by__isnull", False), _connector="OR"),
                name="serving_revision_large_is_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="servedshare",
            constraint=models.UniqueConstraint(fields=("revision", "model_version"), name="served_share_once"),
        ),
        migrations.AddConstraint(
            model_name="servedshare",
            constraint=models.CheckConstraint(
                condition=models.Q(("percent__gte", 1), ("percent__lte", 100)), name="served_share_is_a_percentage"
            ),
        ),
        migrations.AddIndex(
            model_name="rollout",
            index=models.Index(fields=["state", "due_at"], name="rollout_by_due"),
        ),
        migrations.AddConstraint(
            model_name="rollout",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["running", "stopped"])),
                fields=("model", "environment"),
                name="rollout_under_way_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="rollout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_at__isnull", False), ("state", "running")),
                    models.Q(("state", "running"), _negated=True),
                    _connector="OR",
                ),
                name="rollout_running_is_due_some_time",
            ),
        ),
        migrations.AddIndex(
            model_name="deployment",
            index=models.Index(fields=["made_at"], name="deployment_by_time"),
        ),
        migrations.AddConstraint(
            model_name="deployment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("rehearsal", False)), fields=("revision",), name="revision_deployed_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="deployment",
            constraint=models.CheckConstraint(
                condition=models.Q(("rehearsal", False), ("kind", "rollback"), _connector="OR"),
                name="deployment_only_rollbacks_are_rehearsed",
            ),
        ),
        migrations.AddIndex(
            model_name="changerequest",
            index=models.Index(fields=["state", "expires_at"], name="change_request_by_state"),
        ),
        migrations.AddConstraint(
            model_name="changerequest",
            constraint=models.CheckConstraint(
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
        ),
        migrations.AddConstraint(
            model_name="changerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["approved", "rejected"]), _negated=True),
                    models.Q(("decided_by__in", ["", "system"]), _negated=True),
                    _connector="OR",
                ),
                name="change_request_decided_by_a_named_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="changerequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("requested_at"))),
                name="change_request_ends_after_it_began",
            ),
        ),
        migrations.AddConstraint(
            model_name="changerequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")),
                fields=("model", "environment", "digest"),
                name="change_request_waits_once",
            ),
        ),
        *write_once("registry_servingrevision", "registry_servedshare", "registry_deployment"),
        *write_once_columns("registry_changerequest", ASKED),
        *write_once_columns("registry_rollout", PLANNED),
        Statements(
            sqlite=[DECIDED_SQLITE, COVERED_SQLITE],
            postgresql=[DECIDED_POSTGRESQL, COVERED_FUNCTION, COVERED_POSTGRESQL],
        ),
    ]
