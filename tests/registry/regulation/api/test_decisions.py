"""Reported decisions as serving and a reader see them."""

from __future__ import annotations

import pytest

from registry.regulation.actions.regulated_models import mark_regulated
from tests.registry.regulation.actions.test_decisions import reported_decision
from tests.registry.regulation.actions.test_regulated_models import LEA

PATH = "/api/v1/models/demand/versions/v1/decisions/"


def sent(number, **changed):
    """A decision as JSON."""
    result = reported_decision(number, **changed)
    return {name: value for name, value in result.items() if value is not None} | {
        "decided_at": result["decided_at"].isoformat()
    }


@pytest.fixture
def ci(api, model_version):
    return api("contributor")


def test_one_or_many_are_reported_listed_and_read(ci):
    single = ci.post(PATH, sent(1), format="json")
    assert (single.status_code, single.json()) == (201, {"recorded": 1, "known": 0})
    assert ci.post(PATH, sent(1), format="json").status_code == 200
    many = ci.post(PATH, [sent(2, explanation=None), sent(1)], format="json")
    assert (many.status_code, many.json()) == (201, {"recorded": 1, "known": 1})
    listed = ci.get(f"{PATH}?external_id=a-1").json()
    assert (listed["count"], listed["results"][0]["explanation"]["contributions"]) == (1, {"orders_3d": 0.1})
    body = ci.get(f"{PATH}{listed['results'][0]['id']}/").json()
    assert (body["prediction"], body["inputs"], body["outcome"]) == (0.4, None, "approved")
    assert ci.get(f"{PATH}99/").status_code == 404


def test_faults_come_by_row(ci, api, model_version):
    mark_regulated(model_version.model, True, reason="credit", actor=LEA)
    wrong = ci.post(PATH, [sent(1), sent(2, explanation=None), sent(3, prediction=2)], format="json")
    assert wrong.status_code == 422
    assert [error["field"] for error in wrong.json()["errors"]] == ["1.explanation", "2.explanation.contributions"]
    malformed = ci.post(PATH, [{"external_id": "x", "colour": "red"}], format="json")
    assert malformed.status_code == 400
    assert {error["field"] for error in malformed.json()["errors"]} == {"0.decided_at", "0.prediction", "0.colour"}
    assert api("stranger").post(PATH, sent(1), format="json").status_code == 403
    for method in ("put", "patch", "delete"):
        assert getattr(ci, method)(PATH).status_code == 405
