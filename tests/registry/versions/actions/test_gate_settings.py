"""How the gates of an installation are set, by leads and on record."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from registry.features.queries.gate_settings import gate_settings
from registry.models import GateSettings
from registry.versions.actions import gate_settings as actions
from registry.versions.actions.approval_decisions import approve_request, reject_request
from registry.versions.actions.gate_settings import save_gate_settings
from tests.registry.conftest import contributor
from tests.registry.versions.approvals import ANN, leave_the_gate_open_at_skew, looser_settings

pytestmark = pytest.mark.postgresql
LEA = Actor("lea", frozenset({Role.LEAD}), frozenset())


def test_as_shipped_skew_closes_the_gate_and_parity_first_is_off(db):
    settings = gate_settings()
    assert (settings.skew_closes_gate, settings.parity_first_in_production, settings.saved_by) == (True, False, "")


def test_what_is_left_out_stays_and_every_change_is_on_record(db):
    saved = save_gate_settings(parity_first_in_production=True, reason=" It happened twice. ", actor=LEA)
    assert (saved.pk, saved) == (1, gate_settings())
    leave_the_gate_open_at_skew()
    assert [row.pk for row in GateSettings.objects.order_by("pk")] == [1, 2]
    settings = gate_settings()
    assert (settings.skew_closes_gate, settings.parity_first_in_production) == (False, True)
    assert (settings.saved_by, settings.approved_by, settings.reason) == ("lea", "ann", "Reports come late.")
    first, second = AuditEvent.objects.filter(action="gate_settings.saved").order_by("sequence")
    assert (first.actor, first.content) == (
        "lea",
        {
            "skew_closes_gate": True,
            "parity_first_in_production": True,
            "reason": "It happened twice.",
            "changes": {"parity_first_in_production": {"from": False, "to": True}},
        },
    )
    assert (second.actor, second.content) == (
        "ann",
        {
            "skew_closes_gate": False,
            "parity_first_in_production": True,
            "reason": "Reports come late.",
            "changes": {"skew_closes_gate": {"from": True, "to": False}},
            "saved_by": "lea",
            "approved_by": "ann",
        },
    )
    assert GateSettings.objects.count() == 2
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        GateSettings.objects.update(skew_closes_gate=True)


@pytest.mark.parametrize("name", ["skew_closes_gate", "parity_first_in_production"])
def test_what_turns_a_setting_off_waits_for_another_person(db, name):
    save_gate_settings(skew_closes_gate=True, parity_first_in_production=True, reason="Both.", actor=LEA)
    request = looser_settings(**{name: False})
    assert getattr(gate_settings(), name) is True
    assert (request.title, request.kind, request.policy, request.model_version) == (
        "Loosen the gate settings", "settings", None, None,
    )  # fmt: skip
    assert (len(request.ways), len(request.diff), request.reason) == (1, 1, "Reports come late.")
    event = AuditEvent.objects.get(action="approval_request.requested")
    assert (event.subject, event.actor, event.content["ways"]) == ("gate_settings", "lea", request.ways)
    assert looser_settings(**{name: False}) == request  # the same again is the same request
    both = Actor("lea", frozenset({Role.LEAD, Role.APPROVER, Role.ADMINISTRATOR}))
    with pytest.raises(NotAllowed):
        approve_request(request, actor=both)
    reject_request(request, actor=ANN)
    assert getattr(gate_settings(), name) is True
    with pytest.raises(Refused):
        approve_request(request, actor=ANN)


def test_what_is_both_tighter_and_looser_waits_whole(db):
    request = looser_settings(skew_closes_gate=False, parity_first_in_production=True)
    assert (len(request.ways), len(request.diff)) == (1, 2)
    assert not GateSettings.objects.exists()
    approve_request(request, actor=ANN)
    assert (gate_settings().skew_closes_gate, gate_settings().parity_first_in_production) == (False, True)
    request.refresh_from_db()
    assert (request.state, request.decided_by) == ("approved", "ann")


def test_settings_that_came_in_between_make_a_request_stale(db):
    request = looser_settings(skew_closes_gate=False)
    save_gate_settings(parity_first_in_production=True, reason="Tighter.", actor=LEA)
    request.refresh_from_db()
    assert request.state == "stale"
    with pytest.raises(Refused) as refused:
        approve_request(request, actor=ANN)
    assert refused.value.code == "approval_request_decided"
    assert gate_settings().skew_closes_gate is True


def test_a_request_that_rests_on_other_settings_is_refused(db):
    request = looser_settings(skew_closes_gate=False)
    GateSettings.objects.create(skew_closes_gate=True, reason="x", saved_by="leo", saved_at=timezone.now())
    with pytest.raises(Refused) as refused:
        approve_request(request, actor=ANN)
    request.refresh_from_db()
    assert (refused.value.code, request.state, gate_settings().skew_closes_gate) == ("stale", "stale", True)


def test_a_request_rests_on_the_settings_before_it_however_alike_others_are(db):
    save_gate_settings(parity_first_in_production=True, reason="First.", actor=LEA)
    request = looser_settings(skew_closes_gate=False)
    fields = {"skew_closes_gate": True, "parity_first_in_production": True, "reason": "x", "saved_by": "leo"}
    GateSettings.objects.create(pk=2, saved_at=timezone.now(), **fields)
    with pytest.raises(Refused) as refused:
        approve_request(request, actor=ANN)
    assert refused.value.code == "stale"


def test_two_people_do_not_replace_the_same_settings(db, monkeypatch):
    seen = gate_settings()
    save_gate_settings(parity_first_in_production=True, reason="First.", actor=LEA)
    monkeypatch.setattr(actions, "gate_settings", lambda: seen)  # what the second one read before the first saved
    with pytest.raises(Refused, match="Somebody else saved the gate settings meanwhile"):
        save_gate_settings(skew_closes_gate=True, reason="Second.", actor=LEA)
    assert gate_settings().parity_first_in_production is True


def test_only_leads_change_them_with_a_reason(db):
    with pytest.raises(NotAllowed):
        save_gate_settings(skew_closes_gate=False, reason="So.", actor=contributor("forecasting"))
    with pytest.raises(Invalid):
        save_gate_settings(skew_closes_gate=False, reason=" ", actor=LEA)
    assert not GateSettings.objects.exists()
