"""People, their teams, and the tokens that their programs use."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

SLUG = RegexValidator(
    r"^[a-z][a-z0-9_-]{0,62}\Z", "Write lower-case letters, digits, - and _, beginning with a letter."
)


class User(AbstractUser):
    """A person who signs in, or a service account: a program that uses tokens. Roles are groups, teams are memberships."""

    is_service = models.BooleanField("service account", default=False, editable=False)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(Lower("username"), name="username_once_in_any_case"),
            models.CheckConstraint(
                condition=Q(is_service=False) | Q(is_staff=False, is_superuser=False, password__startswith="!"),  # noqa: S106 - no hash begins so
                name="service_account_never_signs_in",
                violation_error_message="A service account has no password and no rights in the admin.",
            ),
        ]

    @property
    def role_names(self) -> list[str]:
        return sorted(group.name for group in self.groups.all())


class Team(models.Model):
    """The unit of ownership: features, models and checks belong to a team."""

    slug = models.CharField(max_length=63, unique=True, validators=[SLUG], help_text="How the API names it.")
    name = models.CharField(max_length=120)
    on_platform = models.BooleanField(
        null=True, blank=True, help_text="Whether it works on the platform; empty: nobody knows."
    )
    onboarded_on = models.DateField(null=True, blank=True, help_text="The day on which it began to.")

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug


class Membership(models.Model):
    """A person belongs to a team."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships")

    class Meta:
        ordering = ["team__slug"]
        constraints = [models.UniqueConstraint(fields=["user", "team"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"


class ApiToken(models.Model):
    """A bearer token: shown once when made, stored as a SHA-256 digest."""

    class Scope(models.TextChoices):
        READ = "read"
        WRITE = "write"
        APPROVE = "approve"
        ADMIN = "admin"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(
        max_length=80, blank=True, help_text="What it is for, such as the pipeline that carries it."
    )
    prefix = models.CharField(max_length=16, help_text="The token's first characters, to recognise it by.")
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    expiry_noted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.prefix}… of {self.user}"

    def is_valid(self, now: datetime) -> bool:
        """Whether the token is valid at that time."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)

    @property
    def state(self) -> str:
        """`active`, `expired` or `revoked`."""
        if self.revoked_at:
            return "revoked"
        return "active" if self.is_valid(timezone.now()) else "expired"


class ProviderIdentity(models.Model):
    """A person's identity at an OpenID Connect provider: the issuer and its permanent identifier of the person."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="provider_identity")
    issuer = models.CharField(max_length=500)
    subject = models.CharField(max_length=255)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="provider_identity_once")]

    def __str__(self) -> str:
        return f"{self.user} at {self.issuer}"
