"""Who decides about a looser policy or a regulated promotion, and what a decision is for."""

from __future__ import annotations

import pytest
from django.utils import timezone

from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import NotAllowed, Refused
from platform_site.people.models import Team, User
from registry.models import ApprovalRequest, GateDecision, StageChange
from registry.versions.actions import approval_decisions
from registry.versions.actions.approval_decisions import (
    approve_request,
    expire_approval_requests,
    reject_request,
    withdraw_request,
)
from registry.versions.actions.policies import save_policy
from registry.versions.actions.promotion import promote
from registry.versions.actions.registration import add_evaluations
from registry.versions.queries import policies
from tests.registry.conftest import FIXED, contributor, register
from tests.registry.versions.approvals import ANN, AUC, LEA, floor, looser_settings

BOTH = Actor("lea", frozenset({Role.LEAD, Role.APPROVER, Role.ADMINISTRATOR}), frozenset({"risk"}))


def test_an_approved_version_is_in_force_with_both_names(loosened):
    assert approve_request(loosened, reason=" Looked at the market. ", actor=ANN) is loosened
    policy = policies.newest("floor")
    assert (policy.number, policy.checks[0]["threshold"]) == (2, 0.1)
    assert (policy.saved_by, policy.approved_by, policy.reason) == ("lea", "ann", "The new market is harder.")
    loosened.refresh_from_db()
    assert (loosened.state, loosened.decided_by, loosened.decision_reason) == (
        "approved",
        "ann",
        "Looked at the market.",
    )
    saved = AuditEvent.objects.filter(action="gate_policy.saved", subject="gate_policy:floor").first()
    assert (saved.actor, saved.content["saved_by"], saved.content["approved_by"]) == ("ann", "lea", "ann")
    assert AuditEvent.objects.get(action="approval_request.approved").content["requested_by"] == "lea"


@pytest.mark.parametrize(
    ("actor", "code"),
    [
        (BOTH, "own_request"),
        (Actor("ann", frozenset({Role.APPROVER}), holds=frozenset({"lea"})), "own_request"),
        (Actor("ann", frozenset({Role.APPROVER}), password_known=True), "password_known"),
        (Actor("ann", frozenset({Role.APPROVER}), is_service=True), "not_allowed"),
        (Actor("leo", frozenset({Role.LEAD})), "not_allowed"),
        (Actor("adam", frozenset({Role.ADMINISTRATOR})), "not_allowed"),
        (contributor("forecasting"), "not_allowed"),
    ],
)
@pytest.mark.parametrize("decide", [approve_request, reject_request])
def test_only_another_person_with_the_role_decides(loosened, actor, code, decide):
    with pytest.raises(NotAllowed) as refused:
        decide(loosened, actor=actor)
    assert refused.value.code == code
    loosened.refresh_from_db()
    assert loosened.state == "waiting"
    assert policies.newest("floor").number == 1


def test_a_policy_that_applies_to_other_teams_models_is_decided_in_its_own_team(teams):
    Team.objects.create(slug="risk", name="Risk")
    rita = contributor("risk", name="rita")
    save_policy(name="fair_lending", owner_team="risk", checks=[AUC], actor=LEA)
    pending = save_policy(
        name="fair_lending", owner_team="risk", checks=[AUC | {"threshold": 0.5}], reason="x", actor=rita
    )
    for outsider in (ANN, LEA, Actor("adam", frozenset(Role), frozenset({"forecasting"}))):
        with pytest.raises(NotAllowed, match="Only approvers and leads of the team that owns it"):
            approve_request(pending, actor=outsider)
    with pytest.raises(NotAllowed):
        approve_request(pending, actor=contributor("risk", name="rob"))
    approve_request(pending, actor=Actor("rosa", frozenset({Role.LEAD}), frozenset({"risk"})))
    assert policies.newest("fair_lending").approved_by == "rosa"


