"""Receipts of regulator packs, each anchored in the event of its handing out, and the texts of model cards. Written once."""

from __future__ import annotations

from django.db import models

from registry.models.fields import digest_field, recorded_by_field
from registry.models.model_versions import ModelVersion, RegisteredModel


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


class ModelCardText(models.Model):
    """What people say of a model under the headings of its card: one version of all texts. Another person reviews it once."""

    model = models.ForeignKey(RegisteredModel, on_delete=models.PROTECT, related_name="card_texts")
    number = models.PositiveIntegerField(help_text="1, 2, 3 …; the highest one is in force.")
    texts = models.JSONField(help_text="{name of the text: text}")
    reason = models.TextField(max_length=4000)
    saved_by = recorded_by_field()
    saved_at = models.DateTimeField()
    reviewed_by = models.CharField(max_length=150, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["model", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["model", "number"], name="model_card_text_number_once"),
            models.CheckConstraint(
                condition=models.Q(reviewed_by="", reviewed_at=None)
                | (models.Q(reviewed_at__isnull=False) & ~models.Q(reviewed_by=models.F("saved_by"))),
                name="model_card_text_reviewed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"texts {self.number} of {self.model_id}"
