"""Somebody says otherwise: by name, for a time, approved by another person, for exactly what was seen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from registry.features.actions.current_version import set_current
from registry.features.rules.fingerprint import address
from registry.models import Override
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.actions.overrides import approve_override, reject_override, request_override
from registry.versions.actions.pins import pin_features
from registry.versions.queries import overrides
from registry.versions.queries.blocked import blocked_in_production
from tests.registry.conftest import FIXED, TRAINED, contributor, register

pytestmark = pytest.mark.postgresql

WORSE = FIXED._replace(data_type="float32")
ANN = Actor("ann", frozenset({Role.APPROVER}), frozenset({"ml-platform"}))


def soon(days: float = 7):
    return timezone.now() + timedelta(days=days)


@pytest.fixture
def blocked(in_production, cora):
    """`demand` v1, whose feature was changed under it."""
    register(FIXED, cora)
    return in_production


@pytest.fixture
def requested(blocked, cora):
    return request_override(blocked, reason="Retrained on Friday.", expires_at=soon(), actor=cora)


def decision(version, actor):
    return evaluate_deployment_gate(version, actor=actor)


def test_a_request_alone_opens_nothing(blocked, requested, cora):
    assert decision(blocked, cora).decision == "BLOCKED"
    assert requested.causes[0]["key"] == f"orders_3d:{address(TRAINED)[:12]}>{address(FIXED)[:12]}"


def test_an_approval_opens_the_gate_and_the_decision_says_by_which_override(blocked, requested, cora):
    approve_override(requested, reason="Looked at it.", actor=ANN)
    passed = decision(blocked, cora)
    assert (passed.decision, passed.reasons, passed.overridden[0]["override"]) == ("PROCEED", [], requested.pk)
    assert passed.conflicts[0]["feature"] == "orders_3d"
    assert blocked_in_production() == []


def test_a_newer_definition_is_not_covered(blocked, requested, cora):
    approve_override(requested, actor=ANN)
    register(WORSE, cora)
    assert decision(blocked, cora).decision == "BLOCKED"
    assert blocked_in_production() == [blocked]


def test_it_ends_by_itself(blocked, cora, monkeypatch):
    result = request_override(blocked, reason="Short.", expires_at=soon(1), actor=cora)
    approve_override(result, actor=ANN)
    assert decision(blocked, cora).proceeds
    later = timezone.now() + timedelta(days=1, seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert not decision(blocked, cora).proceeds
    assert list(overrides.in_force()) == []


def test_nobody_approves_their_own_request_whatever_they_are(blocked):
    both = Actor("zoe", frozenset(Role), frozenset({"forecasting"}))
    result = request_override(blocked, reason="I know.", expires_at=soon(), actor=both)
    for decide in (approve_override, reject_override):
        with pytest.raises(NotAllowed, match="another person"):
            decide(result, actor=both)
    assert Override.objects.get().state == "requested"


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CONTRIBUTOR, Role.LEAD, Role.ADMINISTRATOR])
def test_only_approvers_decide(requested, role):
    with pytest.raises(NotAllowed):
        approve_override(requested, actor=Actor("zoe", frozenset({role}), frozenset({"forecasting"})))


def test_only_the_models_team_asks(blocked):
    with pytest.raises(NotAllowed):
        request_override(blocked, reason="x", expires_at=soon(), actor=contributor("data-platform"))


def test_it_is_decided_once(requested):
    reject_override(requested, reason="Pin it.", actor=ANN)
    for decide in (approve_override, reject_override):
        with pytest.raises(Refused, match="already rejected by ann"):
            decide(requested, actor=ANN)


def test_a_rejected_one_opens_nothing(blocked, requested, cora):
    reject_override(requested, actor=ANN)
    assert not decision(blocked, cora).proceeds


def test_an_approval_that_comes_too_late_is_refused(blocked, cora, monkeypatch):
    result = request_override(blocked, reason="Short.", expires_at=soon(1), actor=cora)
    later = timezone.now() + timedelta(days=2)
    monkeypatch.setattr(timezone, "now", lambda: later)
    with pytest.raises(Refused, match="expired at"):
        approve_override(result, actor=ANN)


def test_all_faults_of_a_request_come_at_once(blocked, cora):
    with pytest.raises(Invalid) as refused:
        request_override(blocked, reason=" ", expires_at=soon(31), pins={"nobody": "abc"}, actor=cora)
    assert {fault.field for fault in refused.value.faults} == {"reason", "expires_at", "pins.nobody"}
    with pytest.raises(Invalid, match="not in the future"):
        request_override(blocked, reason="x", expires_at=soon(-1), actor=cora)
    assert not Override.objects.exists()


def test_where_nothing_closes_a_gate_there_is_nothing_to_override(in_production, cora):
    with pytest.raises(Refused, match="Nothing"):
        request_override(in_production, reason="just in case", expires_at=soon(), actor=cora)


def test_another_version_than_trained_on_is_pinned_only_under_an_override(in_production, cora):
    fixed = register(FIXED, cora).version
    set_current(fixed.feature, fixed.feature.versions.get(number=1), reason="back", actor=cora)
    with pytest.raises(Invalid, match="request an override"):
        pin_features(in_production, {"orders_3d": fixed.name}, actor=cora)
    result = request_override(
        in_production, reason="A trial.", expires_at=soon(), pins={"orders_3d": fixed.name}, actor=cora
    )
    with pytest.raises(Invalid):
        pin_features(in_production, {"orders_3d": fixed.name}, actor=cora)
    approve_override(result, actor=ANN)
    assert pin_features(in_production, {"orders_3d": fixed.name}, actor=cora) == {"orders_3d": fixed.name}
    passed = decision(in_production, cora)
    assert (passed.decision, passed.overridden[0]["override"]) == ("PROCEED", result.pk)


def test_every_step_is_on_record(blocked, requested):
    approve_override(requested, reason="Looked at it.", actor=ANN)
    events = AuditEvent.objects.filter(action__startswith="override.").order_by("sequence")
    assert [(event.action, event.actor) for event in events] == [
        ("override.requested", "cora"),
        ("override.approved", "ann"),
    ]
    assert events[1].content["causes"] == requested.causes


@pytest.mark.parametrize(
    "tamper",
    [
        {"causes": []}, {"reason": "another"}, {"requested_by": "ann"}, {"expires_at": timezone.now() + timedelta(days=99)},
        {"state": "approved", "decided_by": "cora", "decided_at": timezone.now()}, {"state": "approved"},
    ],
    ids=lambda value: "+".join(value),
)  # fmt: skip
def test_the_database_keeps_what_was_asked_and_who_decided(requested, tamper):
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        Override.objects.filter(pk=requested.pk).update(**tamper)


@pytest.mark.parametrize("tamper", [{"state": "rejected"}, {"state": "requested", "decided_at": None}])
def test_the_database_keeps_a_decision(requested, tamper):
    approve_override(requested, actor=ANN)
    with pytest.raises(DatabaseError), transaction.atomic():
        Override.objects.filter(pk=requested.pk).update(**tamper)
    with pytest.raises(DatabaseError), transaction.atomic():
        Override.objects.all()._raw_delete("default")
