"""One-time links that lead an approver to a change request, as mail, chat or a pull request carries them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from platform_site.work import Work
from registry.models.deployments import ChangeRequest
from registry.models.fields import digest_field, recorded_by_field


class ApprovalLink(Work):
    """A link for one person and one diff, until an end. It decides nothing by itself: the person signs in, and decides once.

    Only its number is stored; the link itself is signed, and made anew wherever it is sent.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        NOT_MAILED = "not_mailed"

    WORKING = State.SENDING

    change_request = models.ForeignKey(ChangeRequest, on_delete=models.PROTECT, related_name="links")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    digest = digest_field(help_text="Of the change that it shows.")
    made_by = recorded_by_field()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=State)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-pk"]
        default_permissions = ["view"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("created_at")), name="approval_link_ends_later"),
        ]
        indexes = [models.Index(fields=["state", "sent_at"], name="approval_link_by_state")]

    def __str__(self) -> str:
        return f"approval link {self.pk}"
