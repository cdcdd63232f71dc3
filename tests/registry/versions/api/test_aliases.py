"""Aliases over the API."""

from __future__ import annotations

import pytest

from tests.registry.conftest import FIXED, register

pytestmark = pytest.mark.django_db
ALIASES = "/api/v1/models/demand/aliases/"


def test_put_list_and_delete(api, in_production, cora):
    client = api("contributor")
    put = [client.put(f"{ALIASES}champion/", {"version": "v1"}, format="json") for _ in range(2)]
    assert [answer.status_code for answer in put] == [201, 200]
    assert client.get(ALIASES).json()["results"][0]["version"] == "v1"
    register(FIXED, cora)
    blocked = client.put(f"{ALIASES}next/", {"version": "v1"}, format="json")
    assert (blocked.status_code, blocked.json()["code"], blocked.json()["decision"]) == (409, "gate_blocked", "BLOCKED")
    assert client.delete(f"{ALIASES}champion/").status_code == 204
