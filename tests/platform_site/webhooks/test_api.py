"""Webhooks over the API: added, tested, read and sent again by leads, shut to everybody else."""

from __future__ import annotations

import pytest

from platform_site.models import KeyedAnswer
from platform_site.webhooks.models import Delivery, Webhook
from platform_site.webhooks.verify import is_from_plumbline
from tests.platform_site.webhooks.conftest import happen, work

pytestmark = pytest.mark.django_db
HOOKS = "/api/v1/webhooks/"


def test_a_webhook_is_added_and_its_secret_shown_once(api, receiver):
    lead = api("lead")
    made = lead.post(HOOKS, {"url": receiver.url, "events": ["alert.*"], "description": "#ml"}, format="json")
    assert made.status_code == 201
    assert (made.json()["url"], made.json()["kind"], made.json()["active"]) == (receiver.url, "json", True)
    secret = made.json()["secret"]
    happen()
    work()
    assert is_from_plumbline(secret, receiver.posted[0].headers, receiver.posted[0].body)
    read = lead.get(f"{HOOKS}{made.json()['id']}/")
    listed = lead.get(HOOKS).json()["results"]
    assert listed == [read.json()]
    assert secret not in read.content.decode()
    assert "secret" not in read.json()


def test_every_fault_is_reported_at_once(api):
    refused = api("lead").post(HOOKS, {"url": "http://169.254.169.254/", "events": ["x"], "secret": "x"}, format="json")
    assert refused.status_code == 422
    assert {error["field"] for error in refused.json()["errors"]} == {"url", "events", "secret"}
    malformed = api("lead").post(HOOKS, {"url": "x" * 2_001, "events": "x", "kind": "fax"}, format="json")
    assert malformed.status_code == 400
    assert {error["field"] for error in malformed.json()["errors"]} >= {"url", "events", "kind"}


def test_a_delivery_is_tested_read_and_sent_again(api, webhook, receiver):
    lead, path = api("lead"), f"{HOOKS}{webhook[0].pk}/"
    tested = lead.post(f"{path}test/")
    assert (tested.status_code, tested.json()["state"]) == (202, "pending")
    receiver.answers.append(500)
    work()
    (row,) = lead.get(f"{path}deliveries/").json()["results"]
    assert (row["event"], row["attempts"][0]["status"]) == ("webhook.tested", 500)
    again = lead.post(f"{path}deliveries/{row['id']}/redeliver/")
    assert (again.status_code, again.json()["redelivery_of"]) == (202, row["id"])
    work()
    assert lead.get(f"{path}deliveries/?state=delivered").json()["count"] == 1


def test_it_is_switched_off_renewed_and_removed(api, webhook):
    lead, path = api("lead"), f"{HOOKS}{webhook[0].pk}/"
    assert lead.post(f"{path}secret/").json()["secret"] != webhook[1]
    assert lead.patch(path, {"active": False, "events": ["*"]}, format="json").json()["events"] == ["*"]
    assert lead.post(f"{path}test/").status_code == 409
    assert lead.patch(path, {"url": "https://elsewhere.example"}, format="json").status_code == 400
    assert lead.delete(path).status_code == 204
    assert lead.get(path).status_code == 404


