"""Whether a receipt is an event of this installation's chain."""

from __future__ import annotations

import json

import pytest
from django.db import transaction

from platform_site.audit.chain import Event
from platform_site.audit.models import AuditEvent
from platform_site.audit.record import record
from platform_site.errors import Unknown
from registry.regulation.actions.packs import hand_out
from registry.regulation.pack import receipt as rules
from registry.regulation.pack.archive import build
from registry.regulation.queries import receipts
from tests.registry.regulation.conftest import VIEWER


@pytest.fixture
def content(model_version):
    return json.loads(hand_out(model_version, actor=VIEWER).receipt.content)


def test_ours_is_ours(content, model_version):
    assert receipts.doubts(content) == []
    hand_out(model_version, actor=VIEWER)
    assert receipts.doubts(content) == []


def test_a_made_up_receipt_of_a_pruned_pack_is_not_ours(content):
    """It fits its own event, which the chain does not have."""
    content["receipt"]["files"]["gate_decisions.json"]["rows"] = []
    event = content["event"]
    event["payload"] = json.dumps(json.loads(event["payload"]) | {"receipt": rules.digest(content["receipt"])})
    event["hash"] = rules.verify.sha256(json.dumps([event[name] for name in rules.verify.FIELDS]).encode())
    sequence = event["sequence"]
    expected = f"Event {sequence} of this installation's chain is another one: regulator_pack.handed_out of"
    assert [doubt.startswith(expected) for doubt in receipts.doubts(content)] == [True]
    event["sequence"] += 100
    event["hash"] = rules.verify.sha256(json.dumps([event[name] for name in rules.verify.FIELDS]).encode())
    assert receipts.doubts(content) == [f"This installation's chain has no event {sequence + 100}."]


def test_an_edited_receipt_contradicts_itself(content):
    content["receipt"]["files"].popitem()
    assert receipts.doubts(content) == [
        f"receipt: it is not the one that event {content['event']['sequence']} was recorded for"
    ]


def test_an_event_that_hands_out_nothing_is_no_receipt(content):
    row = AuditEvent.objects.get(sequence=1)
    content["event"] = {name: getattr(row, name) for name in content["event"]}
    assert "Event 1 of this installation's chain is " in receipts.doubts(content)[-1]
    assert receipts.doubts(content)[-1].endswith(", which hands out no pack.")


def test_a_chain_that_is_broken_confirms_nothing(content, settings):
    settings.AUDIT_KEYS = ["another key of thirty-two characters"]
    assert [doubt.startswith("The chain is broken at event 1: ") for doubt in receipts.doubts(content)] == [True]


def test_a_receipt_that_rests_on_a_head_that_the_chain_never_had_is_not_confirmed(model_version):
    """It fits its event, which the chain has."""
    body = rules.body_of(build(model_version))
    body["head"]["hash"] = "0" * 64
    with transaction.atomic():
        event = record(
            "regulator_pack.handed_out", subject=body["subject"], actor=VIEWER, payload=rules.payload_of(body)
        )
    content = json.loads(rules.text_of(body, Event(*(getattr(event, name) for name in Event._fields))))
    sentence = f"The chain is broken at event {body['head']['sequence']}: "
    assert [doubt.startswith(sentence) for doubt in receipts.doubts(content)] == [True]


def test_receipts_are_listed_by_version_the_newest_first_and_found_by_event(second, in_production):
    versions = (in_production, second)
    first, other, last = (hand_out(version, actor=VIEWER).receipt for version in (*versions, in_production))
    assert list(receipts.receipts_of(in_production)) == [last, first]
    assert list(receipts.receipts_of(second)) == [other]
    assert receipts.receipt(second, other.event) == other
    with pytest.raises(Unknown, match=f"Event {other.event} .* did not hand out a pack of demand v1"):
        receipts.receipt(in_production, other.event)
