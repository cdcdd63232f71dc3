"""What waits for another person: a looser policy, and the promotion of a regulated model."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, Refused
from registry.models import ApprovalRequest, GatePolicy, GateSettings, StageChange
from registry.versions.actions.approval_decisions import approve_request
from registry.versions.actions.approval_requests import close, digest_of, settings_digest, waiting_for
from registry.versions.actions.gate_settings import save_gate_settings
from registry.versions.actions.policies import save_policy
from registry.versions.actions.promotion import promote
from registry.versions.actions.registration import add_evaluations
from registry.versions.queries import policies
from tests.registry.versions.approvals import ANN, AUC, LEA, floor, looser_settings


def test_a_lead_alone_does_not_loosen_the_platforms_policy(loosened):
    assert isinstance(loosened, ApprovalRequest)
    assert (loosened.kind, loosened.state, loosened.requested_by) == ("policy", "waiting", "lea")
    assert loosened.ways == ["auc >= 0.75 becomes auc >= 0.1"]
    assert loosened.diff == [{"what": "Checks", "before": "auc >= 0.75", "after": "auc >= 0.1"}]
    assert (loosened.title, loosened.reason) == ("Loosen policy floor", "The new market is harder.")
    in_force = policies.newest("floor")
    assert (in_force.number, in_force.checks[0]["threshold"]) == (1, 0.75)
    event = AuditEvent.objects.get(action="approval_request.requested")
    assert (event.subject, event.actor) == ("gate_policy:floor", "lea")
    assert event.content["ways"] == loosened.ways
    assert event.content["content"]["checks"][0]["threshold"] == 0.1


def test_tightening_applies_at_once(teams):
    floor()
    tightened = floor(0.8)
    assert isinstance(tightened, GatePolicy)
    assert (tightened.number, tightened.approved_by) == (2, "")
    assert not ApprovalRequest.objects.exists()


@pytest.mark.parametrize("others", [{"retired": True}, {"model_type": "ranking"}, {"subject_team": "forecasting"}])
def test_retiring_and_narrowing_wait_too(teams, others):
    floor()
    assert isinstance(floor(**others), ApprovalRequest)
    assert policies.current().filter(name="floor").get().number == 1


def test_a_teams_own_policy_is_no_exception(teams, cora):
    own = {"name": "ours", "owner_team": "forecasting", "subject_team": "forecasting", "actor": cora}
    save_policy(checks=[AUC], **own)
    assert isinstance(save_policy(checks=[AUC | {"threshold": 0.5}], reason="x", **own), ApprovalRequest)


def test_what_waits_needs_a_reason(teams):
    floor()
    with pytest.raises(Invalid, match=r"another person decides about it\. auc >= 0.75 becomes auc >= 0.1") as refused:
        floor(0.1, reason=" ")
    assert [fault.field for fault in refused.value.faults] == ["reason"]
    assert isinstance(floor(0.8, reason=""), GatePolicy)


def test_the_same_request_waits_once_and_an_expired_one_makes_room(loosened, monkeypatch):
    assert floor(0.1, reason="The new market is harder.") == loosened
    assert floor(0.2) != loosened
    over = loosened.expires_at + timedelta(seconds=1)
    monkeypatch.setattr(timezone, "now", lambda: over)
    again = floor(0.1, reason="The new market is harder.")
    loosened.refresh_from_db()
    assert (again.state, loosened.state) == ("waiting", "expired")
    assert AuditEvent.objects.get(action="approval_request.expired").actor == "system"


def test_another_version_of_the_policy_outdates_what_waits(loosened):
    floor(0.8)
    loosened.refresh_from_db()
    assert (loosened.state, loosened.decided_by) == ("stale", "system")
    assert AuditEvent.objects.get(action="approval_request.outdated").content["reason"] == "The new market is harder."
    assert AuditEvent.objects.filter(action="approval_request.outdated").count() == 1


def test_what_is_saved_outdates_what_rests_on_it_alone(loosened):
    floor(0.9, name="other")
    waits = floor(0.2, name="other", reason="Harder."), looser_settings(skew_closes_gate=False)
    floor(0.8)  # another version of the first policy
    for request in waits:
        request.refresh_from_db()
        assert request.state == "waiting"
    save_gate_settings(parity_first_in_production=True, reason="Tighter.", actor=LEA)
    assert [request.state for request in waits if request.refresh_from_db() is None] == ["waiting", "stale"]


def test_one_person_does_not_promote_a_regulated_model(regulated, cora):
    pending = promote(regulated, "production", reason="Retrained.", actor=cora)
    assert isinstance(pending, ApprovalRequest)
    regulated.refresh_from_db()
    assert (regulated.stage, pending.kind, pending.gate_decision.decision) == ("staging", "promotion", "PROCEED")
    assert (pending.title, pending.reason) == ("Promote demand v1 to production", "Retrained.")
    assert pending.diff[0] == {"what": "Stage", "before": "staging", "after": "production"}
    assert {"what": "mape (passed)", "before": "–", "after": "0.12"} in pending.diff
    assert {"what": "disparate_impact_ratio on sex (passed)", "before": "–", "after": "1"} in pending.diff
    assert promote(regulated, "production", actor=cora) == pending
    assert not StageChange.objects.filter(after="production").exists()


def test_a_blocked_promotion_is_refused_and_requests_nothing(regulated, cora):
    add_evaluations(regulated, [{"metric": "selection_rate", "slice": "sex=f", "value": 0.1}], actor=cora)
    with pytest.raises(Refused, match="promotion gate is closed"):
        promote(regulated, "production", actor=cora)
    assert not ApprovalRequest.objects.exists()


@pytest.mark.parametrize("to", ["staging", "archived"])
def test_every_other_step_of_a_regulated_model_is_made_at_once(model_version, cora, to):
    model_version.model.regulated = True
    model_version.model.save()
    promote(model_version, to, actor=cora)
    model_version.refresh_from_db()
    assert model_version.stage == to


def test_a_promotion_that_rests_on_something_else_replaces_the_one_that_waits(regulated, cora):
    first = promote(regulated, "production", actor=cora)
    add_evaluations(regulated, [{"metric": "mape", "value": 0.11}], actor=cora)
    second = promote(regulated, "production", actor=cora)
    first.refresh_from_db()
    assert (first.state, second.state, first != second) == ("stale", "waiting", True)


def test_leaving_the_stage_ends_what_waits(regulated, cora):
    pending = promote(regulated, "production", actor=cora)
    promote(regulated, "archived", actor=cora)
    pending.refresh_from_db()
    assert pending.state == "stale"


def test_a_digest_does_not_depend_on_the_order_of_keys():
    assert digest_of({"a": 1, "b": [2]}) == digest_of({"b": [2], "a": 1}) != digest_of({"a": 1, "b": [3]})


def test_the_database_keeps_what_was_requested_and_takes_one_decision_by_another_person(loosened):
    rows = ApprovalRequest.objects.filter(pk=loosened.pk)
    decided = {"state": "approved", "decided_at": timezone.now()}
    for wrong in (
        {"content": {}},
        {"reason": "other"},
        decided | {"decided_by": "lea"},
        decided | {"decided_by": "system"},
    ):
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            rows.update(**wrong)
    approve_request(loosened, actor=ANN)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(state="rejected")
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.delete()


def test_what_waits_for_a_version_is_about_that_version_alone(loosened, model_version):
    assert list(waiting_for(model_version)) == []
    assert list(waiting_for(policies.newest("floor"))) == [loosened]


def test_a_request_that_is_closed_says_so_at_once(loosened):
    with transaction.atomic():
        close(loosened, ApprovalRequest.State.STALE, actor=ANN)
    assert (loosened.state, loosened.decided_by) == ("stale", "ann")


def test_settings_are_approved_after_those_that_were_in_force():
    content = {"skew_closes_gate": False}
    assert settings_digest(GateSettings(), content) == digest_of({"gate_settings": 0, "content": content})
    assert settings_digest(GateSettings(pk=7), content) == digest_of({"gate_settings": 7, "content": content})
