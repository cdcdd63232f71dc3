"""The append-only log. The database refuses to change or delete a row; see migration 0002."""

from __future__ import annotations

import json
from typing import Any

from django.db import models


class AuditEvent(models.Model):
    """One event of the chain; written by `record` alone."""

    sequence = models.BigIntegerField(primary_key=True)
    at = models.CharField(max_length=40, help_text="UTC, ISO-8601: the text that was hashed.")
    actor = models.CharField(max_length=150)
    action = models.CharField(max_length=80, help_text="noun.past_tense")
    subject = models.CharField(max_length=300, help_text="kind:name")
    payload = models.TextField(help_text="Canonical JSON: the text that was hashed.")
    previous_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)
    mac = models.CharField(max_length=64)

    class Meta:
        ordering = ["-sequence"]
        default_permissions = ["view"]
        indexes = [
            models.Index(fields=["subject", "sequence"], name="audit_by_subject"),
            models.Index(fields=["actor", "sequence"], name="audit_by_actor"),
            models.Index(fields=["action", "sequence"], name="audit_by_action"),
            models.Index(fields=["at"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} {self.subject}"

    @property
    def content(self) -> Any:
        """The payload as JSON values; its bare text where somebody tampered with it so that it is not JSON."""
        try:
            return json.loads(self.payload)
        except ValueError:
            return self.payload


class AuditHead(models.Model):
    """The single row that appending locks: the last sequence and hash."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)
    key_id = models.CharField(
        max_length=12,
        blank=True,
        help_text="The key in use, until `rotate_keys` changes it; empty: the one of the last event.",
    )

    class Meta:
        default_permissions = []
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_head_is_one")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash[:12]}"
