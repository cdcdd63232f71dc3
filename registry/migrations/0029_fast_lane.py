"""Standing approvals: the fast lane of a model in an environment, what stands on one, and how decisions were made."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from platform_site.audit.triggers import write_once


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0028_approval_requests"),
    ]

    operations = [
        migrations.CreateModel(
            name="StandingApproval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("environment", models.CharField(max_length=63)),
                (
                    "limits",
                    models.JSONField(help_text="How bad each metric may be: metric, slice, better, worst, max_worse."),
                ),
                (
                    "most_points",
                    models.PositiveSmallIntegerField(help_text="How many points of the traffic a change may give."),
                ),
                (
                    "same_recipe",
                    models.BooleanField(help_text="Whether code, container and hyperparameters have to be the same."),
                ),
                ("policies", models.JSONField(help_text="The policies in force for the model when it was requested.")),
                ("baseline", models.JSONField(help_text="The version that served most then, and its metrics.")),
                (
                    "digest",
                    models.CharField(
                        help_text="Of all of it: what an approval is for.",
                        max_length=64,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[0-9a-f]{64}\\Z", "Give a SHA-256: 64 lower-case hex digits."
                            )
                        ],
                    ),
                ),
                ("reason", models.TextField(blank=True, max_length=4000)),
                ("requested_by", models.CharField(max_length=150)),
                ("requested_at", models.DateTimeField()),
                ("until", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("approved", "Approved"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                            ("revoked", "Revoked"),
                            ("replaced", "Replaced"),
                        ],
                        default="waiting",
                        max_length=16,
                    ),
                ),
                ("decided_by", models.CharField(blank=True, max_length=150)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_through", models.CharField(blank=True, max_length=200)),
                ("decision_reason", models.TextField(blank=True, max_length=4000)),
                ("ended_by", models.CharField(blank=True, max_length=150)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("end_reason", models.TextField(blank=True, max_length=4000)),
            ],
            options={
                "ordering": ["-requested_at", "-pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="servingrevision",
            name="serving_revision_large_is_approved",
        ),
        migrations.AddField(
            model_name="changerequest",
            name="decided_through",
            field=models.CharField(
                blank=True, help_text="How it was decided: in a session, by a token, by a link.", max_length=200
            ),
        ),
        migrations.AddField(
            model_name="changerequest",
            name="fast_lane",
            field=models.JSONField(
                blank=True,
                help_text="Why no standing approval covered it: the conditions, and whether each was met.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="servingrevision",
            name="fast_lane",
            field=models.JSONField(
                blank=True,
                help_text="Each condition of the fast lane, with the values that it was decided on.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="standingapproval",
            name="model",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="standing_approvals",
                to="registry.registeredmodel",
            ),
        ),
        migrations.AddField(
            model_name="servingrevision",
            name="standing_approval",
            field=models.ForeignKey(
                blank=True,
                help_text="The standing approval that this content stands on, where nobody decided it by itself.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="revisions",
                to="registry.standingapproval",
            ),
        ),
        migrations.AddConstraint(
            model_name="servingrevision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("impact__lt", 100),
                    ("covered_by__isnull", False),
                    ("standing_approval__isnull", False),
                    _connector="OR",
                ),
                name="serving_revision_large_is_approved",
            ),
        ),
        migrations.AddIndex(
            model_name="standingapproval",
            index=models.Index(fields=["state", "until"], name="standing_approval_by_state"),
        ),
        migrations.AddConstraint(
            model_name="standingapproval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("state__in", ["waiting", "withdrawn"])),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("state__in", ["approved", "rejected", "revoked", "replaced"]),
                        models.Q(("decided_by", models.F("requested_by")), _negated=True),
                        models.Q(("decided_by__in", ["", "system"]), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="standing_approval_decided_by_another_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="standingapproval",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gt", models.F("requested_at"))), name="standing_approval_ends_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="standingapproval",
            constraint=models.CheckConstraint(
                condition=models.Q(("most_points__gte", 1), ("most_points__lte", 100)),
                name="standing_approval_step_is_a_percentage",
            ),
        ),
        migrations.AddConstraint(
            model_name="standingapproval",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "approved")),
                fields=("model", "environment"),
                name="standing_approval_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="standingapproval",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "waiting")),
                fields=("model", "environment"),
                name="standing_approval_waits_once",
            ),
        ),
        *write_once("registry_servingrevision"),  # SQLite rebuilt it
    ]
