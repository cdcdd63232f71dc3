"""The admin's forms over people and teams; each calls its action once it is valid."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import Group

from platform_site.forms import ActionModelForm
from platform_site.people import actions
from platform_site.people.models import Team, User


class TeamForm(ActionModelForm):
    """A new team, or what has changed of one."""

    class Meta:
        model = Team
        fields = ("slug", "name", "organization", "on_platform", "onboarded_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].disabled = bool(self.instance.pk)

    def perform(self, fields: dict[str, Any]) -> Team:
        if not self.instance.pk:
            return actions.create_team(**fields, actor=self.actor)
        changes = {name: value for name, value in fields.items() if name != "slug"}
        return actions.change_team(Team.objects.get(pk=self.instance.pk), **changes, actor=self.actor)


class PersonForm(ActionModelForm):
    """A person with roles and teams; the password is set once, when they are added."""

    password = forms.CharField(
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        help_text="They can change it after signing in.",
    )
    roles = forms.ModelMultipleChoiceField(
        Group.objects.order_by("name"), required=False, to_field_name="name", widget=forms.CheckboxSelectMultiple
    )
    teams = forms.ModelMultipleChoiceField(
        Team.objects.order_by("slug"), required=False, to_field_name="slug", widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = User
        fields = ("username", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["password"]
            self.fields["username"].disabled = True
            self.initial["roles"] = list(self.instance.groups.values_list("name", flat=True))
            self.initial["teams"] = list(self.instance.memberships.values_list("team__slug", flat=True))

    def perform(self, fields: dict[str, Any]) -> User:
        chosen = {"roles": [group.name for group in fields["roles"]], "teams": [team.slug for team in fields["teams"]]}
        if not self.instance.pk:
            return actions.create_user(
                username=fields["username"], password=fields["password"], **chosen, actor=self.actor
            )
        user = User.objects.get(pk=self.instance.pk)
        actions.set_powers(user, chosen["roles"], chosen["teams"], actor=self.actor)
        actions.set_active(user, fields["is_active"], actor=self.actor)
        return user
