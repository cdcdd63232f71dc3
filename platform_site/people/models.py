"""People, their teams, and the tokens that their programs use."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

SLUG = RegexValidator(
    r"^[a-z][a-z0-9_-]{0,62}\Z", "Write lower-case letters, digits, - and _, beginning with a letter."
)


BY_COMMAND = "system"  # the actor of commands, and no username


class User(AbstractUser):
    """A person who signs in, or a service account: a program that uses tokens. Roles are groups, teams are memberships."""

    is_service = models.BooleanField("service account", default=False, editable=False)
    owner = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="owned_accounts",
        help_text="The person who answers for a service account.",
    )

    session_generation = models.PositiveIntegerField(
        default=0, editable=False, help_text="Sessions of an earlier generation have ended."
    )

    password_known = models.BooleanField(
        default=False,
        editable=False,
        help_text="Somebody else chose the password: nothing is decided until it is changed.",
    )
    came_through = ""  # for this request: a session, or which token (`platform_site.access.Actor.door`)
    acts_through = ""  # for this request: what belongs on record beside the name (`platform_site.access.Actor.through`)

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

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django ends a session whose hash is not this: with a new password, and with a new generation."""
        salt = "platform_site.people.models.User.session"
        value = f"{self.session_generation}:{self.password}"
        return salted_hmac(salt, value, secret=secret, algorithm="sha256").hexdigest()

    def list_powers(self) -> QuerySet[Any, tuple[str, str]]:
        """The roles, teams and other accounts that they hold, each as its kind and name; one query."""
        roles = self.groups.order_by().values_list(Value("role"), "name")
        teams = self.memberships.order_by().values_list(Value("team"), "team__slug")
        accounts = self.held_accounts.order_by().values_list(Value("account"), "account__username")
        return roles.union(teams, accounts)


class Team(models.Model):
    """The unit of ownership: features, models and checks belong to a team."""

    slug = models.CharField(max_length=63, unique=True, validators=[SLUG], help_text="How the API names it.")
    name = models.CharField(max_length=120)
    on_platform = models.BooleanField(
        null=True, blank=True, help_text="Whether it works on the platform; empty: nobody knows."
    )
    onboarded_on = models.DateField(null=True, blank=True, help_text="The day on which it began to.")
    organization = models.ForeignKey(
        "assessments.Organization",  # by name alone: nothing here reads what an organization is
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="teams",
        help_text="Whose figures its models, tickets and projects enter; empty: nobody's yet.",
    )

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


class AccountHolder(models.Model):
    """Somebody in whose hands another account is or was: nobody decides what an account in their hands requested.

    A row stays for good, whoever owns the account later: what they know of it cannot be taken back.
    """

    class Reason(models.TextChoices):
        OWNER = "owner", "owns it"
        MADE = "made", "made it"
        TOKEN = "token", "made a token of it"
        PASSWORD = "password", "made a password link of it"

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="holders")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="held_accounts")
    reason = models.CharField(max_length=10, choices=Reason.choices)
    since = models.DateTimeField()

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "person", "reason"], name="account_holder_once"),
            models.CheckConstraint(condition=~Q(account=F("person")), name="account_held_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_reason_display()}: {self.account}"


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
    made_by = models.CharField(
        max_length=150, blank=True, editable=False, help_text="Who made it; system: a command in a shell."
    )
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
    def is_made_by_command(self) -> bool:
        """Whether it was made in a shell, by whoever had it."""
        return self.made_by == BY_COMMAND

    @property
    def is_anothers(self) -> bool:
        """Whether one person made it to act as another, which is refused today: it does not work any more."""
        return self.made_by not in ("", BY_COMMAND) and self.made_by != self.user.username and not self.user.is_service

    @property
    def state(self) -> str:
        """`active`, `expired` or `revoked`."""
        if self.revoked_at or self.is_anothers:
            return "revoked"
        return "active" if self.is_valid(timezone.now()) else "expired"


class AccessRequest(models.Model):
    """A request that somebody gets roles or teams which decide about others: it waits for another person. Decided once."""

    class State(models.TextChoices):
        WAITING = "waiting"
        APPROVED = "approved"
        REJECTED = "rejected"
        WITHDRAWN = "withdrawn"
        EXPIRED = "expired"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="access_requests")
    roles = models.JSONField(default=list, help_text="The roles to add.")
    teams = models.JSONField(default=list, help_text="The slugs of the teams to join.")
    requested_by = models.CharField(max_length=150)
    requested_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State, default=State.WAITING)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True, max_length=4000)

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "rejected"])
                | (Q(decided_at__isnull=False) & ~Q(decided_by__in=["", "system"]) & ~Q(decided_by=F("requested_by"))),
                name="access_request_decided_by_another_person",
            ),
        ]
        indexes = [models.Index(fields=["state", "expires_at"], name="access_request_by_state")]

    def __str__(self) -> str:
        return f"access request {self.pk}"

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.WAITING and self.expires_at > timezone.now()

    @property
    def status(self) -> str:
        """The state that counts now: an expired request waits no more."""
        over = self.state == self.State.WAITING and not self.is_waiting
        return str(self.State.EXPIRED if over else self.state)


class SignInFailure(models.Model):
    """An attempt to come in that failed. It is deleted after 30 days: anybody can cause one, so none is an audit event."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
    name_digest = models.CharField(max_length=64, help_text="Of the name that was typed, which may be a password.")
    source = models.CharField(max_length=80, help_text="The known device, or the address or its network.")
    address = models.CharField(max_length=45, blank=True)
    because = models.CharField(max_length=40)
    counts = models.BooleanField(default=True, help_text="Whether it still counts against who tries again.")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["name_digest", "at"], name="sign_in_failure_by_name"),
            models.Index(fields=["source", "at"], name="sign_in_failure_by_source"),
            models.Index(fields=["at"], name="sign_in_failure_by_time"),
        ]

    def __str__(self) -> str:
        return f"failed sign-in {self.pk}"


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
