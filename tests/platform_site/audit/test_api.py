"""The audit log over the API: the list and its filters, verification, and the export."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command

from platform_site.audit import chain, queries
from platform_site.audit.models import AuditEvent

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
EVENTS = "/api/v1/audit-events/"


def test_what_was_exported_in_pieces_verifies_line_by_line(five_events, api, settings, capsys):
    answer = api("viewer").get("/api/v1/audit-events/export/")
    lines = b"".join(answer.streaming_content).decode().splitlines()[:2]
    call_command("export_audit", after=2)
    lines += capsys.readouterr().out.splitlines()
    events = [chain.Event(**json.loads(line)) for line in lines]
    assert chain.verify(events, keys=settings.AUDIT_KEYS, heads=[queries.head()]).valid
    changed = events[1]._replace(payload="{}")
    assert chain.verify([events[0], changed], keys=settings.AUDIT_KEYS).first_broken.sequence == 2


def test_an_export_goes_on_where_it_broke_off(five_events, api):
    auditor = api("viewer")
    whole = b"".join(auditor.get("/api/v1/audit-events/export/").streaming_content).decode().splitlines()
    rest = b"".join(auditor.get("/api/v1/audit-events/export/?after=3").streaming_content).decode().splitlines()
    assert [json.loads(line)["sequence"] for line in rest] == list(range(4, len(whole) + 1))
    assert whole[3:] == rest
    assert auditor.get("/api/v1/audit-events/export/?after=x").status_code == 400


def test_an_event_has_its_payload_as_json_and_the_hash_of_the_event_before(five_events, api):
    fourth, third = api("viewer").get(f"{EVENTS}?action=pin.set&ordering=-sequence").json()["results"][1:3]
    assert (fourth["sequence"], fourth["payload"]) == (4, {"feature": "four"})
    assert fourth["previous_hash"] == third["hash"]
    assert "mac" not in fourth


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ({"subject": "model:two"}, [3, 2, 1]),
        ({"actor": "ann", "action": "pin.set"}, [3, 0]),
        ({"from": "2030-01-05T00:00:00Z"}, [4, 3, 2, 1]),
        ({"from": "2030-01-05T01:00:00+01:00"}, [4, 3, 2, 1]),
        ({"from": "2030-01-05T00:00:00.123456Z", "to": "2030-01-07T00:00:00Z"}, [3, 2]),
        ({"from": "2030-01-05T00:00:00.123457Z", "to": "2030-01-06T00:00:00.000001Z"}, [3]),
    ],
)
def test_a_filter_leaves_events_from_its_first_moment_on_and_before_its_last(query, left, written, api):
    answer = api("viewer").get(EVENTS, {"subject": "", "ordering": "-sequence", **query}).json()
    assert [event["sequence"] for event in answer["results"]] == [written[place] for place in left]
    assert answer["count"] == len(left)


def test_a_moment_that_is_not_one_is_named(written, api):
    answer = api("viewer").get(f"{EVENTS}?from=yesterday")
    assert answer.status_code == 400
    assert "from" in answer.content.decode()


def test_a_broken_chain_is_reported_with_its_first_event_and_no_error(five_events, api, lifted_triggers):
    caller = api("viewer")
    intact = caller.get(f"{EVENTS}verify/").json()
    assert (intact["valid"], intact["first_broken"]) == (True, None)
    assert intact["head"] == dict(zip(("sequence", "hash"), queries.head(), strict=True))
    with lifted_triggers():
        AuditEvent.objects.filter(sequence=2).update(subject="model:other")
    broken = caller.get(f"{EVENTS}verify/").json()
    assert (broken["valid"], broken["first_broken"]["sequence"]) == (False, 2)


@pytest.mark.parametrize(("after", "status"), [("0", 200), (str(2**63 - 2), 200), (str(2**63 - 1), 400), ("-1", 400)])
def test_the_place_to_go_on_from_is_within_a_sequence(after, status, five_events, api):
    assert api("viewer").get(f"{EVENTS}export/?after={after}").status_code == status
