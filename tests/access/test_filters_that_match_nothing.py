"""A list whose filter matches nothing says so, and has the way back to all of it."""

from __future__ import annotations

import pytest

from tests.access.empty_lists import FILTERED, NEVER_EMPTY

ADDRESSES = {address: query for address, (query, _) in FILTERED.items()} | NEVER_EMPTY
MUST_HAVE_ENTRIES = {"/registry/features/", "/registry/checks/", "/tickets/list/", "/initiatives/", *NEVER_EMPTY}
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_both]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_filter_without_a_match_says_so_and_is_cleared_by_one_link(world, address):
    kind = "administrator" if "people" in address else "lead"
    whole = world.call(kind, "GET", address).content.decode()
    answer = world.call(kind, "GET", address, dict(part.split("=") for part in ADDRESSES[address].split("&")))
    page = answer.content.decode()
    assert answer.status_code == 200
    if has_entries := "empty-title" not in whole:
        assert "Nothing matches" in page
        assert f'class="btn btn-primary" href="{address}"' in page
    else:
        assert f'<p class="empty-title">{FILTERED[address][1]}</p>' in page
    assert has_entries or address not in MUST_HAVE_ENTRIES


def test_decisions_of_a_version_too(world):
    address = "/registry/models/demand/v1/decisions/"
    assert "Nothing matches" in world.call("lead", "GET", address, {"external_id": "zzz"}).content.decode()
