"""Tickets, their imports, and the models that suggest labels."""

import django.db.models.expressions
from django.db import migrations, models

from assessments.models.durations import HoursBetween, HoursField

OPERATIONS = [
    migrations.CreateModel(
        name="Ticket",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("source", models.CharField(max_length=60)),
            ("external_id", models.CharField(max_length=120)),
            ("title", models.CharField(max_length=500)),
            ("body", models.TextField(blank=True, max_length=20000)),
            ("team", models.CharField(blank=True, max_length=120)),
            ("requester", models.CharField(blank=True, max_length=150)),
            ("on_platform", models.BooleanField(default=True, help_text="The team that asks works on the platform.")),
            ("opened_at", models.DateTimeField()),
            ("resolved_at", models.DateTimeField(blank=True, null=True)),
            ("effort_hours", models.FloatField(blank=True, null=True)),
            (
                "type",
                models.CharField(
                    blank=True,
                    choices=[
                        ("access", "access"),
                        ("how_to", "how_to"),
                        ("feature_request", "feature_request"),
                        ("bug", "bug"),
                        ("other", "other"),
                    ],
                    max_length=24,
                ),
            ),
            (
                "typed_by",
                models.CharField(
                    blank=True, choices=[("rule", "Rule"), ("model", "Model"), ("person", "Person")], max_length=8
                ),
            ),
            ("confidence", models.FloatField(blank=True, help_text="Of the proposal, 0 to 1.", null=True)),
            (
                "resolution_hours",
                HoursField("resolved_at", "opened_at", help_text="Empty while the ticket is open."),
            ),
            (
                "source_updated_at",
                models.DateTimeField(
                    blank=True,
                    editable=False,
                    help_text="When the source last changed it, where deliveries tell.",
                    null=True,
                ),
            ),
        ],
        options={
            "ordering": ["-opened_at", "-pk"],
            "indexes": [
                models.Index(
                    fields=["opened_at", "type", "resolution_hours", "effort_hours", "on_platform", "team", "typed_by"],
                    name="ticket_for_triage",
                )
            ],
            "constraints": [
                models.UniqueConstraint(fields=("source", "external_id"), name="ticket_source_and_external_id_once"),
                models.CheckConstraint(
                    condition=models.Q(
                        ("resolved_at__isnull", True), ("resolved_at__gte", models.F("opened_at")), _connector="OR"
                    ),
                    name="ticket_resolved_after_it_was_opened",
                    violation_error_message="A ticket is not resolved before it was opened.",
                ),
                models.CheckConstraint(
                    condition=models.Q(("effort_hours__isnull", True), ("effort_hours__gte", 0), _connector="OR"),
                    name="ticket_effort_not_negative",
                    violation_error_message="Effort is a number of hours from 0.",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("resolution_hours__isnull", True), ("resolved_at__isnull", True)),
                        models.Q(
                            (
                                "resolution_hours__gte",
                                django.db.models.expressions.CombinedExpression(
                                    HoursBetween("resolved_at", "opened_at"),
                                    "-",
                                    models.Value(1e-05),
                                ),
                            ),
                            ("resolution_hours__isnull", False),
                            (
                                "resolution_hours__lte",
                                django.db.models.expressions.CombinedExpression(
                                    HoursBetween("resolved_at", "opened_at"),
                                    "+",
                                    models.Value(1e-05),
                                ),
                            ),
                            ("resolved_at__isnull", False),
                        ),
                        _connector="OR",
                    ),
                    name="ticket_resolution_hours_follow_its_moments",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="TicketImport",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("source", models.CharField(max_length=60)),
            (
                "format",
                models.CharField(choices=[("csv", "csv"), ("github", "github"), ("jira", "jira")], max_length=8),
            ),
            ("filename", models.CharField(blank=True, max_length=255)),
            (
                "mapping",
                models.JSONField(blank=True, default=dict, help_text="Field of a ticket to column of the file."),
            ),
            (
                "good_rows_only",
                models.BooleanField(default=False, help_text="Bad rows are left out instead of refusing the file."),
            ),
            ("content", models.BinaryField(blank=True, help_text="The file, gzip; empty once it was read and stored.")),
            (
                "state",
                models.CharField(
                    choices=[
                        ("preview", "Preview"),
                        ("queued", "Queued"),
                        ("running", "Running"),
                        ("finished", "Finished"),
                        ("failed", "Failed"),
                    ],
                    default="preview",
                    max_length=8,
                ),
            ),
            ("rows", models.PositiveIntegerField(default=0)),
            ("created_count", models.PositiveIntegerField(default=0)),
            ("changed_count", models.PositiveIntegerField(default=0)),
            ("bad_count", models.PositiveIntegerField(default=0)),
            (
                "bad_rows",
                models.JSONField(blank=True, default=list, help_text="[line, id, [reason, …]] of the first bad rows."),
            ),
            ("error", models.TextField(blank=True)),
            ("progress_done", models.PositiveIntegerField(default=0)),
            ("progress_total", models.PositiveIntegerField(default=0)),
            ("progress_what", models.CharField(blank=True, max_length=200)),
            ("requested_by", models.CharField(max_length=150)),
            ("created_at", models.DateTimeField()),
            ("sent_at", models.DateTimeField(blank=True, null=True)),
            ("started_at", models.DateTimeField(blank=True, null=True)),
            ("finished_at", models.DateTimeField(blank=True, null=True)),
            ("attempts", models.PositiveSmallIntegerField(default=0)),
            ("token", models.UUIDField(blank=True, null=True)),
            ("lease_until", models.DateTimeField(blank=True, null=True)),
        ],
        options={
            "ordering": ["-created_at", "-pk"],
            "indexes": [models.Index(fields=["state", "lease_until"], name="ticket_import_by_state")],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("state", "running"), _negated=True),
                        models.Q(("token__isnull", False), ("lease_until__isnull", False)),
                        _connector="OR",
                    ),
                    name="ticket_import_running_has_token_and_lease",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="TicketModel",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("version", models.PositiveIntegerField(unique=True)),
            ("weights", models.BinaryField(help_text="Compressed JSON: terms, their weights, coefficients.")),
            ("trained_on", models.PositiveIntegerField(help_text="Tickets whose type a person said.")),
            ("accuracy", models.FloatField(help_text="Share right on tickets held out, 0 to 1, by cross-validation.")),
            ("rule_accuracy", models.FloatField(help_text="Share that the rules had right of the same tickets.")),
            ("by_type", models.JSONField(default=dict, help_text="Type to {tickets, right}, on tickets held out.")),
            ("in_use", models.BooleanField(help_text="It did better than the rules, so proposals come from it.")),
            ("trained_at", models.DateTimeField()),
        ],
        options={
            "ordering": ["-version"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("accuracy__range", (0, 1)), ("rule_accuracy__range", (0, 1))),
                    name="ticket_model_accuracy_is_a_share",
                )
            ],
        },
    ),
]
