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


def test_it_names_several_preventions_with_mechanism_and_moment(api, incident_body):
    body = api("contributor").post(PATH, incident_body, format="json").json()
    assert body["preventions"] == EXAMPLE["preventions"]
    assert (body["capability"], body["prevention"]) == ("feature_parity", EXAMPLE["preventions"][0]["mechanism"])
    for capability in ("feature_parity", "feature_registry"):
        assert api("viewer").get(f"{PATH}?capability={capability}").json()["count"] == 1
    assert api("viewer").get(f"{PATH}?capability=lineage").json()["count"] == 0


def test_the_old_single_fields_are_still_accepted(api, incident_body):
    old = {name: value for name, value in incident_body.items() if name != "preventions"}
    old |= {"capability": "lineage", "prevention": "The table would have been named."}
    body = api("contributor").post(PATH, old, format="json").json()
    only = {"capability": "lineage", "mechanism": "The table would have been named.", "moment": None}
    assert body["preventions"] == [only]
    changed = api("contributor").patch(f"{PATH}{body['id']}/", {"moment": "serving"}, format="json").json()
    assert changed["preventions"] == [only | {"moment": "serving"}]


BAD = [
    ([], {"preventions"}),
    ([{"capability": "magic", "mechanism": "x", "moment": "serving"}], {"preventions.0"}),
    ([EXAMPLE["preventions"][0]] * 2, {"preventions"}),
]


@pytest.mark.parametrize(("preventions", "fields"), BAD)
def test_preventions_that_make_no_sense_are_refused(api, incident_body, preventions, fields):
    answer = api("contributor").post(PATH, incident_body | {"preventions": preventions}, format="json")
    assert answer.status_code == 422, answer.json()
    assert {error["field"] for error in answer.json()["errors"]} >= fields


def test_preventions_are_replaced_as_a_whole(api, incident_body):
    body = api("contributor").post(PATH, incident_body, format="json").json()
    lineage = {"capability": "lineage", "mechanism": "The table is named.", "moment": "pull_request"}
    changed = api("contributor").patch(f"{PATH}{body['id']}/", {"preventions": [lineage]}, format="json").json()
    assert changed["preventions"] == [lineage]
