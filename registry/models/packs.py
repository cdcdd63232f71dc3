"""Receipts of regulator packs, each anchored in the event of its handing out. Written once."""

from __future__ import annotations

from django.db import models

from registry.models.fields import digest_field, recorded_by_field
from registry.models.model_versions import ModelVersion


class PackReceipt(models.Model):
    """What a pack held when it was handed out, file by file and row by row."""

    model_version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="pack_receipts")
    event = models.BigIntegerField(unique=True, help_text="The sequence of the audit event that it is anchored in.")
    sha256 = digest_field(help_text="Of the archive.")
    digest = digest_field(help_text="Of the receipt: what the audit event holds.")
    rows = models.PositiveIntegerField(help_text="How many rows its files have in all.")
    content = models.TextField(help_text="The receipt as canonical JSON, as it is handed out.")
    handed_out_to = recorded_by_field()
    handed_out_at = models.DateTimeField()

    class Meta:
        ordering = ["-event"]

    def __str__(self) -> str:
        return f"receipt {self.event}"
