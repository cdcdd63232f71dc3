"""Receipts of regulator packs, written once."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from platform_site.audit.triggers import write_once

HEX_64 = django.core.validators.RegexValidator("^[0-9a-f]{64}\\Z", "Give a SHA-256: 64 lower-case hex digits.")


class Migration(migrations.Migration):
    dependencies = [("registry", "0026_shadow")]
    operations = [
        migrations.CreateModel(
            name="PackReceipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "event",
                    models.BigIntegerField(
                        help_text="The sequence of the audit event that it is anchored in.", unique=True
                    ),
                ),
                ("sha256", models.CharField(help_text="Of the archive.", max_length=64, validators=[HEX_64])),
                (
                    "digest",
                    models.CharField(
                        help_text="Of the receipt: what the audit event holds.", max_length=64, validators=[HEX_64]
                    ),
                ),
                ("rows", models.PositiveIntegerField(help_text="How many rows its files have in all.")),
                ("content", models.TextField(help_text="The receipt as canonical JSON, as it is handed out.")),
                ("handed_out_to", models.CharField(max_length=150)),
                ("handed_out_at", models.DateTimeField()),
                (
                    "model_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pack_receipts",
                        to="registry.modelversion",
                    ),
                ),
            ],
            options={"ordering": ["-event"]},
        ),
        *write_once("registry_packreceipt"),
    ]
