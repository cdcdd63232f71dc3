"""The variables that describe a provider, and what a group gives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from platform_site.environment import ImproperlyConfigured, read
from platform_site.people.provider.settings import Membership

WHOLE = {
    "OIDC_ISSUER": "https://id.example.com/", "OIDC_CLIENT_ID": "plumbline", "OIDC_CLIENT_SECRET": "hunter2",
    "OIDC_GROUP_MAP": json.dumps({"ml-leads": {"roles": ["lead"], "teams": ["ml-platform"]}}),
}  # fmt: skip


def test_what_is_given_is_what_holds(tmp_path):
    result = read(WHOLE | {"STATE_DIR": str(tmp_path)}, base_dir=tmp_path)
    assert (result.provider.issuer, result.password_sign_in) == ("https://id.example.com", "administrators")
    assert result.provider.membership_of(["ml-leads"]) == Membership(("lead",), ("ml-platform",))


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({"OIDC_ISSUER": "https://id.example.com"}, ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_GROUP_MAP"]),
        ({"OIDC_CLIENT_ID": "x", "OIDC_NAME": "y"}, ["OIDC_CLIENT_ID", "OIDC_NAME"]),
        ({"PASSWORD_SIGN_IN": "nobody"}, ["PASSWORD_SIGN_IN"]),
        ({"PASSWORD_SIGN_IN": "some"}, ["PASSWORD_SIGN_IN"]),
        (WHOLE | {"OIDC_ISSUER": "http://id.example.com"}, ["OIDC_ISSUER"]),
        (WHOLE | {"OIDC_ISSUER": "https://id.example.com/?a=1"}, ["OIDC_ISSUER"]),
        (WHOLE | {"OIDC_ISSUER": "https://[::1"}, ["OIDC_ISSUER"]),
        (WHOLE | {"OIDC_SESSION_HOURS": "0", "OIDC_SCOPES": "profile"}, ["OIDC_SCOPES", "OIDC_SESSION_HOURS"]),
        (WHOLE | {"OIDC_GROUP_MAP": "ml-leads=lead"}, ["OIDC_GROUP_MAP"]),
        (WHOLE | {"OIDC_GROUP_MAP": "[]"}, ["OIDC_GROUP_MAP"]),
        (WHOLE | {"OIDC_GROUP_MAP": '{"a": {"roles": ["king"], "teams": ["The Team"]}}'}, ["OIDC_GROUP_MAP"] * 2),
        (WHOLE | {"OIDC_GROUP_MAP": '{"a": {"roles": "lead"}}'}, ["OIDC_GROUP_MAP"]),
        (WHOLE | {"OIDC_GROUP_MAP": '{"a": ["lead"]}'}, ["OIDC_GROUP_MAP"]),
        (WHOLE | {"OIDC_GROUP_MAP": '{"a": {"teams": ["ml-platform"]}}'}, ["OIDC_GROUP_MAP"]),
    ],
)
def test_a_provider_that_is_described_wrongly_does_not_start(value, named, tmp_path):
    with pytest.raises(ImproperlyConfigured) as refusal:
        read(value, base_dir=tmp_path)
    assert [fault.split(":")[0] for fault in refusal.value.faults] == named
    assert "hunter2" not in str(refusal.value)
    assert not list(Path(tmp_path).iterdir())


def test_the_groups_of_a_person_add_up_without_repeats(tmp_path):
    groups = {
        "a": {"roles": ["lead", "viewer"], "teams": ["risk"]},
        "b": {"roles": ["viewer"], "teams": ["risk", "data"]},
        "c": {"teams": ["other"]},
    }
    provider = read(
        WHOLE | {"STATE_DIR": str(tmp_path), "OIDC_GROUP_MAP": json.dumps(groups)}, base_dir=tmp_path
    ).provider
    assert provider.membership_of(["b", "a", "b", "chess"]) == Membership(("lead", "viewer"), ("data", "risk"))
    assert provider.membership_of([]) == Membership((), ())
