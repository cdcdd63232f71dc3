"""What serves: changed at once where the change is small, held where it is not, gone back from in one call."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from platform_site.audit import queries as audit
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from registry.features.rules.fingerprint import address
from registry.models import ChangeRequest, Deployment, GateDecision, ServedShare, ServingRevision
from registry.serving.actions.change_requests import (
    approve_change,
)
from registry.serving.actions.deployments import rollback
from registry.serving.actions.reports import report_serving
from registry.serving.queries.deployments import serving_now
from registry.versions.actions.promotion import promote
from registry.versions.queries.snapshots import serving_features
from tests.registry.conftest import FIXED, TRAINED, contributor, register
from tests.registry.serving.story import ANN, approved, ask

pytestmark = pytest.mark.postgresql

DUE, CHANGED = (address(definition)[:12] for definition in (TRAINED, FIXED))


def now_serving():
    (revision,) = serving_now()
    return revision.number, dict(revision.configuration.weights)


def test_the_first_deployment_waits_and_serves_once_approved(in_production, cora):
    result = ask(in_production, cora, percent=100)
    assert (result.deployment, result.request.impact, ServingRevision.objects.count()) == (None, 100, 0)
    assert result.request.parts[0]["sentence"] == "v1 begins to serve, with 100% of the traffic."
    made = approve_change(result.request, reason="Looked at it.", actor=ANN)
    assert now_serving() == (1, {"v1": 100})
    assert (made.revision.covered_by, made.arrives) == (result.request, True)
    assert made.gate_decision_id != result.request.gate_decision_id, "the gate is asked again"


def test_a_small_change_applies_at_once_and_is_logged(serving, second, cora):
    approved(second, cora, percent=20)
    small = ask(second, cora, percent=40, thresholds={"alarm": 0.52}, reason="looks well")
    assert (small.request, small.deployment.revision.impact) == (None, 80)
    assert now_serving() == (3, {"v1": 60, "v2": 40})
    event = AuditEvent.objects.get(action="deployment.applied", actor="cora", payload__contains="looks well")
    assert event.content["content"]["thresholds"] == {"alarm": 0.52}


def test_slices_are_held_together(serving, second, cora):
    approved(second, cora, percent=20)
    assert ask(second, cora, percent=44).deployment
    held = ask(second, cora, percent=50).request
    assert held.impact == 120
    assert "Since the last approval" in held.parts[0]["sentence"]


def test_no_change_says_so_and_writes_nothing(serving, in_production, cora):
    before = AuditEvent.objects.count()
    same = ask(in_production, cora, percent=100, thresholds={"alarm": 0.5})
    assert (same.changed, same.deployment) == (False, serving)
    assert AuditEvent.objects.count() == before


def test_the_same_change_asked_again_waits_once(in_production, cora):
    first, again = (
        ask(in_production, cora, percent=100),
        ask(in_production, contributor("forecasting", name="dora"), percent=100),
    )
    assert (again.request, again.changed) == (first.request, False)


def test_a_closed_gate_stops_a_deployment_and_its_decision_stays(in_production, cora):
    register(FIXED, cora)
    with pytest.raises(Refused) as refused:
        ask(in_production, cora, percent=100)
    assert (refused.value.code, refused.value.detail["conflicts"][0]["feature"]) == ("deployment_blocked", "orders_3d")
    assert {way["kind"] for way in refused.value.detail["ways_out"]} >= {"pin", "override"}
    assert GateDecision.objects.get(pk=refused.value.detail["gate_decision"]).decision == "BLOCKED"
    assert not ChangeRequest.objects.exists()


def test_a_pin_of_the_deployment_opens_the_gate_where_it_serves_and_nowhere_else(in_production, cora):
    register(FIXED, cora)
    approved(in_production, cora, percent=100, pins={"orders_3d": DUE})
    assert [feature.name for feature in serving_features(in_production, "production")] == [DUE]
    assert ServedShare.objects.get().pins == {"orders_3d": DUE}
    with pytest.raises(Refused, match="gate is closed"):
        ask(in_production, cora, environment="staging", percent=100)


def test_a_pin_to_another_version_than_trained_on_closes_the_gate(in_production, cora):
    register(FIXED, cora)
    with pytest.raises(Refused, match="pinned to a different version"):
        ask(in_production, cora, percent=100, pins={"orders_3d": CHANGED})


def test_what_is_not_promoted_serves_only_where_it_is_tried(model_version, cora):
    promote(model_version, "staging", actor=cora)
    model_version.refresh_from_db()
    with pytest.raises(Refused, match="Promote it to production before it serves in production"):
        ask(model_version, cora, percent=5)
    assert ask(model_version, cora, environment="staging", percent=5).request


FAULTS = [
    ({"percent": 101}, {}, {"traffic_percent"}),
    ({}, {}, {"traffic_percent"}),
    ({"percent": 0, "shadow": False}, {}, {"traffic_percent"}),
    (
        {
            "percent": 5,
            "thresholds": {"9x": 1, "a": float("inf")},
            "pins": {"nobody": "x", "orders_3d": "000000000000"},
        },
        {"environment": "Über"},
        {"environment", "thresholds.9x", "thresholds.a", "feature_pins.nobody", "feature_pins.orders_3d"},
    ),
    ({"steps": [{"percent": 0, "hold_minutes": 0}]}, {}, {"steps"}),
]


@pytest.mark.parametrize(("requested", "where", "fields"), FAULTS)
def test_every_fault_comes_at_once(in_production, cora, requested, where, fields):
    with pytest.raises(Invalid) as refused:
        ask(in_production, cora, **requested, **where)
    assert {fault.field for fault in refused.value.faults} == fields


def test_only_the_models_team_deploys_withdraws_and_rolls_back(serving, in_production):
    stranger = contributor("data-platform", name="sam")
    for act in (
        lambda: ask(in_production, stranger, percent=5),
        lambda: rollback(serving, to_revision=1, reason="x", actor=stranger),
    ):
        with pytest.raises(NotAllowed, match="forecasting"):
            act()


# -- going back ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def twice(serving, second, cora):
    """v1 at first, then v2 with all of the traffic."""
    return approved(second, cora, percent=100)


def test_a_rollback_is_one_call_and_recorded_as_one(twice, cora):
    back = rollback(twice, to_revision=1, reason="Errors doubled.", actor=cora)
    assert now_serving() == (3, {"v1": 100})
    assert (back.kind, back.rehearsal, back.revision.restores.number, back.model_version.version) == (
        "rollback", False, 1, "v1",
    )  # fmt: skip
    assert AuditEvent.objects.get(action="deployment.rolled_back").content["reason"] == "Errors doubled."


def test_a_rehearsal_is_recorded_and_nothing_serves_otherwise(twice, cora):
    tried = rollback(twice, to_revision=1, reason="Drill.", rehearsal=True, actor=cora)
    assert (tried.rehearsal, tried.revision.number, tried.gate_decision.decision) == (True, 1, "PROCEED")
    assert now_serving() == (2, {"v2": 100})
    assert AuditEvent.objects.filter(action="deployment.rehearsed").count() == 1


def test_a_closed_gate_is_recorded_and_does_not_stop_going_back(twice, cora):
    register(FIXED, cora)
    back = rollback(twice, to_revision=1, reason="Errors doubled.", actor=cora)
    assert (back.gate_decision.decision, now_serving()[1]) == ("BLOCKED", {"v1": 100})


def test_a_small_change_is_gone_back_to_on_the_approval_before_it(serving, in_production, second, cora):
    small = ask(in_production, cora, thresholds={"alarm": 0.53}).deployment
    approved(second, cora, percent=100)
    assert rollback(small, to_revision=2, reason="x", rehearsal=True, actor=cora).rehearsal
    back = rollback(small, to_revision=2, reason="x", actor=cora).revision
    assert (back.thresholds, back.covered_by) == ({"alarm": 0.53}, ServingRevision.objects.get(number=1).covered_by)


def test_small_changes_around_a_rollback_do_not_add_up_to_a_large_one(serving, in_production, second, cora):
    small = ask(in_production, cora, thresholds={"alarm": 0.53}).deployment
    approved(second, cora, percent=100)
    rollback(small, to_revision=2, reason="x", actor=cora)
    assert ask(in_production, cora, thresholds={"alarm": 0.54}).deployment
    assert ask(in_production, cora, thresholds={"alarm": 0.56}).request  # 12 % above the 0.5 that was approved


@pytest.mark.parametrize(("number", "expected"), [(2, "from 1 to 1"), (9, "from 1 to 1")])
def test_only_an_earlier_revision_can_be_gone_back_to(twice, cora, number, expected):
    with pytest.raises(Invalid, match=expected):
        rollback(twice, to_revision=number, reason="x", actor=cora)
    with pytest.raises(Invalid, match="Give a reason"):
        rollback(twice, to_revision=1, reason=" ", actor=cora)


def test_a_rollback_stands_on_the_approval_of_what_it_restores(twice, in_production, cora):
    back = rollback(twice, to_revision=1, reason="x", actor=cora)
    assert back.revision.covered_by == ServingRevision.objects.get(number=1).covered_by
    with pytest.raises(Refused, match="the same content as what serves now"):
        rollback(back, to_revision=1, reason="x", actor=cora)


def test_what_serves_is_not_archived(serving, in_production, cora):
    with pytest.raises(Refused, match="serves in production"):
        promote(in_production, "archived", actor=cora)
    ask(in_production, cora, percent=0)
    assert promote(in_production, "archived", actor=cora).proceeds


def test_all_traffic_can_be_taken_away_from_one_that_the_gate_stops(serving, in_production, cora):
    register(FIXED, cora)
    assert ask(in_production, cora, percent=0).deployment
    assert now_serving()[1] == {}


# -- what the database holds ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "tamper"),
    [
        (ServingRevision, {"thresholds": {}}), (ServingRevision, {"covered_by": None}), (ServedShare, {"percent": 1}),
        (Deployment, {"rehearsal": True}), (ChangeRequest, {"state": "waiting", "decided_at": None}),
    ],
)  # fmt: skip
def test_the_database_keeps_what_served(serving, kind, tamper):
    with pytest.raises(DatabaseError), transaction.atomic():
        kind.objects.update(**tamper)
    with pytest.raises(DatabaseError), transaction.atomic():
        kind.objects.all()._raw_delete("default")


NOW = timezone.now()


@pytest.mark.parametrize(
    "tamper",
    [
        {"content": {}}, {"digest": "0" * 64}, {"requested_by": "ann"}, {"impact": 1}, {"reason": "another"},
        {"state": "approved", "decided_by": "cora", "decided_at": NOW}, {"state": "approved", "decided_at": NOW},
        {"state": "approved", "decided_by": "system", "decided_at": NOW}, {"state": "approved", "decided_by": "ann"},
    ],
    ids=lambda value: "+".join(value),
)  # fmt: skip
def test_the_database_keeps_what_was_asked_and_who_decided(in_production, cora, tamper):
    ask(in_production, cora, percent=100)
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        ChangeRequest.objects.update(**tamper)


def test_the_database_takes_no_large_revision_without_an_approval(serving, second, cora):
    waits = ask(second, cora, percent=50).request
    values = {"model": second.model, "environment": "production", "number": 2, "made_by": "cora", "made_at": NOW}
    for covered_by in (None, waits):
        with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
            ServingRevision.objects.create(impact=100, covered_by=covered_by, **values)


# -- what serving reports is held against where it serves -----------------------------------------------------------------


def report(version, actor, environment="production", served=DUE):
    window = (timezone.now(), timezone.now() + timedelta(minutes=1))
    features = {"orders_3d": {"version": served}}
    return report_serving(version, environment=environment, window=window, features=features, actor=actor)


def test_a_version_without_traffic_that_reports_is_skew(serving, in_production, second, cora):
    assert report(in_production, cora).skew == []
    (skew,) = report(second, cora).skew
    assert skew["issue"] == "serves, but has no traffic in production in revision 1"
    assert report(second, cora, environment="canary").skew == [], "nothing is configured there"


def test_one_versions_good_report_does_not_end_the_alert_of_another(serving, in_production, second, cora):
    approved(second, cora, percent=50)
    report(second, cora, served="000000000000")
    report(in_production, cora)
    assert in_production.model.alerts.get().state == "open"
    report(second, cora)
    assert in_production.model.alerts.get().state == "resolved"


def test_the_chain_holds_after_all_of_it(twice, cora):
    rollback(twice, to_revision=1, reason="x", actor=cora)
    assert audit.verify().valid
