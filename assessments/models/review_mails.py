"""Who gets the review of an organization by mail, and each mail.

A mail is a row before it is sent: see `platform_site.work`. There is one for a person, an organization and a week or month,
whoever makes it; it stays when the subscription ends, so that a new one sends nothing twice.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from assessments.models.organizations import Organization
from assessments.review.rules.digest import Every
from platform_site.work import Work

HOW_OFTEN = [(word.value, word.value) for word in Every]


class ReviewSubscription(models.Model):
    """A person gets the review of an organization by mail."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="review_subscriptions")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="review_subscriptions")
    every = models.CharField(max_length=8, choices=HOW_OFTEN)
    subscribed_at = models.DateTimeField()

    class Meta:
        ordering = ["organization__slug", "person__username"]
        constraints = [models.UniqueConstraint(fields=["person", "organization"], name="review_subscription_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.every}: {self.organization.slug}"


class ReviewMail(Work):
    """The digest of one week or month for one person."""

    class State(models.TextChoices):
        QUEUED = "queued"
        SENDING = "sending"
        SENT = "sent"
        SKIPPED = "skipped"
        FAILED = "failed"

    WAITING, WORKING, ATTEMPTS = State.QUEUED, State.SENDING, "attempts"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    every = models.CharField(max_length=8, choices=HOW_OFTEN)
    period_begin = models.DateField(help_text="The first day of the week or month in which it is sent.")
    since = models.DateField(null=True, blank=True, help_text="The day of the digest before; empty: the last review.")
    until = models.DateField(null=True, blank=True, help_text="The last day that the sent digest covers.")
    state = models.CharField(max_length=16, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    handed_over_at = models.DateTimeField(
        null=True, blank=True, help_text="When the mail server was last given it; empty once it refused."
    )
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was not sent.")

    class Meta:
        ordering = ["-pk"]
        default_permissions = ["view"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organization", "every", "period_begin"], name="review_mail_once_in_a_period"
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | (Q(token__isnull=False) & Q(lease_until__isnull=False)),
                name="review_mail_being_sent_has_token_and_lease",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "skipped", "failed"], finished_at__isnull=False)
                | Q(state__in=["queued", "sending"], finished_at__isnull=True),
                name="review_mail_is_finished_once_over",
            ),
        ]
        indexes = [models.Index(fields=["state", "next_attempt_at"], name="review_mail_by_state")]

    def __str__(self) -> str:
        return f"{self.organization.slug} for {self.person}, {self.period_begin}"
