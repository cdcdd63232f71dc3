"""Organizations, and the catalogue of capabilities with its standard rows."""

from django.core.validators import RegexValidator
from django.db import migrations, models

from assessments.organizations.rules.catalogue import CAPABILITIES

SLUG = RegexValidator(
    "^[a-z][a-z0-9_-]{0,62}\\Z", "Write lower-case letters, digits, - and _, beginning with a letter."
)
CAPABILITY_NAME = RegexValidator(
    "^[a-z][a-z0-9_]{0,62}\\Z", "Write lower-case letters, digits and _, beginning with a letter."
)


def add_catalogue(apps, schema_editor):
    Capability = apps.get_model("assessments", "Capability")
    for position, capability in enumerate(CAPABILITIES.values(), start=1):
        Capability.objects.create(
            name=capability.name,
            group=str(capability.group),
            description=capability.description,
            default_priority=str(capability.default_priority),
            position=position,
        )


OPERATIONS = [
    migrations.CreateModel(
        name="Organization",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            (
                "slug",
                models.CharField(help_text="How the API names it.", max_length=63, unique=True, validators=[SLUG]),
            ),
            ("name", models.CharField(max_length=120)),
            ("production_models", models.PositiveIntegerField(blank=True, null=True)),
            ("shipping_teams", models.PositiveIntegerField(blank=True, help_text="Teams that ship models.", null=True)),
            (
                "retraining_cadence",
                models.CharField(
                    blank=True,
                    choices=[
                        ("hourly", "hourly"),
                        ("daily", "daily"),
                        ("weekly", "weekly"),
                        ("monthly", "monthly"),
                        ("quarterly", "quarterly"),
                        ("yearly", "yearly"),
                        ("never", "never"),
                    ],
                    max_length=16,
                    null=True,
                ),
            ),
            ("ships_demand_or_fraud", models.BooleanField(blank=True, null=True)),
            ("skew_or_drift_incidents_12m", models.PositiveIntegerField(blank=True, null=True)),
            ("teams_with_own_tooling", models.PositiveIntegerField(blank=True, null=True)),
            (
                "compliance",
                models.BooleanField(
                    blank=True, help_text="Some model decision must be explainable, audited or reproducible.", null=True
                ),
            ),
            ("platform_engineers", models.PositiveIntegerField(blank=True, null=True)),
            (
                "managed_cannot_meet",
                models.CharField(
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
            (
                "on_call_engineers",
                models.PositiveIntegerField(
                    blank=True, help_text="Those of them who have on-call duty for infrastructure.", null=True
                ),
            ),
            (
                "people_served",
                models.PositiveIntegerField(
                    blank=True, help_text="People who build models on the platform.", null=True
                ),
            ),
            ("serves_batch", models.BooleanField(blank=True, help_text="Some model scores in batches.", null=True)),
            ("serves_on_device", models.BooleanField(blank=True, help_text="Some model runs on devices.", null=True)),
            (
                "serves_real_time",
                models.BooleanField(blank=True, help_text="Some model answers in real time.", null=True),
            ),
        ],
        options={
            "ordering": ["name"],
            "constraints": [
                models.CheckConstraint(
                    condition=models.Q(
                        ("on_call_engineers__isnull", True),
                        ("platform_engineers__isnull", True),
                        ("on_call_engineers__lte", models.F("platform_engineers")),
                        _connector="OR",
                    ),
                    name="organization_on_call_are_of_its_engineers",
                    violation_error_message="No more engineers can be on call than there are platform engineers.",
                )
            ],
        },
    ),
    migrations.CreateModel(
        name="Capability",
        fields=[
            ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
            ("name", models.CharField(max_length=63, validators=[CAPABILITY_NAME])),
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
            ("description", models.CharField(max_length=300)),
            (
                "default_priority",
                models.CharField(
                    choices=[("critical", "critical"), ("high", "high"), ("medium", "medium"), ("low", "low")],
                    default="medium",
                    max_length=16,
                ),
            ),
            ("position", models.PositiveIntegerField(help_text="Its place in the catalogue.")),
            ("retired_at", models.DateTimeField(blank=True, help_text="Later assessments leave it out.", null=True)),
            (
                "organization",
                models.ForeignKey(
                    blank=True,
                    help_text="Empty: the standard catalogue, which every organization has.",
                    null=True,
                    on_delete=models.PROTECT,
                    related_name="own_capabilities",
                    to="assessments.organization",
                ),
            ),
        ],
        options={
            "verbose_name_plural": "capabilities",
            "ordering": ["position", "name"],
            "constraints": [
                models.UniqueConstraint(fields=("name", "organization"), name="capability_own_name_once"),
                models.UniqueConstraint(
                    condition=models.Q(("organization", None)), fields=("name",), name="capability_standard_name_once"
                ),
            ],
        },
    ),
    migrations.RunPython(add_catalogue, migrations.RunPython.noop),
]
