"""Handing out a regulator pack: who may have it, and what stays on record."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.db import DatabaseError, transaction

from platform_site.access import Actor, Role
from platform_site.audit import queries as audit
from platform_site.audit.models import AuditEvent
from platform_site.errors import NotAllowed
from registry.models import PackReceipt
from registry.regulation.actions.packs import hand_out
from registry.regulation.pack import receipt as rules

pytestmark = pytest.mark.postgresql

VIEWER = Actor("vera", frozenset({Role.VIEWER}), frozenset())
NOBODY = Actor("noah", frozenset(), frozenset({"forecasting"}))


def test_the_record_has_the_digests_of_pack_and_receipt_what_was_counted_and_the_head(model_version):
    head = audit.head()
    content, receipt = hand_out(model_version, actor=VIEWER)
    event = AuditEvent.objects.get(action="regulator_pack.handed_out")
    assert (event.subject, event.actor) == ("model_version:demand/v1", "vera")
    payload = event.content
    assert (payload["sha256"], payload["bytes"]) == (hashlib.sha256(content).hexdigest(), len(content))
    assert (payload["receipt"], payload["head"]) == (receipt.digest, head._asdict())
    assert payload["counts"]["evaluations.json"] == {"row": 1}
    assert payload["counts"]["audit_events.jsonl"]["model_version.registered"] == 1


def test_the_receipt_is_stored_as_it_is_handed_out_with_its_event(model_version):
    _, receipt = hand_out(model_version, actor=VIEWER)
    event = AuditEvent.objects.get(sequence=receipt.event)
    content = json.loads(receipt.content)
    assert rules.digest(content["receipt"]) == receipt.digest == event.content["receipt"]
    assert content["event"] == {name: getattr(event, name) for name in content["event"]}
    assert (receipt.handed_out_to, receipt.handed_out_at.isoformat(timespec="microseconds")) == ("vera", event.at)
    assert receipt.sha256 == event.content["sha256"]
    assert receipt.rows == sum(sum(kinds.values()) for kinds in event.content["counts"].values())


def test_a_second_pack_has_a_receipt_of_its_own_and_holds_the_first_handing_out(model_version):
    first = hand_out(model_version, actor=VIEWER).receipt
    second = hand_out(model_version, actor=VIEWER).receipt
    counts = json.loads(json.loads(second.content)["event"]["payload"])["counts"]
    assert counts["audit_events.jsonl"]["regulator_pack.handed_out"] == 1
    assert list(PackReceipt.objects.all()) == [second, first]


def test_nobody_changes_or_deletes_a_receipt(model_version):
    receipt = hand_out(model_version, actor=VIEWER).receipt
    for change in (lambda rows: rows.update(rows=1), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
            change(PackReceipt.objects.filter(pk=receipt.pk))


def test_a_member_without_a_role_gets_none_and_nothing_is_recorded(model_version):
    with pytest.raises(NotAllowed, match="Only people with a role can download"):
        hand_out(model_version, actor=NOBODY)
    assert not AuditEvent.objects.filter(action="regulator_pack.handed_out").exists()
    assert not PackReceipt.objects.exists()
