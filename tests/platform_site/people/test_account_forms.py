"""The forms of tokens and service accounts: choices, limits and defaults."""

from __future__ import annotations

import pytest

from platform_site.people.account_forms import (
    ProgramTokenForm,
    ServiceAccountChangeForm,
    ServiceAccountForm,
    TokenForm,
)

pytestmark = pytest.mark.django_db
TOKEN = {"name": "nightly import", "scopes": ["read"], "expires_in_days": "30"}
ACCOUNT = {"name": "ci-forecasting", "team": "forecasting", "roles": ["contributor"], "owner": "lead"}


@pytest.mark.parametrize(("days", "value"), [("7", 7), ("365", 365), ("", None)])
def test_a_token_lasts_one_of_the_offered_times_or_for_ever(days, value):
    form = TokenForm(TOKEN | {"expires_in_days": days})
    assert form.is_valid()
    assert form.cleaned_data["expires_in_days"] == value


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["read", "fly"]}, "scopes"),
        ({"expires_in_days": "31"}, "expires_in_days"),
    ],
)
def test_a_fault_of_a_token_is_at_its_field(changed, field):
    assert TokenForm(TOKEN | changed).errors.keys() == {field}
    assert TokenForm(TOKEN | {"name": "x" * 80}).is_valid()


@pytest.mark.parametrize("scope", ["approve", "admin"])
def test_a_program_is_not_offered_what_only_people_do(scope):
    assert TokenForm(TOKEN | {"scopes": [scope]}).is_valid()
    assert ProgramTokenForm(TOKEN | {"scopes": ["read", scope]}).errors.keys() == {"scopes"}


def test_an_account_belongs_to_a_team_that_exists_and_has_a_role_of_programs(people):
    assert ServiceAccountForm(ACCOUNT).is_valid()
    assert ServiceAccountForm(ACCOUNT | {"roles": []}).is_valid()
    for changed in ({"team": "moon"}, {"team": ""}, {"roles": ["approver"]}, {"roles": ["administrator"]}):
        assert ServiceAccountForm(ACCOUNT | changed).errors.keys() == changed.keys()


def test_a_change_has_no_name(people):
    form = ServiceAccountChangeForm(ACCOUNT)
    assert form.is_valid()
    assert form.cleaned_data == {"team": "forecasting", "roles": ["contributor"], "owner": "lead"}
