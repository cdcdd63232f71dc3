from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0003_cell_revisions"),
    ]

    operations = [
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
                ("content", models.BinaryField(blank=True, help_text="The file, gzip; empty once it was read.")),
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
                    models.JSONField(
                        blank=True, default=list, help_text="[line, id, [reason, …]] of the first bad rows."
                    ),
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
                (
                    "accuracy",
                    models.FloatField(help_text="Share right on tickets held out, 0 to 1, by cross-validation."),
                ),
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
