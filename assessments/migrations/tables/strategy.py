"""Decisions of sourcing and recovery, and rehearsals."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import migrations, models

from platform_site.audit.triggers import write_once

OPERATIONS = [
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
            ("capability", models.ForeignKey(on_delete=models.PROTECT, related_name="+", to="assessments.capability")),
            (
                "organization",
                models.ForeignKey(
                    on_delete=models.PROTECT, related_name="recovery_decisions", to="assessments.organization"
                ),
            ),
        ],
        options={
            "ordering": ["organization_id", "capability__position"],
            "constraints": [
                models.UniqueConstraint(
                    fields=("organization", "capability"), name="recovery_decision_capability_once"
                ),
                models.CheckConstraint(
                    condition=models.Q(("keeper__in", ["team", "managed"])), name="recovery_decision_keeper_known"
                ),
            ],
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
                    validators=[MinValueValidator(Decimal("0.01"))],
                ),
            ),
            ("newcomer", models.CharField(blank=True, help_text="Who tried it.", max_length=150)),
            ("notes", models.CharField(blank=True, help_text="What was missing, what took longest.", max_length=1000)),
            ("recorded_by", models.CharField(max_length=150)),
            ("recorded_at", models.DateTimeField()),
            (
                "organization",
                models.ForeignKey(on_delete=models.PROTECT, related_name="rehearsals", to="assessments.organization"),
            ),
        ],
        options={
            "ordering": ["-rehearsed_on", "-pk"],
            "constraints": [
                models.CheckConstraint(condition=models.Q(("hours__gt", 0)), name="rehearsal_took_some_time")
            ],
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
            (
                "organization",
                models.ForeignKey(
                    on_delete=models.PROTECT, related_name="sourcing_decisions", to="assessments.organization"
                ),
            ),
        ],
        options={
            "ordering": ["organization_id", "group"],
            "constraints": [
                models.UniqueConstraint(fields=("organization", "group"), name="sourcing_decision_group_once"),
                models.CheckConstraint(
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
                models.CheckConstraint(
                    condition=models.Q(("choice__in", ["build", "buy", "open_source"])),
                    name="sourcing_decision_choice_known",
                ),
            ],
        },
    ),
    *write_once("assessments_rehearsal"),
]
