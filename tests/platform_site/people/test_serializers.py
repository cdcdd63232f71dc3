"""What the API accepts for tokens and service accounts, and what it never returns."""

from __future__ import annotations

import pytest
from rest_framework.exceptions import ErrorDetail

from platform_site.access import SYSTEM
from platform_site.api.serializers import StrictSerializer
from platform_site.people import actions, queries
from platform_site.people.serializers import (
    ServiceAccountChange,
    ServiceAccountInput,
    ServiceAccountOutput,
    TokenInput,
    TokenOutput,
)

TOKEN = {"name": "gate in CI", "scopes": ["read"]}
ACCOUNT = {"name": "ci-forecasting", "team": "forecasting"}


def faults(serializer: StrictSerializer) -> list[tuple[str, object]]:
    """Field and code of everything that is refused."""
    serializer.is_valid()
    return [(name, fault.code) for name, error in serializer.errors.items() for fault in flat(error)]


def flat(faults: object) -> list[ErrorDetail]:
    return [fault for part in faults.values() for fault in part] if isinstance(faults, dict) else faults


@pytest.mark.parametrize("days", [None, 1, 3650])
def test_a_token_lasts_a_day_to_ten_years_or_for_ever(days):
    assert TokenInput(data=TOKEN | {"expires_in_days": days}).is_valid()


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"expires_in_days": 0}, "expires_in_days", "min_value"),
        ({"expires_in_days": 3651}, "expires_in_days", "max_value"),
        ({"name": "x" * 81}, "name", "max_length"),
        ({"name": None}, "name", "null"),
        ({"scopes": []}, "scopes", "min_length"),
        ({"scopes": ["read"] * 5}, "scopes", "max_length"),
        ({"digest": "x"}, "digest", "unknown_field"),
    ],
)
def test_a_fault_of_a_token_has_its_field_and_code(changed, field, code):
    assert faults(TokenInput(data=TOKEN | changed)) == [(field, code)]


def test_an_account_is_a_viewer_by_default_and_never_an_approver():
    serializer = ServiceAccountInput(data=ACCOUNT)
    assert serializer.is_valid()
    assert serializer.validated_data["roles"] == ["viewer"]
    for role in ("approver", "administrator", "king"):
        assert faults(ServiceAccountInput(data=ACCOUNT | {"roles": [role]})) == [("roles", "invalid_choice")]


def test_a_change_holds_only_what_was_sent_and_never_the_name():
    serializer = ServiceAccountChange(data={"active": False})
    assert serializer.is_valid()
    assert serializer.validated_data == {"active": False}
    assert faults(ServiceAccountChange(data={"name": "other"})) == [("name", "unknown_field")]


@pytest.mark.django_db
def test_a_token_is_returned_without_its_digest_and_text(people):
    made = actions.issue_token(people["viewer"], actor=SYSTEM)
    content = TokenOutput(made.token).data
    assert (content["user"], content["state"], content["expires_at"]) == ("viewer", "active", None)
    assert not {made.text, made.token.digest} & set(map(str, content.values()))


@pytest.mark.django_db
def test_an_account_is_returned_with_its_team_and_sorted_roles(bot, actor):
    actions.set_roles(bot, ["viewer", "contributor"], actor=SYSTEM)
    content = ServiceAccountOutput(queries.service_account("ci-bot", actor("admin"))).data
    assert (content["name"], content["team"], content["roles"]) == ("ci-bot", "forecasting", ["contributor", "viewer"])
    assert (content["active"], content["tokens"]) == (True, 0)
