"""Postmortems as a program sees them."""

from __future__ import annotations

import pytest

from assessments.postmortems.api import EXAMPLE

pytestmark = pytest.mark.django_db
PATH = "/api/v1/postmortems/"


@pytest.fixture
def incident_body(organization, orders_feature):
    return EXAMPLE | {"links": [{"kind": "feature", "name": "orders_3d", "version": orders_feature.name}]}


def test_one_is_written_changed_published_and_then_kept(api, incident_body):
    contributor, lead = api("contributor"), api("lead")
    written = contributor.post(PATH, incident_body, format="json")
    body = written.json()
    assert (written.status_code, body["state"], body["lessons"]) == (201, "draft", EXAMPLE["lessons"])
    assert (body["links"], body["seconds_too_late"] / 86_400) == (incident_body["links"], 21.0)
    assert body["sentence"].endswith("the same day: 21 days too late.")
    path = f"{PATH}{body['id']}/"
    named = contributor.patch(path, {"lessons": ["Ask stranger.", "b", "c"], "links": []}, format="json").json()
    assert (named["warnings"], named["links"]) == (
        ["Lesson 1 names stranger: write what allowed it to happen rather than who was involved."], [],
    )  # fmt: skip
    assert contributor.post(f"{path}publish/").status_code == 403
    assert lead.post(f"{path}publish/").json()["published_by"] == "lead"
    refused = contributor.patch(path, {"title": "Other"}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "postmortem_published")
    corrected = contributor.post(PATH, incident_body | {"corrects": body["id"]}, format="json")
    assert corrected.json()["corrects"] == body["id"]
    assert contributor.get(f"{PATH}?state=published&capability=feature_parity").json()["count"] == 1


@pytest.mark.parametrize(
    ("changed", "status", "fields"),
    [
        ({"lessons": ["One."]}, 422, {"lessons"}),
        ({"links": [{"kind": "feature", "name": "nowhere"}]}, 422, {"links.0"}),
        ({"seen_at": "2026-09-01T00:00:00Z", "capability": "magic"}, 422, {"", "capability"}),
        ({"classification": "luck", "colour": "red", "links": [{"kind": "alert"}]}, 400,
         {"classification", "colour", "links.0.kind", "links.0.name"}),
        ({"organization": "nowhere"}, 404, set()),
        ({"corrects": 99}, 404, set()),
    ],
    ids=str,
)  # fmt: skip
def test_every_fault_comes_at_once(api, incident_body, changed, status, fields):
    answer = api("lead").post(PATH, incident_body | changed, format="json")
    assert answer.status_code == status, answer.json()
    assert {error["field"] for error in answer.json().get("errors", [])} == fields


def test_a_viewer_reads_and_does_not_write(api, incident_body, incident):
    viewer = api("viewer")
    assert viewer.get(f"{PATH}{incident.pk}/").json()["title"] == incident.title
    assert viewer.post(PATH, incident_body, format="json").status_code == 403
    assert viewer.get(f"{PATH}99/").status_code == 404
