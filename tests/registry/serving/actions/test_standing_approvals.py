"""The fast lane from the request to what serves under it: two people, one end, and nothing that differs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from platform_site.access import SYSTEM, Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from platform_site.people.actions import create_service_account, set_active, set_roles
from platform_site.people.models import AccountHolder, User
from registry.checks.actions.alerts import acknowledge
from registry.models import Alert, RegisteredModel, ServingRevision, StandingApproval
from registry.serving.actions.change_requests import approve_change
from registry.serving.actions.deployments import rollback
from registry.serving.actions.standing_approvals import (
    approve_standing_approval,
    reject_standing_approval,
    request_standing_approval,
    revoke_standing_approval,
    withdraw_standing_approval,
)
from registry.serving.queries.deployments import serving_state
from registry.versions.actions.overrides import approve_override, request_override
from registry.versions.actions.policies import save_policy
from registry.versions.actions.registration import add_evaluations, register_version
from tests.registry.conftest import ARTIFACT, FIXED, contributor, lineage, register
from tests.registry.serving.actions.test_reports import report
from tests.registry.serving.lanes import LIMITS, person, requested, stands
from tests.registry.serving.story import BOB, approved, ask

LEA = Actor("lea", frozenset({Role.LEAD}), frozenset({"ml-platform"}))


@pytest.fixture
def anna(db):
    return person("anna")


@pytest.fixture
def lane(serving, second, cora, anna):
    return stands(second.model, cora, anna)


def unmet(outcome):
    return [row["name"] for row in outcome.request.fast_lane["conditions"] if not row["met"]]


def events(action):
    return AuditEvent.objects.filter(action=action)


def test_a_retrained_version_serves_without_waiting_and_on_record(lane, second, cora):
    outcome = ask(second, cora, percent=25, reason="nightly")
    revision = outcome.deployment.revision
    assert (revision.number, revision.impact, revision.covered_by) == (2, 100, None)
    assert (revision.standing_approval, revision.approved_by) == (lane, "anna")
    assert revision.fast_lane["covers"]
    assert (revision.fast_lane["standing_approval"], revision.fast_lane["approved_by"]) == (lane.pk, "anna")
    assert revision.fast_lane["until"] == lane.until.isoformat(timespec="seconds")
    assert "orders_3d" in next(row["sentence"] for row in revision.fast_lane["conditions"] if row["name"] == "features")
    applied = events("deployment.applied").first()
    assert (applied.actor, applied.content["standing_approval"]) == ("cora", lane.pk)
    assert applied.content["fast_lane"]["conditions"]
    again = ask(second, cora, percent=50).deployment.revision
    assert (again.number, again.configuration.weights) == (3, {"v1": 50, "v2": 50})


def test_without_a_standing_approval_nothing_changes(serving, second, cora):
    assert ask(second, cora, percent=25).request.fast_lane is None


def test_another_environment_is_not_covered(lane, second, cora):
    assert ask(second, cora, percent=25, environment="canary").request.fast_lane is None


def differing(orders, cora, model, **changed):
    """A third version that differs in its lineage."""
    version = register_version(
        model, version="v3", artifact=ARTIFACT, lineage_parts=lineage(orders, **changed), actor=cora
    )
    from tests.registry.conftest import _promote

    _promote(version, cora)
    return version


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"code_commit": "f" * 40}, "recipe"),
        ({"container_digest": f"sha256:{'f' * 64}"}, "recipe"),
        ({"hyperparameters": {"depth": 4}}, "recipe"),
        ({"evaluations": [{"metric": "mape", "value": 0.1213}]}, "limit:mape:"),
    ],
)
def test_what_differs_waits_and_the_answer_names_it(lane, second, orders, cora, changed, name):
    outcome = ask(differing(orders, cora, second.model, **changed), cora, percent=5)
    assert unmet(outcome) == [name]
    assert outcome.request.fast_lane["covers"] is False
    assert events("change_request.requested").first().content["fast_lane"] == outcome.request.fast_lane


def test_another_feature_version_and_what_its_gate_needs_wait(lane, second, orders, cora):
    register(FIXED, cora)
    third = differing(orders, cora, second.model)  # trained at the latest
    assert unmet(ask(third, cora, percent=5)) == ["features", "pins"]


def test_thresholds_pins_and_steps_wait(lane, second, cora, feature):
    assert unmet(ask(second, cora, percent=5, thresholds={"alarm": 0.51})) == ["thresholds"]
    steps = [{"percent": 5, "hold_minutes": 1}, {"percent": 20, "hold_minutes": 0}]
    assert unmet(ask(second, cora, steps=steps)) == ["at_once"]
    assert unmet(ask(second, cora, percent=26)) == ["traffic_step"]


def test_a_small_change_since_the_approval_is_not_approved_by_the_lane(lane, second, in_production, cora):
    assert ask(in_production, cora, thresholds={"alarm": 0.53}).deployment
    assert unmet(ask(second, cora, percent=5)) == ["thresholds"]


def test_slices_do_not_add_up_through_the_lane(lane, second, in_production, cora):
    ask(second, cora, percent=25)
    assert serving_state(second, "production").approved.number == 2
    ask(in_production, cora, thresholds={"alarm": 0.53})
    outcome = ask(in_production, cora, thresholds={"alarm": 0.56})
    assert outcome.request.impact == 120  # since revision 2, which the standing approval covers


def test_an_open_alert_closes_the_lane_until_it_is_resolved(lane, second, in_production, cora):
    report(in_production, cora, orders_3d="f" * 12)
    acknowledge(Alert.objects.get(), until=timezone.now() + timedelta(days=1), actor=cora)
    outcome = ask(second, cora, percent=5)
    assert unmet(outcome) == ["alerts"]
    Alert.objects.update(state="resolved", resolved_at=timezone.now())
    assert ask(second, cora, percent=6).deployment


def test_an_override_in_force_closes_the_lane(lane, second, in_production, orders, cora):
    register(FIXED, cora)
    override = request_override(in_production, reason="x", expires_at=timezone.now() + timedelta(days=2), actor=cora)
    approve_override(override, actor=BOB)
    third = differing(orders, cora, second.model)
    assert {"overrides", "features", "pins"} <= set(unmet(ask(third, cora, percent=5)))


def test_a_changed_policy_closes_the_lane_for_good(lane, second, cora):
    save_policy(name="errors", checks=[{"metric": "mape", "operator": "<=", "threshold": 0.2}], actor=LEA)
    assert unmet(ask(second, cora, percent=5)) == ["policies"]
    waits, berta = requested(second.model, cora), person("berta")
    save_policy(name="errors", checks=[{"metric": "mape", "operator": "<=", "threshold": 0.19}], actor=LEA)
    with pytest.raises(Refused, match="has changed since"):
        approve_standing_approval(waits, actor=berta)


def lose_role(anna):
    set_roles(User.objects.get(username="anna"), [Role.VIEWER], actor=SYSTEM)


def lose_account(anna):
    set_active(User.objects.get(username="anna"), False, actor=SYSTEM)


def known_password(anna):
    User.objects.filter(username="anna").update(password_known=True)


@pytest.mark.parametrize("end", [lose_role, lose_account, known_password])
def test_it_ends_with_the_role_and_the_account_of_its_approver(lane, second, cora, anna, end):
    end(anna)
    assert unmet(ask(second, cora, percent=5)) == ["approver"]


def test_its_approver_does_not_deploy_under_it(serving, second, cora):
    both = person("zoe", [Role.APPROVER, Role.CONTRIBUTOR], ["forecasting"])
    stands(second.model, cora, both)
    assert unmet(ask(second, both, percent=5)) == ["approver"]
    create_service_account(name="ci-zoe", team="forecasting", roles=[Role.CONTRIBUTOR], owner="zoe", actor=SYSTEM)
    assert AccountHolder.objects.filter(person__username="zoe", account__username="ci-zoe").exists()
    program = Actor("ci-zoe", frozenset({Role.CONTRIBUTOR}), frozenset({"forecasting"}), is_service=True)
    assert unmet(ask(second, program, percent=10)) == ["approver"]
    assert ask(second, cora, percent=15).deployment


def test_it_ends_by_its_date(lane, second, cora, monkeypatch):
    later = timezone.now() + timedelta(days=31)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert ask(second, cora, percent=5).request.fast_lane is None
    assert lane.word == "expired"


def test_any_approver_revokes_it_at_once(lane, second, cora):
    with pytest.raises(NotAllowed, match="Only approvers and contributors of team forecasting"):
        revoke_standing_approval(lane, actor=contributor("data-platform", name="eve"))
    revoke_standing_approval(lane, reason="Seen enough.", actor=BOB)
    lane.refresh_from_db()
    assert (lane.state, lane.ended_by, lane.end_reason, lane.decided_by) == ("revoked", "bob", "Seen enough.", "anna")
    assert ask(second, cora, percent=5).request.fast_lane is None
    with pytest.raises(Refused, match="is revoked, not in force"):
        revoke_standing_approval(lane, actor=BOB)
    assert events("standing_approval.revoked").get().content["reason"] == "Seen enough."


def test_nobody_approves_their_own_and_only_approvers_decide(second, serving, cora, anna):
    both = person("zoe", [Role.APPROVER, Role.CONTRIBUTOR, Role.ADMINISTRATOR], ["forecasting"])
    own = requested(second.model, both)
    for decide in (approve_standing_approval, reject_standing_approval):
        with pytest.raises(NotAllowed, match="You requested this standing approval"):
            decide(own, actor=both)
        with pytest.raises(NotAllowed, match="Only approvers"):
            decide(own, actor=cora)
    with pytest.raises(IntegrityError, match="standing_approval_decided_by_another_person"), transaction.atomic():
        StandingApproval.objects.filter(pk=own.pk).update(state="approved", decided_by="zoe", decided_at=timezone.now())
    reject_standing_approval(own, reason="No.", actor=anna)
    with pytest.raises(Refused, match="is already rejected, by anna"):
        approve_standing_approval(own, actor=anna)


def test_an_approval_is_for_what_was_seen(second, serving, cora, anna):
    waits = requested(second.model, cora)
    with pytest.raises(Refused, match="has changed since") as refusal:
        approve_standing_approval(waits, digest="0" * 64, actor=anna)
    assert refusal.value.code == "stale"
    assert approve_standing_approval(waits, digest=waits.digest, actor=anna).state == "approved"


def test_a_new_request_replaces_what_waits_and_a_new_approval_what_stands(lane, second, cora, anna):
    first = requested(second.model, cora, most_points=30)
    same = requested(second.model, cora, most_points=30, until=first.until)
    assert same == first
    newer = requested(second.model, cora, most_points=50)
    first.refresh_from_db()
    assert (first.state, first.decided_by) == ("withdrawn", "")
    assert ask(second, cora, percent=40).request  # the first one stands still, with its 25 points
    approve_standing_approval(newer, actor=anna)
    lane.refresh_from_db()
    assert (lane.state, lane.end_reason) == ("replaced", f"Replaced by standing approval {newer.pk}.")
    assert ask(second, cora, percent=45).deployment.revision.standing_approval == newer
    withdrawn = withdraw_standing_approval(requested(second.model, cora, most_points=60), actor=cora)
    assert withdrawn.word == "withdrawn"


def test_a_regulated_model_has_none(lane, second, cora, anna):
    waits = requested(second.model, cora, most_points=30)
    RegisteredModel.objects.filter(pk=second.model_id).update(regulated=True)
    with pytest.raises(Refused, match="is regulated, so it has no fast lane") as refusal:
        requested(second.model, cora)
    assert refusal.value.code == "regulated"
    with pytest.raises(Refused, match="is regulated"):
        approve_standing_approval(waits, actor=anna)
    RegisteredModel.objects.filter(pk=second.model_id).update(regulated=False)
    assert ask(second, cora, percent=5).deployment


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"limits": []}, {"limits"}),
        ({"until": timezone.now() + timedelta(days=91)}, {"until"}),
        ({"until": timezone.now() - timedelta(minutes=1)}, {"until"}),
        ({"most_points": 0}, {"most_points"}),
        ({"most_points": 101}, {"most_points"}),
        ({"environment": "Über"}, {"environment"}),
        ({"environment": "nowhere"}, {"environment"}),
        ({"reason": "x" * 4_001, "limits": [{"metric": "mape"}], "most_points": 0}, {"reason", "limits.0.worst", "most_points"}),
    ],
)  # fmt: skip
def test_every_fault_of_a_request_comes_at_once(serving, second, cora, changed, fields):
    with pytest.raises(Invalid) as refusal:
        requested(second.model, cora, **changed)
    assert {fault.field for fault in refusal.value.faults} == fields
    assert not StandingApproval.objects.exists()


def test_only_the_models_team_requests_one(serving, second):
    with pytest.raises(NotAllowed, match="Only contributors of team forecasting"):
        request_standing_approval(
            second.model, environment="production", limits=LIMITS, until=timezone.now() + timedelta(days=1),
            actor=contributor("data-platform", name="eve"),
        )  # fmt: skip


def test_a_rollback_to_what_the_lane_let_serve_stands_on_it(lane, second, in_production, cora):
    made = ask(second, cora, percent=25).deployment
    approved(in_production, cora, percent=60, thresholds={"alarm": 0.9})
    back = rollback(made, to_revision=2, reason="Errors.", actor=cora)
    assert (back.revision.standing_approval, back.revision.covered_by, back.revision.fast_lane) == (lane, None, None)
    assert serving_state(second, "production").approved.number == 2  # what it restores was approved in advance


def test_a_later_evaluation_that_is_worse_closes_the_lane(lane, second, cora):
    add_evaluations(second, [{"metric": "mape", "value": 0.1213}], actor=cora)
    outcome = ask(second, cora, percent=5)
    assert unmet(outcome) == ["limit:mape:"]
    assert approve_change(outcome.request, actor=BOB).revision.covered_by == outcome.request
    assert ServingRevision.objects.filter(standing_approval__isnull=False).count() == 0