@pytest.mark.parametrize("name", ["viewer", "contributor", "approver", "stranger"])
def test_nobody_else_sees_or_changes_one(name, api, webhook, receiver):
    happen()
    work()
    path = f"{HOOKS}{webhook[0].pk}/"
    delivery, caller = Delivery.objects.get().pk, api(name)
    answers = [
        caller.get(HOOKS),
        caller.post(HOOKS, {"url": receiver.url, "events": ["*"]}, format="json"),
        caller.get(path),
        caller.patch(path, {"active": False}, format="json"),
        caller.delete(path),
        caller.post(f"{path}secret/"),
        caller.post(f"{path}test/"),
        caller.get(f"{path}deliveries/"),
        caller.post(f"{path}deliveries/{delivery}/redeliver/"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 9
    assert (Webhook.objects.count(), Delivery.objects.count()) == (1, 1)


@pytest.mark.parametrize("path", ["9/", "9/deliveries/", f"{10**30}/", "9/test/", "9/secret/"])
def test_what_does_not_exist_is_reported(path, api):
    lead = api("lead")
    answer = lead.post(HOOKS + path) if path.endswith(("test/", "secret/")) else lead.get(HOOKS + path)
    assert answer.status_code == 404


def test_a_secret_is_not_shown_again_to_whoever_repeats_the_request(api, receiver):
    lead, values = api("lead"), {"url": receiver.url, "events": ["alert.*"]}
    first, again = (lead.post(HOOKS, values, format="json", headers={"Idempotency-Key": "k"}).json() for _ in range(2))
    assert (again["id"], again["secret"]) == (first["id"], "")
    assert first["secret"] not in "".join(KeyedAnswer.objects.values_list("body", flat=True))


def test_a_list_of_deliveries_costs_the_same_for_more_rows(api, webhook, django_assert_max_num_queries):
    for number in range(30):
        happen(subject=f"alert:{number}")
    work()
    lead = api("lead")
    lead.get(HOOKS)  # a token's first use is an event of its own
    with django_assert_max_num_queries(8):
        answer = lead.get(f"{HOOKS}{webhook[0].pk}/deliveries/")
    assert len(answer.json()["results"]) == 30


def test_a_pager_is_routed_and_its_key_never_shown(api, receiver, people):
    lead = api("lead")
    body = {"kind": "pagerduty", "url": receiver.url, "secret": "K" * 32, "events": ["alert.*"], "severity": "critical"}
    made = lead.post(HOOKS, body, format="json")
    assert (made.status_code, made.json()["secret"], made.json()["severity"]) == (201, "", "critical")
    refused = lead.post(
        HOOKS, body | {"events": ["*"], "secret": "", "teams": ["nobody"], "person": "lead"}, format="json"
    )
    assert {error["field"] for error in refused.json()["errors"]} == {"events", "secret", "teams", "person"}
    path = f"{HOOKS}{made.json()['id']}/"
    changed = lead.patch(path, {"severity": "error", "events": ["gate.blocked"]}, format="json").json()
    assert (changed["severity"], changed["events"]) == ("error", ["gate.blocked"])
    assert "K" * 32 not in lead.get(path).content.decode()


def test_a_preview_is_of_the_newest_event_that_goes_there(api, webhook, receiver):
    lead, path = api("lead"), f"{HOOKS}{webhook[0].pk}/preview/"
    assert lead.get(path).json()["is_sample"] is True
    happen(title="fare_amount drifted")
    happen("token.made", "token:3")
    preview = lead.get(path).json()
    assert (preview["event"], preview["subject"], preview["is_sample"]) == ("alert.opened", "alert:3", False)
    assert preview["text"] == "fare_amount drifted"
    assert not Delivery.objects.exists()
    assert api("viewer").get(path).status_code == 403


def test_quiet_hours_are_ones_own(api):
    own = "/api/v1/quiet-hours/"
    viewer = api("viewer")
    assert viewer.get(own).status_code == 404
    night = {"begins": "22:00", "ends": "07:00", "time_zone": "Europe/Berlin"}
    assert viewer.put(own, night, format="json").json() == {
        "person": "viewer",
        "begins": "22:00:00",
        "ends": "07:00:00",
        "time_zone": "Europe/Berlin",
    }
    refused = viewer.put(own, night | {"ends": "22:00", "time_zone": "Europe/Bielefeld"}, format="json")
    assert {error["field"] for error in refused.json()["errors"]} == {"ends", "time_zone"}
    assert api("lead").get(own).status_code == 404
    assert viewer.delete(own).status_code == 204
    assert viewer.get(own).status_code == 404
