"""How the gates of an installation are set, by leads and on record."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed
from registry.features.queries.gate_settings import gate_settings
from registry.models import GateSettings
from registry.versions.actions.gate_settings import save_gate_settings
from tests.registry.conftest import contributor

pytestmark = pytest.mark.postgresql
LEA = Actor("lea", frozenset({Role.LEAD}), frozenset())


def test_as_shipped_skew_closes_the_gate_and_parity_first_is_off(db):
    settings = gate_settings()
    assert (settings.skew_closes_gate, settings.parity_first_in_production, settings.saved_by) == (True, False, "")


def test_what_is_left_out_stays_and_every_change_is_on_record(db):
    save_gate_settings(parity_first_in_production=True, reason=" It happened twice. ", actor=LEA)
    save_gate_settings(skew_closes_gate=False, reason="Too many reports are late.", actor=LEA)
    settings = gate_settings()
    assert (settings.skew_closes_gate, settings.parity_first_in_production) == (False, True)
    assert [event.content for event in AuditEvent.objects.order_by("sequence")] == [
        {
            "skew_closes_gate": True,
            "parity_first_in_production": True,
            "reason": "It happened twice.",
            "changes": {"parity_first_in_production": {"from": False, "to": True}},
        },
        {
            "skew_closes_gate": False,
            "parity_first_in_production": True,
            "reason": "Too many reports are late.",
            "changes": {"skew_closes_gate": {"from": True, "to": False}},
        },
    ]
    assert GateSettings.objects.count() == 2
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        GateSettings.objects.update(skew_closes_gate=True)


def test_only_leads_change_them_with_a_reason(db):
    with pytest.raises(NotAllowed):
        save_gate_settings(skew_closes_gate=False, reason="So.", actor=contributor("forecasting"))
    with pytest.raises(Invalid):
        save_gate_settings(skew_closes_gate=False, reason=" ", actor=LEA)
    assert not GateSettings.objects.exists()
