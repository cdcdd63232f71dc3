"""Regulated models, and the policies that are put to them alone."""

from django.db import migrations, models

from platform_site.audit.triggers import write_once


class Migration(migrations.Migration):
    dependencies = [("registry", "0006_tables")]

    operations = [
        migrations.AddField(
            model_name="registeredmodel",
            name="regulated",
            field=models.BooleanField(
                default=False,
                help_text="Its decisions must be explained, and another team's policies judge every version.",
            ),
        ),
        migrations.AddField(
            model_name="gatepolicy",
            name="regulated",
            field=models.BooleanField(
                default=False,
                help_text="Put to regulated models alone, to every version, as soon as it is registered.",
            ),
        ),
        migrations.AddConstraint(
            model_name="gatepolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("regulated", False), ("on_registration", True), _connector="OR"),
                name="gate_policy_for_regulated_models_at_registration",
            ),
        ),
        *write_once("registry_gatepolicy"),  # SQLite rebuilt the table
    ]
