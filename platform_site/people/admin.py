"""People, teams and tokens in the admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from platform_site.access import Actor, actor_of, can_manage_teams
from platform_site.admin import ActionAdmin, ReadOnlyAdmin
from platform_site.errors import Refusal
from platform_site.people import queries
from platform_site.people.actions import revoke_token
from platform_site.people.actions.provider import hand_over
from platform_site.people.forms import PersonForm, TeamForm
from platform_site.people.models import ApiToken, Team, User


@admin.register(User)
class PersonAdmin(ActionAdmin):
    """People with their roles and teams. Nobody is deleted: the audit log names them."""

    form = PersonForm
    list_display = ("username", "is_active", "is_service", "last_login")
    list_filter = ("is_active", "is_service")
    search_fields = ("username",)
    actions = ("hand_over_to_provider",)  # type: ignore[assignment] # the base has none

    @admin.action(description="Hand the selected people over to the provider", permissions=["change"])
    def hand_over_to_provider(self, request: HttpRequest, people: QuerySet[User]) -> None:
        try:
            with transaction.atomic():
                for person in people:
                    hand_over(person, actor=actor_of(request.user))
        except Refusal as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, "From now on they sign in through the provider.")

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("username", "password", "roles", "teams")
        if self.has_change_permission(request, obj):
            return ("username", "is_active", "roles", "teams")
        return ("username", "is_active", "role_names", "team_names")

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        user = super().save_form(request, form, change)
        for pending in queries.waiting_access_requests().filter(user=user):
            names = ", ".join([*pending.roles, *pending.teams])
            messages.warning(request, f"{user.username} gets {names} when it is approved: it waits for another person under Access requests.")  # fmt: skip
        return user

    @admin.display(description="teams")
    def team_names(self, user: User) -> str:
        return ", ".join(user.memberships.values_list("team__slug", flat=True))


@admin.register(Team)
class TeamAdmin(ActionAdmin):
    """The units of ownership."""

    form = TeamForm
    list_display = ("slug", "name", "organization", "on_platform", "onboarded_on")
    list_filter = ("organization", "on_platform")
    list_select_related = ("organization",)
    search_fields = ("slug", "name")

    def may(self, actor: Actor) -> bool:
        return can_manage_teams(actor)


@admin.register(ApiToken)
class TokenAdmin(ReadOnlyAdmin):
    """Tokens can be revoked here; their owners or a command make them."""

    list_display = ("prefix", "user", "scopes", "created_at", "expires_at", "last_used_at", "revoked_at")
    exclude = ("digest",)
    actions = ("revoke",)  # type: ignore[assignment] # the base has none

    @admin.action(description="Revoke the selected tokens", permissions=["view"])
    def revoke(self, request: HttpRequest, tokens: QuerySet[ApiToken]) -> None:
        for token in tokens.select_related("user"):
            revoke_token(token, actor=actor_of(request.user))
        messages.success(request, "The selected tokens are revoked.")


admin.site.unregister(Group)
