"""Handing out a regulator pack: who may have it, and what stays on record."""

from __future__ import annotations

import hashlib

import pytest

from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import NotAllowed
from registry.regulation.actions.packs import hand_out

VIEWER = Actor("vera", frozenset({Role.VIEWER}), frozenset())
NOBODY = Actor("noah", frozenset(), frozenset({"forecasting"}))


def test_the_record_has_the_digest_and_size_of_what_was_handed_out(model_version):
    content = hand_out(model_version, actor=VIEWER)
    event = AuditEvent.objects.get(action="regulator_pack.handed_out")
    assert (event.subject, event.actor) == ("model_version:demand/v1", "vera")
    assert event.content == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def test_a_member_without_a_role_gets_none_and_nothing_is_recorded(model_version):
    with pytest.raises(NotAllowed, match="Only people with a role can download"):
        hand_out(model_version, actor=NOBODY)
    assert not AuditEvent.objects.filter(action="regulator_pack.handed_out").exists()
