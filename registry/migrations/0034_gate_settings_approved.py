"""Looser gate settings wait for another person. SQLite rebuilds the two tables, which drops their triggers: they end this."""

from django.db import migrations, models
from django.db.models import Q

from platform_site.audit.triggers import Statements, write_once, write_once_columns

REQUESTED = (
    "kind", "policy_id", "model_version_id", "gate_decision_id", "content", "ways", "diff", "digest", "reason",
    "requested_by", "requested_at", "expires_at",
)  # fmt: skip
DECIDED = "registry_approvalrequest_decided"
SQLITE = [
    f"DROP TRIGGER IF EXISTS {DECIDED}",
    f"""
CREATE TRIGGER {DECIDED} BEFORE UPDATE ON registry_approvalrequest WHEN OLD.state <> 'waiting'
BEGIN SELECT RAISE(ABORT, 'registry_approvalrequest is decided once: a decision is never changed'); END;
""",
]
KINDS = ("policy", "promotion", "settings")


class Migration(migrations.Migration):
    dependencies = [("registry", "0033_decided_once")]
    operations = [
        migrations.AddField(
            "gatesettings",
            "approved_by",
            models.CharField(blank=True, default="", help_text="Who approved it, where it is looser.", max_length=150),
            preserve_default=False,
        ),
        migrations.RemoveConstraint("approvalrequest", "approval_request_about_one_thing"),
        migrations.AlterField(
            "approvalrequest",
            "kind",
            models.CharField(choices=[(kind, kind.capitalize()) for kind in KINDS], max_length=16),
        ),
        migrations.AlterField(
            "approvalrequest",
            "content",
            models.JSONField(
                help_text="What is requested: the next version of the policy, the stage, or the settings."
            ),
        ),
        migrations.AlterField(
            "approvalrequest", "ways", models.JSONField(default=list, help_text="In which ways it gets looser.")
        ),
        migrations.AddConstraint(
            "approvalrequest",
            models.CheckConstraint(
                condition=Q(kind="policy", policy__isnull=False, model_version__isnull=True)
                | Q(kind="promotion", policy__isnull=True, model_version__isnull=False, gate_decision__isnull=False)
                | Q(kind="settings", policy__isnull=True, model_version__isnull=True, gate_decision__isnull=True),
                name="approval_request_about_one_thing",
            ),
        ),
        *write_once("registry_gatesettings"),
        *write_once_columns("registry_approvalrequest", REQUESTED),
        Statements(sqlite=SQLITE, postgresql=[]),
    ]
