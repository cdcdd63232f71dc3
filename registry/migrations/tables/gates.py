"""Decisions of gates, the settings, policies and overrides behind them, and changes of stage."""

from django.core.validators import RegexValidator
from django.db import migrations, models

from platform_site.audit.triggers import Statements, write_once, write_once_columns

NAME = RegexValidator(
    "^[a-z][a-z0-9_]{0,127}\\Z", "Write a lower-case letter, then lower-case letters, digits and _, at most 128 in all."
)
ASKED = ("model_version_id", "causes", "reason", "requested_by", "requested_at", "expires_at")
DECIDED_SQLITE = """
CREATE TRIGGER registry_override_decided BEFORE UPDATE ON registry_override WHEN OLD.state <> 'requested'
BEGIN SELECT RAISE(ABORT, 'registry_override is decided once: a decision is never changed'); END;
"""
DECIDED_FUNCTION = """
CREATE OR REPLACE FUNCTION plumbline_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is decided once: a decision is never changed', TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
DECIDED_POSTGRESQL = """
CREATE TRIGGER registry_override_decided BEFORE UPDATE ON registry_override
  FOR EACH ROW WHEN (OLD.state <> 'requested') EXECUTE FUNCTION plumbline_decided_once();
"""

OPERATIONS = [
    migrations.CreateModel(
        name="GateDecision",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "gate",
                models.CharField(
                    choices=[("deployment", "Deployment"), ("promotion", "Promotion"), ("policy", "Policy")],
                    max_length=16,
                ),
            ),
            ("decision", models.CharField(choices=[("PROCEED", "PROCEED"), ("BLOCKED", "BLOCKED")], max_length=16)),
            ("conflicts", models.JSONField(default=list)),
            ("reasons", models.JSONField(default=list)),
            ("ways_out", models.JSONField(default=list)),
            ("decided_by", models.CharField(max_length=150)),
            ("decided_at", models.DateTimeField()),
            (
                "model_version",
                models.ForeignKey(on_delete=models.PROTECT, related_name="gate_decisions", to="registry.modelversion"),
            ),
            (
                "checks",
                models.JSONField(default=list, help_text="Each policy check: threshold, observed value, outcome."),
            ),
            (
                "overridden",
                models.JSONField(default=list, help_text="What would have closed it, and the override that covers it."),
            ),
            (
                "rests_on",
                models.JSONField(
                    blank=True,
                    help_text="How many features were compared by definition, by parity, by nothing.",
                    null=True,
                ),
            ),
            (
                "open_alerts",
                models.JSONField(default=list, help_text="The open alerts of serving skew that did not block."),
            ),
        ],
        options={
            "ordering": ["-decided_at", "-pk"],
            "indexes": [models.Index(fields=["decided_at"], name="gate_decision_by_time")],
        },
    ),
    migrations.CreateModel(
        name="GatePolicy",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "name",
                models.CharField(
                    help_text="Write a lower-case letter, then lower-case letters, digits and _, at most 128 in all.",
                    max_length=128,
                    validators=[NAME],
                ),
            ),
            ("number", models.PositiveIntegerField(help_text="1, 2, 3 …; the highest one holds.")),
            ("model_type", models.CharField(blank=True, help_text="Empty: every type.", max_length=64)),
            (
                "on_registration",
                models.BooleanField(default=False, help_text="Put to every version as soon as it is registered."),
            ),
            ("retired", models.BooleanField(default=False)),
            ("checks", models.JSONField()),
            ("reason", models.TextField(blank=True, max_length=4000)),
            ("saved_by", models.CharField(max_length=150)),
            ("saved_at", models.DateTimeField()),
            (
                "owner_team",
                models.ForeignKey(
                    blank=True,
                    help_text="Empty: the platform's.",
                    null=True,
                    on_delete=models.PROTECT,
                    related_name="+",
                    to="people.team",
                ),
            ),
            (
                "subject_team",
                models.ForeignKey(
                    blank=True,
                    help_text="Empty: all teams' models.",
                    null=True,
                    on_delete=models.PROTECT,
                    related_name="+",
                    to="people.team",
                ),
            ),
            (
                "regulated",
                models.BooleanField(
                    default=False,
                    help_text="Put to regulated models alone, to every version, as soon as it is registered.",
                ),
            ),
            (
                "refuses_name_only",
                models.BooleanField(
                    default=False, help_text="The gate is closed while a feature is compared by its name only."
                ),
            ),
        ],
        options={
            "verbose_name_plural": "gate policies",
            "ordering": ["name", "-number"],
            "constraints": [
                models.UniqueConstraint(fields=("name", "number"), name="gate_policy_number_once"),
                models.CheckConstraint(
                    condition=models.Q(("regulated", False), ("on_registration", True), _connector="OR"),
                    name="gate_policy_for_regulated_models_at_registration",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Override",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("causes", models.JSONField(help_text="Exactly what it covers: the key and the sentence of each.")),
            ("reason", models.TextField(max_length=4000)),
            ("requested_by", models.CharField(max_length=150)),
            ("requested_at", models.DateTimeField()),
            ("expires_at", models.DateTimeField()),
            (
                "state",
                models.CharField(
                    choices=[("requested", "Requested"), ("approved", "Approved"), ("rejected", "Rejected")],
                    default="requested",
                    max_length=16,
                ),
            ),
            ("decided_by", models.CharField(blank=True, max_length=150)),
            ("decided_at", models.DateTimeField(blank=True, null=True)),
            ("decision_reason", models.TextField(blank=True, max_length=4000)),
            (
                "model_version",
                models.ForeignKey(on_delete=models.PROTECT, related_name="overrides", to="registry.modelversion"),
            ),
        ],
        options={
            "ordering": ["-requested_at", "-pk"],
            "indexes": [models.Index(fields=["state", "expires_at"], name="override_by_state")],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("decided_at__isnull", True), ("state", "requested")),
                        models.Q(
                            ("decided_at__isnull", False),
                            ("state__in", ["approved", "rejected"]),
                            models.Q(("decided_by", models.F("requested_by")), _negated=True),
                        ),
                        _connector="OR",
                    ),
                    name="override_decided_by_another_person",
                ),
                models.CheckConstraint(
                    condition=models.Q(("expires_at__gt", models.F("requested_at"))),
                    name="override_ends_after_it_began",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="StageChange",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("before", models.CharField(max_length=16)),
            ("after", models.CharField(max_length=16)),
            ("changed_by", models.CharField(max_length=150)),
            ("changed_at", models.DateTimeField()),
            (
                "gate_decision",
                models.OneToOneField(on_delete=models.PROTECT, related_name="stage_change", to="registry.gatedecision"),
            ),
            (
                "model_version",
                models.ForeignKey(on_delete=models.PROTECT, related_name="stage_changes", to="registry.modelversion"),
            ),
        ],
        options={
            "ordering": ["-changed_at", "-pk"],
            "indexes": [models.Index(fields=["changed_at"], name="stage_change_by_time")],
        },
    ),
    migrations.CreateModel(
        name="GateSettings",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "skew_closes_gate",
                models.BooleanField(
                    default=True,
                    help_text="Serving that computes another definition closes the gate of its model version.",
                ),
            ),
            (
                "parity_first_in_production",
                models.BooleanField(
                    default=False,
                    help_text="A new version of a feature that serves in production waits for its parity check.",
                ),
            ),
            ("reason", models.TextField(blank=True, max_length=4000)),
            ("saved_by", models.CharField(max_length=150)),
            ("saved_at", models.DateTimeField()),
        ],
        options={
            "verbose_name_plural": "gate settings",
            "ordering": ["-pk"],
        },
    ),
    *write_once("registry_gatedecision", "registry_gatesettings", "registry_gatepolicy", "registry_stagechange"),
    *write_once_columns("registry_override", ASKED),
    Statements(sqlite=[DECIDED_SQLITE], postgresql=[DECIDED_FUNCTION, DECIDED_POSTGRESQL]),
]
