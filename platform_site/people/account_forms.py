"""The forms of tokens and service accounts: they check the shape, the actions check the rest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from platform_site.access import Role
from platform_site.forms import ActionForm
from platform_site.owned_forms import OwnerField
from platform_site.people.actions.persons import NEVER_FOR_SERVICE_ACCOUNTS
from platform_site.people.models import ApiToken, Team

SCOPES = (
    (ApiToken.Scope.READ, "read: see everything"),
    (ApiToken.Scope.WRITE, "write: register, promote, run checks, as far as the roles reach"),
    (ApiToken.Scope.APPROVE, "approve: decide the requests of others"),
    (ApiToken.Scope.ADMIN, "admin: make and revoke tokens, and what administrators do"),
)
LASTING = ((7, "a week"), (30, "30 days"), (90, "90 days"), (365, "a year"), ("", "never"))
PROGRAM_ROLES = [(role.value, role.value) for role in Role if role not in NEVER_FOR_SERVICE_ACCOUNTS]


class TokenForm(ActionForm):
    """A new token."""

    name = forms.CharField(max_length=80, label="Purpose", help_text="For example the pipeline that will use it.")
    scopes = forms.MultipleChoiceField(choices=SCOPES, widget=forms.CheckboxSelectMultiple, initial=["read"])
    expires_in_days = forms.TypedChoiceField(
        choices=LASTING, coerce=int, empty_value=None, required=False, initial=90, label="Expires after"
    )


class ProgramTokenForm(TokenForm):
    """A new token of a service account, which approves nothing and administers nobody."""

    scopes = forms.MultipleChoiceField(choices=SCOPES[:2], widget=forms.CheckboxSelectMultiple, initial=["read"])


class TeamChangeForm(ActionForm):
    """What is known of a team."""

    name = forms.CharField(max_length=120)
    on_platform = forms.TypedChoiceField(
        label="Works on the platform",
        choices=[("", "Not known"), ("true", "Yes"), ("false", "No")],
        coerce=lambda word: word == "true",
        empty_value=None,
        required=False,
    )
    onboarded_on = forms.DateField(
        label="On the platform since", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    organization = forms.ChoiceField(
        required=False, help_text="Whose figures its models, tickets and projects enter."
    )  # its choices are the organizations of the day

    def __init__(self, *args: Any, organizations: Iterable[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Nobody's yet"), *((record.slug, record.name) for record in organizations)]
        self.fields["organization"] = forms.ChoiceField(
            choices=choices, required=False, help_text=self.fields["organization"].help_text
        )

    @staticmethod
    def initial_of(team: Team) -> dict[str, Any]:
        """The initial values that show a team in the form."""
        word = {None: "", True: "true", False: "false"}[team.on_platform]
        slug = team.organization.slug if team.organization else ""
        return {
            "name": team.name, "on_platform": word, "onboarded_on": team.onboarded_on, "organization": slug,
        }  # fmt: skip


class TeamForm(TeamChangeForm):
    """A team to add."""

    slug = forms.CharField(
        max_length=63, help_text="Lower-case letters, digits, - and _. It stays; the name may change."
    )
    field_order = ("slug", "name")


class PersonForm(ActionForm):
    """A person to add, who chooses the password."""

    username = forms.CharField(max_length=150, help_text="Letters, digits and @ . + - _, as they will sign in.")
    roles = forms.MultipleChoiceField(
        choices=[(role.value, role.value) for role in Role],
        widget=forms.CheckboxSelectMultiple,
        initial=[Role.CONTRIBUTOR],
        required=False,
        help_text="approver, lead and administrator decide about others: another person has to agree first.",
    )
    teams = forms.ModelMultipleChoiceField(
        queryset=Team.objects.order_by("name"),
        to_field_name="slug",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def clean_teams(self) -> list[str]:
        return [team.slug for team in self.cleaned_data["teams"]]


class ServiceAccountForm(ActionForm):
    """A new service account."""

    name = forms.CharField(max_length=150, help_text="Letters, digits and @ . + - _, for example ci-forecasting.")
    team = OwnerField(label="Team", help_text="It can change what belongs to this team, and read everything else.")
    roles = forms.MultipleChoiceField(
        choices=PROGRAM_ROLES, widget=forms.CheckboxSelectMultiple, initial=[Role.CONTRIBUTOR], required=False
    )
    owner = forms.CharField(
        max_length=150, help_text="The username of the person who answers for it, and decides nothing that it requests."
    )


class ServiceAccountChangeForm(ServiceAccountForm):
    """Another team or other roles. The name stays, because the audit log refers to it."""

    name = None  # type: ignore[assignment] # Django removes an inherited field so


class PasswordLinkForm(ActionForm):
    """Who gets a link to a new password."""

    username = forms.CharField(max_length=150, help_text="Somebody who signs in with a password and decides nothing.")