def test_a_request_of_an_account_that_nobody_owns_is_decided_by_nobody(teams):
    User.objects.create_user("ci", is_service=True)
    ci = Actor("ci", frozenset({Role.CONTRIBUTOR}), frozenset({"forecasting"}), is_service=True)
    own = {"name": "ours", "owner_team": "forecasting", "subject_team": "forecasting", "actor": ci}
    save_policy(checks=[AUC], **own)
    pending = save_policy(checks=[AUC | {"threshold": 0.5}], reason="x", **own)
    with pytest.raises(Refused, match="service account without an owner"):
        approve_request(pending, actor=ANN)


def test_a_rejection_leaves_everything_as_it_is(loosened):
    assert reject_request(loosened, reason="No.", actor=ANN) is loosened
    assert (loosened.state, loosened.decided_by) == ("rejected", "ann")  # of the request in hand too
    assert AuditEvent.objects.get(action="approval_request.rejected").content["reason"] == "No."
    loosened.refresh_from_db()
    assert (loosened.state, loosened.decision_reason, policies.newest("floor").number) == ("rejected", "No.", 1)
    for decide in (approve_request, reject_request):
        with pytest.raises(Refused, match="already decided") as refused:
            decide(loosened, actor=ANN)
        assert refused.value.code == "approval_request_decided"


def test_only_who_requested_it_withdraws_it(loosened):
    with pytest.raises(NotAllowed, match="Only lea"):
        withdraw_request(loosened, actor=ANN)
    assert withdraw_request(loosened, actor=LEA) is loosened
    assert AuditEvent.objects.get(action="approval_request.withdrawn").content["reason"] == "The new market is harder."
    loosened.refresh_from_db()
    assert (loosened.state, loosened.decided_by) == ("withdrawn", "lea")


def test_what_nobody_decides_expires(loosened, monkeypatch):
    assert expire_approval_requests() == 0
    over = loosened.expires_at
    monkeypatch.setattr(timezone, "now", lambda: over)
    for decide, actor in ((approve_request, ANN), (reject_request, ANN), (withdraw_request, LEA)):
        with pytest.raises(Refused, match="has expired") as refused:
            decide(loosened, actor=actor)
        assert refused.value.code == "approval_request_expired"
    assert expire_approval_requests() == 1
    loosened.refresh_from_db()
    assert (loosened.state, loosened.decided_by) == ("expired", "system")
    assert expire_approval_requests() == 0


def test_a_decision_is_about_one_request(loosened):
    other = floor(0.9, name="other"), floor(0.2, name="other", reason="Harder.")
    settings = looser_settings(skew_closes_gate=False)
    reject_request(loosened, actor=ANN)
    for waits in (other[1], settings):
        waits.refresh_from_db()
        assert waits.state == "waiting"


def test_what_was_decided_meanwhile_does_not_expire(loosened, monkeypatch):
    """It is decided between the list of what is over and its end."""
    over = loosened.expires_at
    monkeypatch.setattr(timezone, "now", lambda: over)
    type(loosened).objects.filter(pk=loosened.pk).update(state="withdrawn", decided_by="lea", decided_at=over)
    monkeypatch.setattr(approval_decisions, "for_each", lambda keys, act: act(loosened.pk))
    assert expire_approval_requests() is False
    loosened.refresh_from_db()
    assert loosened.state == "withdrawn"


@pytest.mark.parametrize("decide", [approve_request, reject_request])
def test_what_a_program_without_an_owner_asked_is_neither_approved_nor_rejected(teams, decide):
    User.objects.create_user("ci", is_service=True)
    program = Actor("ci", frozenset({Role.CONTRIBUTOR}), frozenset({"forecasting"}), is_service=True)
    own = {"name": "ours", "owner_team": "forecasting", "subject_team": "forecasting", "actor": program}
    save_policy(checks=[AUC], **own)
    pending = save_policy(checks=[AUC | {"threshold": 0.5}], reason="x", **own)
    with pytest.raises(Refused) as refused:
        decide(pending, actor=ANN)
    assert refused.value.code == "no_owner"


