"""Imports from other tools, and what each of them registered."""

from django.db import migrations, models

OPERATIONS = [
    migrations.CreateModel(
        name="Import",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "system",
                models.CharField(choices=[("mlflow", "MLflow"), ("feast", "Feast"), ("dbt", "dbt")], max_length=16),
            ),
            (
                "origin",
                models.CharField(blank=True, help_text="The project or the address that was read.", max_length=500),
            ),
            ("filename", models.CharField(blank=True, max_length=255)),
            (
                "state",
                models.CharField(
                    choices=[("offered", "Offered"), ("applied", "Applied")], default="offered", max_length=16
                ),
            ),
            ("found", models.JSONField(help_text="What was read, until it is applied.")),
            ("outcome", models.JSONField(default=list, help_text="Each step as it went.")),
            ("requested_by", models.CharField(max_length=150)),
            ("requested_at", models.DateTimeField()),
            ("applied_by", models.CharField(blank=True, max_length=150)),
            ("applied_at", models.DateTimeField(null=True)),
            ("owner_team", models.ForeignKey(null=True, on_delete=models.PROTECT, related_name="+", to="people.team")),
        ],
        options={
            "ordering": ["-requested_at", "-pk"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(("system__in", ["mlflow", "feast", "dbt"])), name="import_system_known"
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("applied_at", None), ("state", "offered")),
                        models.Q(("applied_at__isnull", False), ("state", "applied")),
                        _connector="OR",
                    ),
                    name="import_applied_at_a_time",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="ImportedRecord",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "system",
                models.CharField(choices=[("mlflow", "MLflow"), ("feast", "Feast"), ("dbt", "dbt")], max_length=16),
            ),
            ("origin", models.CharField(blank=True, max_length=500)),
            ("kind", models.CharField(help_text="source_table, feature, check, model, model_version", max_length=16)),
            ("external_id", models.CharField(max_length=500)),
            ("name", models.CharField(help_text="Its name here; of a model version, model/version.", max_length=300)),
            (
                "about",
                models.JSONField(
                    default=dict, help_text="Description, SQL, columns, location, as the other tool has them."
                ),
            ),
            ("imported_by", models.CharField(max_length=150)),
            ("imported_at", models.DateTimeField()),
            ("imported_in", models.ForeignKey(on_delete=models.PROTECT, related_name="records", to="registry.import")),
        ],
        options={
            "ordering": ["kind", "name", "pk"],
            "indexes": [models.Index(fields=["kind", "name"], name="imported_record_by_name")],
            "constraints": [
                models.UniqueConstraint(
                    fields=("system", "origin", "kind", "external_id"), name="imported_record_once_for_each_origin"
                )
            ],
        },
    ),
]
