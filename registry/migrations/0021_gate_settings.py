"""How the gates of this installation are set, and the index by which the newest serving report is found."""

from django.db import migrations, models

from platform_site.audit.triggers import write_once


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0020_looks_at_views"),
    ]

    operations = [
        migrations.CreateModel(
            name="GateSettings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "skew_closes_gate",
                    models.BooleanField(
                        default=True,
                        help_text="Serving that computes another definition closes the gate of its model version.",
                    ),
                ),
                (
                    "parity_first_in_production",
                    models.BooleanField(
                        default=False,
                        help_text="A new version of a feature that serves in production waits for its parity check.",
                    ),
                ),
                ("reason", models.TextField(blank=True, max_length=4000)),
                ("saved_by", models.CharField(max_length=150)),
                ("saved_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "gate settings",
                "ordering": ["-pk"],
            },
        ),
        migrations.AddIndex(
            model_name="servingreport",
            index=models.Index(fields=["model_version", "environment", "-window_end"], name="serving_report_newest"),
        ),
        *write_once("registry_gatesettings"),
    ]
