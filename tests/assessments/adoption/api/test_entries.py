"""Projects, use cases, answers and releases over the API."""

from __future__ import annotations

import pytest

from assessments.adoption.api import entries

pytestmark = pytest.mark.django_db
KINDS = {
    "projects": (entries.PROJECT, {"on_platform": False}),
    "use-cases": (entries.USE_CASE, {"supported": False}),
    "showstoppers": (entries.ANSWER, {"answer": "GPU quota within a day"}),
    "releases": (entries.RELEASE, {"released_on": "2026-10-19"}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_entry_is_added_listed_read_and_changed(api, kind):
    example, change = KINDS[kind]
    contributor, address = api("contributor"), f"/api/v1/{kind}/"
    added = contributor.post(address, example, format="json")
    assert added.status_code == 201
    assert contributor.get(address).json()["count"] == 1
    body = f"{address}{added.json()['id']}/"
    assert contributor.patch(body, change, format="json").status_code == 200
    assert contributor.get(body).json() == added.json() | contributor.get(body).json() | change
    assert api("viewer").patch(body, change, format="json").status_code == 403
    assert contributor.get(f"{address}0/").status_code == 404
