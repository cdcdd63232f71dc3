"""The site's own records: the API's answers to keyed requests."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class KeyedAnswer(models.Model):
    """The first answer to a POST with an `Idempotency-Key`; without a status while the request is in progress."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request_digest = models.CharField(max_length=64, help_text="SHA-256 of method, path and body.")
    status = models.PositiveSmallIntegerField(null=True)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = []
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="keyed_answer_once")]

    def __str__(self) -> str:
        return f"{self.key} of {self.user_id}"
