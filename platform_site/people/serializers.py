"""Tokens and service accounts in the API."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from platform_site.access import Role
from platform_site.api.serializers import StrictSerializer
from platform_site.pages import LONGEST_REASON
from platform_site.people.actions.persons import NEVER_FOR_SERVICE_ACCOUNTS
from platform_site.people.actions.tokens import LONGEST_DAYS
from platform_site.people.models import AccessRequest, ApiToken, Team, User

TOKEN_STATES = ["active", "expired", "revoked"]
PROGRAM_ROLES = [role.value for role in Role if role not in NEVER_FOR_SERVICE_ACCOUNTS]


class TokenInput(StrictSerializer):
    """A new token."""

    name = serializers.CharField(max_length=80, help_text="What it is for.")
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=ApiToken.Scope.choices), min_length=1, max_length=4
    )
    expires_in_days = serializers.IntegerField(min_value=1, max_value=LONGEST_DAYS, required=False, allow_null=True)
    user = serializers.CharField(
        max_length=150, required=False, help_text="The owner: you by default, or a service account."
    )


class TokenOutput(serializers.ModelSerializer):
    """A token without its text."""

    user = serializers.CharField(source="user.username")
    scopes = serializers.ListField(child=serializers.CharField())
    state = serializers.ChoiceField(choices=TOKEN_STATES)

    class Meta:
        model = ApiToken
        fields: tuple[str, ...] = (
            "id", "user", "name", "prefix", "scopes", "state", "made_by", "created_at", "expires_at", "last_used_at", "revoked_at",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = fields


class NewTokenOutput(TokenOutput):
    """A token with its text, which no other answer has."""

    token = serializers.CharField(source="text", help_text="Shown only once.")

    class Meta(TokenOutput.Meta):
        fields = (*TokenOutput.Meta.fields, "token")
        read_only_fields = fields


class TeamInput(StrictSerializer):
    """A team to add."""

    slug = serializers.CharField(max_length=63, help_text="How everything refers to it; it stays.")
    name = serializers.CharField(max_length=120)
    on_platform = serializers.BooleanField(required=False, allow_null=True, help_text="null: nobody knows.")
    onboarded_on = serializers.DateField(required=False, allow_null=True)
    organization = serializers.CharField(
        max_length=63, required=False, allow_null=True, help_text="The slug of its organization; null: nobody's yet."
    )


class TeamChange(StrictSerializer):
    """What to change of a team; what is left out stays."""

    name = serializers.CharField(max_length=120, required=False)
    on_platform = serializers.BooleanField(required=False, allow_null=True, help_text="null: nobody knows.")
    onboarded_on = serializers.DateField(required=False, allow_null=True)
    organization = serializers.CharField(
        max_length=63, required=False, allow_null=True, help_text="The slug of its organization; null: nobody's yet."
    )


class MemberOutput(serializers.Serializer):
    """Somebody who belongs to a team, with the roles that they have in all their teams."""

    name = serializers.CharField(source="user.username")
    roles = serializers.ListField(source="user.role_names", child=serializers.CharField())


class TeamOutput(serializers.ModelSerializer):
    """A team and its members."""

    members = MemberOutput(source="memberships", many=True)
    organization: serializers.SlugRelatedField[Any] = serializers.SlugRelatedField(
        slug_field="slug", read_only=True, allow_null=True
    )

    class Meta:
        model = Team
        fields = ("slug", "name", "organization", "on_platform", "onboarded_on", "members")
        read_only_fields = fields


class RolesField(serializers.ListField):
    """The roles that a service account may have."""

    def __init__(self, **options: Any) -> None:
        super().__init__(child=serializers.ChoiceField(choices=PROGRAM_ROLES), max_length=len(PROGRAM_ROLES), **options)


class ServiceAccountInput(StrictSerializer):
    """A new service account."""

    name = serializers.CharField(max_length=150)
    team = serializers.CharField(max_length=63, help_text="The slug of its team.")
    roles = RolesField(default=["viewer"])
    owner = serializers.CharField(
        max_length=150, required=False, help_text="The person who answers for it. You by default."
    )


class ServiceAccountChange(StrictSerializer):
    """The fields to change; the others stay as they are."""

    team = serializers.CharField(max_length=63, required=False)
    roles = RolesField(required=False)
    owner = serializers.CharField(max_length=150, required=False, help_text="The person who answers for it.")
    active = serializers.BooleanField(required=False)


class ServiceAccountOutput(serializers.ModelSerializer):
    """A service account."""

    name = serializers.CharField(source="username")
    team = serializers.SerializerMethodField()
    roles = serializers.ListField(child=serializers.CharField(), source="role_names")
    owner = serializers.CharField(source="owner.username", allow_null=True, default=None)
    active = serializers.BooleanField(source="is_active")
    tokens = serializers.IntegerField(source="open_tokens", help_text="How many are valid now.")
    created_at = serializers.DateTimeField(source="date_joined")

    class Meta:
        model = User
        fields = ("name", "team", "roles", "owner", "active", "tokens", "created_at")
        read_only_fields = fields

    def get_team(self, account: User) -> str:
        return next((membership.team.slug for membership in account.memberships.all()), "")


class AccessDecisionInput(StrictSerializer):
    """Why somebody decides so."""

    reason = serializers.CharField(max_length=LONGEST_REASON, allow_blank=True, default="")


class AccessRequestOutput(serializers.ModelSerializer):
    """A request that somebody gets roles and teams which decide about others."""

    user = serializers.CharField(source="user.username")
    roles = serializers.ListField(child=serializers.CharField())
    teams = serializers.ListField(child=serializers.CharField())
    status = serializers.ChoiceField(choices=AccessRequest.State.choices, help_text="The state that counts now.")

    class Meta:
        model = AccessRequest
        fields = (
            "id", "user", "roles", "teams", "state", "status", "requested_by", "requested_at", "expires_at",
            "decided_by", "decided_at", "decision_reason",
        )  # fmt: skip
        read_only_fields = fields
