"""Cards and their texts over the API."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.django_db
TEXTS = "/api/v1/models/demand/card-texts/"


def test_texts_are_put_read_and_reviewed(api, model_version):
    writer = api("contributor")
    body = {"texts": {"purpose": "Orders."}, "reason": "First."}
    assert [writer.put(TEXTS, body, format="json").status_code for _ in range(2)] == [201, 200]
    assert writer.get(TEXTS).json()["results"][0]["texts"] == {"purpose": "Orders."}
    reviewed = api("approver", scopes=("read", "write", "approve")).post(
        f"{TEXTS}review/", {"number": 1}, format="json"
    )
    assert reviewed.json()["reviewed_by"] == "approver"
    card = writer.get("/api/v1/models/demand/versions/v1/model-card/").json()
    assert card["headings"][0]["written"] == "Orders."
    assert "7" in card["empty"]