def test_an_approval_is_for_the_version_that_was_in_force(loosened):
    """A version that came in without ending the request, as by a restored row."""
    base = policies.newest("floor")
    base.pk, base.number = None, 2
    base.save()
    with pytest.raises(Refused, match="has changed since") as refused:
        approve_request(loosened, actor=ANN)
    assert (refused.value.code, refused.value.detail) == ("stale", {"approval_request": loosened.pk})
    loosened.refresh_from_db()
    assert (loosened.state, policies.newest("floor").number) == ("stale", 2)


def test_an_approved_promotion_has_both_names(regulated, cora):
    pending = promote(regulated, "production", actor=cora)
    approve_request(pending, reason="Fair enough.", actor=ANN)
    regulated.refresh_from_db()
    change = StageChange.objects.get(after="production")
    assert (regulated.stage, change.changed_by, change.approved_by) == ("production", "cora", "ann")
    assert change.gate_decision.decided_by == "ann"
    event = AuditEvent.objects.filter(action="model_version.promoted").first()
    assert (event.actor, event.content["requested_by"], event.content["approved_by"]) == ("ann", "cora", "ann")
    assert AuditEvent.objects.filter(action="approval_request.outdated").count() == 0


def test_what_was_decided_meanwhile_is_refused_before_the_gate_decides_again(regulated, cora):
    pending = promote(regulated, "production", actor=cora)
    seen = ApprovalRequest.objects.get(pk=pending.pk)
    reject_request(pending, actor=ANN)
    add_evaluations(regulated, [{"metric": "selection_rate", "slice": "sex=f", "value": 0.1}], actor=cora)
    with pytest.raises(Refused) as refused:
        approve_request(seen, actor=ANN)
    assert refused.value.code == "approval_request_decided"


def test_a_promotion_is_not_decided_by_who_requested_it(regulated):
    me = Actor("cora", frozenset(Role), frozenset({"forecasting"}))
    pending = promote(regulated, "production", actor=me)
    with pytest.raises(NotAllowed, match="another person has to decide"):
        approve_request(pending, actor=me)
    regulated.refresh_from_db()
    assert regulated.stage == "staging"


def changes_nothing_shown(version, cora):
    register(FIXED, cora, name="another")


def another_result(version, cora):
    add_evaluations(version, [{"metric": "mape", "value": 0.11}], actor=cora)


def another_policy(version, cora):
    save_policy(name="errors", checks=[{"metric": "mape", "operator": "<=", "threshold": 0.5}], actor=LEA)


def archived(version, cora):
    type(version).objects.filter(pk=version.pk).update(stage="archived")


@pytest.mark.parametrize("change", [another_result, another_policy, archived])
def test_an_approval_is_for_what_the_gate_saw(regulated, cora, change):
    pending = promote(regulated, "production", actor=cora)
    change(regulated, cora)
    with pytest.raises(Refused, match="has changed since") as refused:
        approve_request(pending, actor=ANN)
    assert refused.value.code == "stale"
    pending.refresh_from_db()
    assert pending.state == "stale"
    assert not StageChange.objects.filter(after="production").exists()


def test_what_concerns_other_models_outdates_nothing(regulated, cora):
    pending = promote(regulated, "production", actor=cora)
    changes_nothing_shown(regulated, cora)
    approve_request(pending, actor=ANN)
    assert StageChange.objects.filter(after="production").exists()


def test_a_gate_that_closed_meanwhile_is_recorded_and_the_request_waits(regulated, cora):
    pending = promote(regulated, "production", actor=cora)
    before = GateDecision.objects.count()
    register(FIXED, cora)
    with pytest.raises(Refused, match="promotion gate is closed"):
        approve_request(pending, actor=ANN)
    pending.refresh_from_db()
    assert (pending.state, GateDecision.objects.count() - before) == ("waiting", 1)
