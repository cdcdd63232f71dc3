"""A looser policy and the promotion of a regulated model wait for another person; the platform's first policies.

Each type of model gets a policy of the platform: its main metric must be recorded, and be at most 2% of its error worse
than what serves. An installation that has events in its log gets one for each policy there too.
"""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q
from django.utils import timezone

from platform_site.audit import chain
from platform_site.audit.triggers import Statements, write_once, write_once_columns

DIGEST = django.core.validators.RegexValidator(r"^[0-9a-f]{64}\Z", "Give a SHA-256: 64 lower-case hex digits.")
STATES = ("waiting", "approved", "rejected", "withdrawn", "stale", "expired")
REQUESTED = (
    "kind", "policy_id", "model_version_id", "gate_decision_id", "content", "ways", "diff", "digest", "reason",
    "requested_by", "requested_at", "expires_at",
)  # fmt: skip
DECIDED_SQLITE = """
CREATE TRIGGER registry_approvalrequest_decided BEFORE UPDATE ON registry_approvalrequest WHEN OLD.state <> 'waiting'
BEGIN SELECT RAISE(ABORT, 'registry_approvalrequest is decided once: a decision is never changed'); END;
"""
DECIDED_POSTGRESQL = """
CREATE TRIGGER registry_approvalrequest_decided BEFORE UPDATE ON registry_approvalrequest
  FOR EACH ROW WHEN (OLD.state <> 'waiting') EXECUTE FUNCTION plumbline_decided_once();
"""
TYPES = ("classification", "regression", "forecasting", "ranking", "generation", "other")
SHIPPED = {
    "checks": [{"metric": "main", "slice": "", "baseline": "serving", "max_worse": 0.02, "required": True}],
    "reason": "Shipped: the main metric is recorded, and at most 2% of its error worse than what serves.",
}


def ship(apps, schema_editor):
    """The policies that are not there under that name, each with its event where the log has begun."""
    policies = apps.get_model("registry", "GatePolicy").objects
    for model_type in TYPES:
        name = f"main_metric_{model_type}"
        if not policies.filter(name=name).exists():
            policies.create(
                name=name, number=1, model_type=model_type, saved_by="system", saved_at=timezone.now(), **SHIPPED
            )
            _record(apps, f"gate_policy:{name}", {"number": 1, "model_type": model_type, "retired": False} | SHIPPED)


def _record(apps, subject, payload):
    head = apps.get_model("audit", "AuditHead").objects.select_for_update().get(pk=1)
    if not head.sequence:
        return
    sequence, at, text = head.sequence + 1, timezone.now().isoformat(timespec="microseconds"), chain.canonical(payload)
    event_hash = chain.link(sequence, at, "system", "gate_policy.saved", subject, text, head.hash)
    apps.get_model("audit", "AuditEvent").objects.create(
        sequence=sequence,
        at=at,
        actor="system",
        action="gate_policy.saved",
        subject=subject,
        payload=text,
        previous_hash=head.hash,
        hash=event_hash,
        mac=chain.seal(event_hash, settings.AUDIT_KEYS[-1]),  # the oldest: no release before this one changed keys,
    )
    head.sequence, head.hash = sequence, event_hash
    head.save()


class Migration(migrations.Migration):
    dependencies = [("registry", "0027_pack_receipts"), ("audit", "0002_append_only")]

    operations = [
        migrations.AddField(
            "gatepolicy",
            "approved_by",
            models.CharField(
                blank=True,
                default="",
                help_text="Who approved it, where it is looser than the version before.",
                max_length=150,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            "stagechange",
            "approved_by",
            models.CharField(
                blank=True, default="", help_text="Who approved it, where a second person had to.", max_length=150
            ),
            preserve_default=False,
        ),
        migrations.CreateModel(
            "ApprovalRequest",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(choices=[("policy", "Policy"), ("promotion", "Promotion")], max_length=16),
                ),
                (
                    "content",
                    models.JSONField(help_text="What is requested: the next version of the policy, or the stage."),
                ),
                ("ways", models.JSONField(default=list, help_text="In which ways the policy gets looser.")),
                ("diff", models.JSONField(default=list, help_text="What changes: what, before and after.")),
                (
                    "digest",
                    models.CharField(
                        help_text="Of the content and what it is based on: what an approval is for.",
                        max_length=64,
                        validators=[DIGEST],
                    ),
                ),
                ("reason", models.TextField(blank=True, max_length=4000)),
                ("requested_by", models.CharField(max_length=150)),
                ("requested_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[(state, state.capitalize()) for state in STATES], default="waiting", max_length=16
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
                    "model_version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approval_requests",
                        to="registry.modelversion",
                    ),
                ),
                (
                    "policy",
                    models.ForeignKey(
                        blank=True,
                        help_text="The version in force.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.gatepolicy",
                    ),
                ),
            ],
            options={
                "ordering": ["-requested_at", "-pk"],
                "indexes": [models.Index(fields=["state", "expires_at"], name="approval_request_by_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(kind="policy", policy__isnull=False, model_version__isnull=True)
                        | Q(
                            kind="promotion",
                            policy__isnull=True,
                            model_version__isnull=False,
                            gate_decision__isnull=False,
                        ),
                        name="approval_request_about_one_thing",
                    ),
                    models.CheckConstraint(
                        condition=Q(state="waiting", decided_at__isnull=True)
                        | (
                            Q(state__in=["approved", "rejected"], decided_at__isnull=False)
                            & ~Q(decided_by=F("requested_by"))
                            & ~Q(decided_by__in=["", "system"])
                        )
                        | Q(state__in=["withdrawn", "stale", "expired"], decided_at__isnull=False),
                        name="approval_request_decided_by_another_person",
                    ),
                    models.CheckConstraint(
                        condition=Q(expires_at__gt=F("requested_at")), name="approval_request_ends_after_it_began"
                    ),
                    models.UniqueConstraint(
                        fields=["digest"], condition=Q(state="waiting"), name="approval_request_waits_once"
                    ),
                ],
            },
        ),
        *write_once("registry_gatepolicy", "registry_stagechange"),  # SQLite rebuilt them
        *write_once_columns("registry_approvalrequest", REQUESTED),
        Statements(sqlite=[DECIDED_SQLITE], postgresql=[DECIDED_POSTGRESQL]),
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
