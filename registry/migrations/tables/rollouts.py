"""Changes made in steps, and deployments."""

from django.db import migrations, models

from platform_site.audit.triggers import write_once, write_once_columns

PLANNED = (
    "model_id", "environment", "model_version_id", "content", "base_id", "steps", "change_request_id", "begun_by",
    "begun_at",
)  # fmt: skip

OPERATIONS = [
    migrations.CreateModel(
        name="Rollout",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("environment", models.CharField(max_length=63)),
            ("content", models.JSONField(help_text="What serves once all steps are taken.")),
            ("steps", models.JSONField(help_text="Each with percent and hold_minutes.")),
            ("position", models.PositiveSmallIntegerField(default=0, help_text="How many steps were taken.")),
            (
                "due_at",
                models.DateTimeField(blank=True, help_text="When the hold of the last step taken is over.", null=True),
            ),
            (
                "state",
                models.CharField(
                    choices=[
                        ("running", "Running"),
                        ("stopped", "Stopped"),
                        ("finished", "Finished"),
                        ("aborted", "Aborted"),
                    ],
                    default="running",
                    max_length=16,
                ),
            ),
            ("stopped_because", models.TextField(blank=True, max_length=4000)),
            ("begun_by", models.CharField(max_length=150)),
            ("begun_at", models.DateTimeField()),
            ("ended_at", models.DateTimeField(blank=True, null=True)),
            (
                "change_request",
                models.OneToOneField(
                    blank=True, null=True, on_delete=models.PROTECT, related_name="rollout", to="registry.changerequest"
                ),
            ),
            (
                "model",
                models.ForeignKey(on_delete=models.PROTECT, related_name="rollouts", to="registry.registeredmodel"),
            ),
            (
                "model_version",
                models.ForeignKey(on_delete=models.PROTECT, related_name="rollouts", to="registry.modelversion"),
            ),
            (
                "base",
                models.ForeignKey(
                    blank=True, null=True, on_delete=models.PROTECT, related_name="+", to="registry.servingrevision"
                ),
            ),
        ],
        options={
            "ordering": ["-begun_at", "-pk"],
            "indexes": [models.Index(fields=["state", "due_at"], name="rollout_by_due")],
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("state__in", ["running", "stopped"])),
                    fields=("model", "environment"),
                    name="rollout_under_way_once",
                ),
                models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("due_at__isnull", False), ("state", "running")),
                        models.Q(("state", "running"), _negated=True),
                        _connector="OR",
                    ),
                    name="rollout_running_is_due_some_time",
                ),
            ],
        },
    ),
    migrations.CreateModel(
        name="Deployment",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "kind",
                models.CharField(
                    choices=[("change", "Change"), ("rollout_step", "Step"), ("rollback", "Rollback")], max_length=16
                ),
            ),
            ("rehearsal", models.BooleanField(default=False)),
            ("traffic_percent", models.PositiveSmallIntegerField(help_text="What the model version serves with it.")),
            ("arrives", models.BooleanField(default=False, help_text="The version had no traffic here before.")),
            ("reason", models.TextField(blank=True, max_length=4000)),
            ("made_by", models.CharField(max_length=150)),
            ("made_at", models.DateTimeField()),
            (
                "gate_decision",
                models.ForeignKey(on_delete=models.PROTECT, related_name="deployments", to="registry.gatedecision"),
            ),
            (
                "model_version",
                models.ForeignKey(on_delete=models.PROTECT, related_name="deployments", to="registry.modelversion"),
            ),
            (
                "rollout",
                models.ForeignKey(
                    blank=True, null=True, on_delete=models.PROTECT, related_name="deployments", to="registry.rollout"
                ),
            ),
            (
                "revision",
                models.ForeignKey(on_delete=models.PROTECT, related_name="deployments", to="registry.servingrevision"),
            ),
        ],
        options={
            "ordering": ["-made_at", "-pk"],
            "indexes": [models.Index(fields=["made_at"], name="deployment_by_time")],
            "constraints": [
                models.UniqueConstraint(
                    condition=models.Q(("rehearsal", False)), fields=("revision",), name="revision_deployed_once"
                ),
                models.CheckConstraint(
                    condition=models.Q(("rehearsal", False), ("kind", "rollback"), _connector="OR"),
                    name="deployment_only_rollbacks_are_rehearsed",
                ),
            ],
        },
    ),
    *write_once("registry_deployment"),
    *write_once_columns("registry_rollout", PLANNED),
]
