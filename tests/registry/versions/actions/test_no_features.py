"""Two people state that a model version uses no registered features."""

from __future__ import annotations

import pytest

from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from platform_site.people.models import User
from registry.models import NoFeaturesConfirmation
from registry.regulation.actions.regulated_models import mark_regulated
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.actions.no_features import confirm_no_features
from registry.versions.actions.promotion import promote
from registry.versions.actions.registration import register_version
from tests.registry.conftest import ARTIFACT, contributor, lineage
from tests.registry.serving.story import ANN, BOB

pytestmark = pytest.mark.postgresql
LEA = Actor("lea", frozenset({Role.LEAD}), frozenset())


@pytest.fixture
def stated(model, orders, cora):
    parts = lineage(orders, feature_snapshot={}, uses_no_features=True)
    return register_version(model, version="v1", artifact=ARTIFACT, lineage_parts=parts, actor=cora)


def test_the_gates_are_closed_until_another_person_confirms(stated, cora):
    promote(stated, "staging", actor=cora)
    decision = evaluate_deployment_gate(stated, actor=cora)
    assert decision.decision == "BLOCKED"
    assert [way["kind"] for way in decision.ways_out] == ["confirm"]
    with pytest.raises(Refused) as refused:
        promote(stated, "production", actor=cora)
    assert refused.value.code == "promotion_blocked"
    confirm_no_features(stated, reason=" It reads raw text. ", actor=ANN)
    promote(stated, "production", actor=cora)
    decision = evaluate_deployment_gate(stated, actor=cora)
    assert (decision.decision, decision.rests_on) == ("PROCEED", {"definition": 0, "parity": 0, "nothing": 0})
    assert decision.headline == "PROCEED, no features declared: nothing can be compared"


def test_the_confirmation_is_on_record(stated):
    confirmation = confirm_no_features(stated, reason=" It reads raw text. ", actor=ANN)
    assert (confirmation.confirmed_by, confirmation.reason) == ("ann", "It reads raw text.")
    event = AuditEvent.objects.first()
    assert (event.action, event.actor) == ("model_version.no_features_confirmed", "ann")
    assert event.content == {"stated_by": "cora", "reason": "It reads raw text."}


@pytest.mark.parametrize(
    "actor",
    [
        Actor("cora", frozenset({Role.APPROVER}), frozenset({"forecasting"})),
        Actor("ann", frozenset({Role.APPROVER}), is_service=True),
        LEA,
        contributor("forecasting", name="otto"),
    ],
)
def test_nobody_but_another_approver_confirms(stated, actor):
    with pytest.raises(NotAllowed):
        confirm_no_features(stated, actor=actor)
    assert not NoFeaturesConfirmation.objects.exists()


def test_whoever_registered_it_is_told_that_it_is_their_own(stated):
    own = Actor("cora", frozenset({Role.APPROVER}), frozenset({"forecasting"}))
    with pytest.raises(NotAllowed, match="You registered this version") as refused:
        confirm_no_features(stated, actor=own)
    assert refused.value.code == "own_request"


def test_what_a_program_without_an_owner_stated_is_confirmed_by_nobody(model, orders, cora):
    User.objects.create_user("ci", is_service=True)
    parts = lineage(orders, feature_snapshot={}, uses_no_features=True)
    program = Actor("ci", cora.roles, cora.teams, is_service=True)
    version = register_version(model, version="v1", artifact=ARTIFACT, lineage_parts=parts, actor=program)
    with pytest.raises(Refused) as refused:
        confirm_no_features(version, actor=ANN)
    assert refused.value.code == "no_owner"


def test_a_confirmation_is_for_one_version(stated, model, orders, cora):
    confirm_no_features(stated, actor=ANN)
    parts = lineage(orders, feature_snapshot={}, uses_no_features=True)
    second = register_version(model, version="v2", artifact=ARTIFACT, lineage_parts=parts, actor=cora)
    assert confirm_no_features(second, actor=ANN).model_version == second


def test_it_is_confirmed_once(stated):
    confirm_no_features(stated, actor=ANN)
    with pytest.raises(Refused, match="ann confirmed that demand v1") as refused:
        confirm_no_features(stated, actor=BOB)
    assert refused.value.code == "no_features_confirmed"


def test_what_was_stated_before_needs_no_confirmation(stated):
    NoFeaturesConfirmation.objects.create(model_version=stated)
    with pytest.raises(Refused, match="Nobody has to confirm any more"):
        confirm_no_features(stated, actor=ANN)


def test_a_version_with_features_has_nothing_to_confirm(model_version):
    with pytest.raises(Refused, match="registered with features"):
        confirm_no_features(model_version, actor=ANN)


def test_a_regulated_model_never_uses_no_features(stated, orders, cora):
    model = mark_regulated(stated.model, True, reason="It decides on credit.", actor=LEA)
    with pytest.raises(Refused, match="is regulated"):
        confirm_no_features(stated, actor=ANN)
    parts = lineage(orders, feature_snapshot={}, uses_no_features=True)
    with pytest.raises(Invalid):
        register_version(model, version="v2", artifact=ARTIFACT, lineage_parts=parts, actor=cora)
