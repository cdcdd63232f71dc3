"""Versions that wait for their parity check, and who accepts that one computes other values."""

from __future__ import annotations

import pytest

from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from registry.features.actions.acceptance import accept_difference
from registry.features.actions.current_version import set_current
from registry.features.actions.details import edit_feature
from registry.models import CurrentVersionChange, Feature
from registry.versions.actions.gate_settings import save_gate_settings
from tests.registry.conftest import FIXED, TRAINED, contributor, register

pytestmark = pytest.mark.postgresql
LEA = Actor("lea", frozenset({Role.LEAD}), frozenset())
ANN = Actor("ann", frozenset({Role.APPROVER}), frozenset())


@pytest.fixture
def waiting(feature, cora):
    edit_feature(feature, requires_parity=True, actor=cora)
    return register(FIXED, cora).version


def test_a_version_that_requires_parity_waits_to_become_current(feature, cora):
    edit_feature(feature, requires_parity=True, actor=cora)
    waiting = register(FIXED, cora)
    feature.refresh_from_db()
    assert (feature.current.number, waiting.would_block) == (1, ())
    assert waiting.warnings[0].startswith(f"It waits for its parity check: {feature.current.name} stays current")
    with pytest.raises(Refused) as refused:
        set_current(feature, waiting.version, reason="Now.", actor=cora)
    assert refused.value.code == "parity_first"


def test_another_person_accepts_that_a_version_computes_other_values(feature, waiting):
    accept_difference(feature, waiting, reason=" Zero is right. ", actor=ANN)
    feature.refresh_from_db()
    assert feature.current == waiting
    assert CurrentVersionChange.objects.first().reason == "Zero is right."
    event = AuditEvent.objects.get(action="feature.difference_accepted")
    assert event.actor == "ann"
    assert event.content == {"version": waiting.name, "registered_by": "cora", "reason": "Zero is right."}
    with pytest.raises(Refused) as refused:
        accept_difference(feature, waiting, reason="Again.", actor=LEA)
    assert refused.value.code == "not_waiting"


def test_nobody_accepts_their_own_version_or_without_role_and_reason(feature, waiting, cora):
    own = Actor("cora", frozenset({Role.APPROVER, Role.LEAD}), cora.teams)
    for actor in (own, contributor("data-platform", name="otto"), Actor("bot", ANN.roles, is_service=True)):
        with pytest.raises(NotAllowed):
            accept_difference(feature, waiting, reason="Fine.", actor=actor)
    with pytest.raises(Invalid, match="reason"):
        accept_difference(feature, waiting, reason=" ", actor=ANN)
    feature.refresh_from_db()
    assert feature.current.number == 1


def test_a_lead_turns_on_parity_first_for_what_serves_in_production(feature, in_production, cora):
    register(TRAINED, cora, name="unused")
    save_gate_settings(parity_first_in_production=True, reason="It happened twice.", actor=LEA)
    for name, number in (("orders_3d", 1), ("unused", 2)):
        register(FIXED, cora, name=name)
        assert Feature.objects.get(name=name).current.number == number
