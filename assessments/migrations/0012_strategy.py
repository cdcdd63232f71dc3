"""What strategies ask, what was decided of them, and rehearsals of rebuilding a model."""

from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from platform_site.audit.triggers import write_once


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0011_triage_reads_who_said_a_type"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecoveryDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "keeper",
                    models.CharField(
                        choices=[("team", "the platform team"), ("managed", "a managed service")], max_length=16
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("decided_by", models.CharField(max_length=150)),
                ("decided_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["organization_id", "capability__position"],
            },
        ),
        migrations.CreateModel(
            name="Rehearsal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("model", models.CharField(max_length=128)),
                ("version", models.CharField(max_length=64)),
                ("rehearsed_on", models.DateField()),
                ("rebuilt", models.BooleanField(help_text="The model was rebuilt.")),
                (
                    "hours",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="Until it was rebuilt, or given up.",
                        max_digits=6,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.01"))],
                    ),
                ),
                ("newcomer", models.CharField(blank=True, help_text="Who tried it.", max_length=150)),
                (
                    "notes",
                    models.CharField(blank=True, help_text="What was missing, what took longest.", max_length=1000),
                ),
                ("recorded_by", models.CharField(max_length=150)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["-rehearsed_on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="SourcingDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("Data & Features", "Data & Features"),
                            ("Dev Experience", "Dev Experience"),
                            ("Training", "Training"),
                            ("Registry & Artifacts", "Registry & Artifacts"),
                            ("Evaluation", "Evaluation"),
                            ("Serving", "Serving"),
                            ("Observability", "Observability"),
                            ("Governance", "Governance"),
                        ],
                        max_length=40,
                    ),
                ),
                (
                    "choice",
                    models.CharField(
                        choices=[("build", "build"), ("buy", "buy"), ("open_source", "open source")], max_length=16
                    ),
                ),
                (
                    "own_part",
                    models.CharField(
                        blank=True, help_text="What you build on top of it, such as own versioning.", max_length=120
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("decided_by", models.CharField(max_length=150)),
                ("decided_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["organization_id", "group"],
            },
        ),
        migrations.AddField(
            model_name="organization",
            name="managed_cannot_meet",
            field=models.CharField(
                blank=True,
                choices=[
                    ("nothing", "nothing"),
                    ("workload", "workload"),
                    ("latency", "latency"),
                    ("residency", "residency"),
                ],
                help_text="The need that keeps you from managed services.",
                max_length=16,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="organization",
            name="on_call_engineers",
            field=models.PositiveIntegerField(
                blank=True, help_text="Those of them who have on-call duty for infrastructure.", null=True
            ),
        ),
        migrations.AddField(
            model_name="organization",
            name="people_served",
            field=models.PositiveIntegerField(
                blank=True, help_text="People who build models on the platform.", null=True
            ),
        ),
        migrations.AddField(
            model_name="organization",
            name="serves_batch",
            field=models.BooleanField(blank=True, help_text="Some model scores in batches.", null=True),
        ),
        migrations.AddField(
            model_name="organization",
            name="serves_on_device",
            field=models.BooleanField(blank=True, help_text="Some model runs on devices.", null=True),
        ),
        migrations.AddField(
            model_name="organization",
            name="serves_real_time",
            field=models.BooleanField(blank=True, help_text="Some model answers in real time.", null=True),
        ),
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("on_call_engineers__isnull", True),
                    ("platform_engineers__isnull", True),
                    ("on_call_engineers__lte", models.F("platform_engineers")),
                    _connector="OR",
                ),
                name="organization_on_call_are_of_its_engineers",
                violation_error_message="No more engineers can be on call than there are platform engineers.",
            ),
        ),
        migrations.AddField(
            model_name="recoverydecision",
            name="capability",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="assessments.capability"
            ),
        ),
        migrations.AddField(
            model_name="recoverydecision",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recovery_decisions",
                to="assessments.organization",
            ),
        ),
        migrations.AddField(
            model_name="rehearsal",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="rehearsals", to="assessments.organization"
            ),
        ),
        migrations.AddField(
            model_name="sourcingdecision",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sourcing_decisions",
                to="assessments.organization",
            ),
        ),
        migrations.AddConstraint(
            model_name="recoverydecision",
            constraint=models.UniqueConstraint(
                fields=("organization", "capability"), name="recovery_decision_capability_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="recoverydecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("keeper__in", ["team", "managed"])), name="recovery_decision_keeper_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="rehearsal",
            constraint=models.CheckConstraint(condition=models.Q(("hours__gt", 0)), name="rehearsal_took_some_time"),
        ),
        migrations.AddConstraint(
            model_name="sourcingdecision",
            constraint=models.UniqueConstraint(fields=("organization", "group"), name="sourcing_decision_group_once"),
        ),
        migrations.AddConstraint(
            model_name="sourcingdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "group__in",
                        [
                            "Data & Features",
                            "Dev Experience",
                            "Training",
                            "Registry & Artifacts",
                            "Evaluation",
                            "Serving",
                            "Observability",
                            "Governance",
                        ],
                    )
                ),
                name="sourcing_decision_group_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="sourcingdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("choice__in", ["build", "buy", "open_source"])),
                name="sourcing_decision_choice_known",
            ),
        ),
        *write_once("assessments_rehearsal"),
    ]
