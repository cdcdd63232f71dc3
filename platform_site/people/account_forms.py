"""What is typed in about tokens and service accounts: shape only; what makes sense is for the action."""

from __future__ import annotations

from typing import Any

from django import forms

from platform_site.access import Role
from platform_site.forms import ActionForm
from platform_site.people import queries
from platform_site.people.actions.persons import NEVER_A_PROGRAMS
from platform_site.people.models import ApiToken

SCOPES = (
    (ApiToken.Scope.READ, "read: see everything"),
    (ApiToken.Scope.WRITE, "write: register, promote, run checks, as far as the roles reach"),
    (ApiToken.Scope.APPROVE, "approve: decide what others asked for"),
    (ApiToken.Scope.ADMIN, "admin: make and revoke tokens, and what administrators do"),
)
LASTING = ((7, "a week"), (30, "30 days"), (90, "90 days"), (365, "a year"), ("", "until it is revoked"))
PROGRAM_ROLES = [(role.value, role.value) for role in Role if role not in NEVER_A_PROGRAMS]


class TokenForm(ActionForm):
    """A new token."""

    name = forms.CharField(max_length=80, label="What for", help_text="Such as the pipeline that will carry it.")
    scopes = forms.MultipleChoiceField(choices=SCOPES, widget=forms.CheckboxSelectMultiple, initial=["read"])
    expires_in_days = forms.TypedChoiceField(
        choices=LASTING, coerce=int, empty_value=None, required=False, initial=90, label="It ends after"
    )


class ProgramTokenForm(TokenForm):
    """A new token of a service account, which approves nothing and administers nobody."""

    scopes = forms.MultipleChoiceField(choices=SCOPES[:2], widget=forms.CheckboxSelectMultiple, initial=["read"])


class ServiceAccountForm(ActionForm):
    """A new service account."""

    name = forms.CharField(max_length=150, help_text="Letters, digits and @ . + - _, such as ci-forecasting.")
    team = forms.ChoiceField(help_text="It changes what belongs to this team, and reads the rest.")
    roles = forms.MultipleChoiceField(
        choices=PROGRAM_ROLES, widget=forms.CheckboxSelectMultiple, initial=[Role.CONTRIBUTOR], required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].choices = [(team.slug, f"{team.name} ({team.slug})") for team in queries.teams()]


class ServiceAccountChangeForm(ServiceAccountForm):
    """Another team or other roles of one; its name stays, for the log knows it by that."""

    name = None
