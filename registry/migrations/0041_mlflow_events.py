"""What MLflow sends, and alerts about its aliases."""

from django.db import migrations, models
from django.db.models import Q

STATES = ("queued", "running", "done", "failed")
KINDS = ("check", "skew", "features", "traffic", "silence", "alias")


class Migration(migrations.Migration):
    dependencies = [("registry", "0040_observed_versions")]
    operations = [
        migrations.CreateModel(
            name="MlflowEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("token", models.UUIDField(blank=True, null=True)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[(state, state.capitalize()) for state in STATES], default="queued", max_length=16
                    ),
                ),
                ("server", models.CharField(max_length=63)),
                ("delivery_id", models.CharField(max_length=200)),
                ("event", models.JSONField(help_text="Entity, action, and the names in it.")),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("outcome", models.CharField(blank=True, max_length=1000)),
            ],
            options={"ordering": ["-created_at", "-pk"]},
        ),
        migrations.AddIndex("mlflowevent", models.Index(fields=["state", "created_at"], name="mlflow_event_by_state")),
        migrations.AddConstraint(
            "mlflowevent", models.UniqueConstraint(fields=["server", "delivery_id"], name="mlflow_event_once")
        ),
        migrations.AddConstraint(
            "mlflowevent",
            models.CheckConstraint(condition=Q(state__in=list(STATES)), name="mlflow_event_state_known"),
        ),
        migrations.RemoveConstraint("alert", "alert_has_one_origin"),
        migrations.AlterField(
            "alert",
            "finding",
            models.CharField(choices=[(kind, kind.capitalize()) for kind in KINDS], default="check", max_length=16),
        ),
        migrations.AddConstraint(
            "alert",
            models.UniqueConstraint(
                fields=["model_version"],
                condition=~Q(state="resolved") & Q(finding="alias"),
                name="alert_of_alias_open_once",
            ),
        ),
        migrations.AddConstraint(
            "alert",
            models.CheckConstraint(
                condition=Q(
                    run__isnull=False,
                    check_definition__isnull=False,
                    serving_report__isnull=True,
                    model_version__isnull=True,
                )
                | Q(
                    run__isnull=True,
                    check_definition__isnull=True,
                    serving_report__isnull=False,
                    model_version__isnull=False,
                )
                | Q(
                    run__isnull=True,
                    check_definition__isnull=True,
                    serving_report__isnull=True,
                    model_version__isnull=False,
                    finding="alias",
                ),
                name="alert_has_one_origin",
            ),
        ),
    ]
