"""Which change requests wait, for whom, and the evidence that an approver sees."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from platform_site.access import Actor, Role
from platform_site.errors import Unknown
from platform_site.people.actions.persons import set_roles
from registry.models import Rollout
from registry.serving.actions.change_requests import reject_change
from registry.serving.queries import change_requests
from registry.versions.actions.no_features import confirm_no_features
from registry.versions.actions.overrides import request_override
from registry.versions.actions.registration import register_version
from tests.registry.conftest import ARTIFACT, FIXED, lineage, register
from tests.registry.serving.story import ANN, STEPS, approved, ask
from tests.registry.versions.approvals import LEA, floor


@pytest.fixture
def waits(in_production, cora):
    return ask(in_production, cora, percent=100).request


def test_a_request_waits_until_the_moment_it_expires(waits, monkeypatch):
    assert list(change_requests.waiting()) == [waits]
    for early, count in ((timedelta(microseconds=1), 1), (timedelta(), 0)):
        monkeypatch.setattr(timezone, "now", lambda early=early: waits.expires_at - early)
        assert change_requests.waiting().count() == change_requests.waiting_count() == count


@pytest.mark.django_db
def test_a_role_for_oneself_waits_for_others(people, actor):
    set_roles(people["viewer"], ["viewer", "approver"], actor=actor("admin"))
    oneself = replace(actor("viewer"), roles=frozenset({Role.APPROVER}))
    waiting = {who.name: change_requests.access_waiting_for(who).count() for who in (oneself, actor("approver"))}
    assert waiting == {"viewer": 0, "approver": 1}


def test_what_was_decided_waits_no_more(waits):
    reject_change(waits, actor=ANN)
    assert not change_requests.waiting().exists()
    assert change_requests.change_requests().count() == 1


def test_approvers_decide_what_others_requested(waits, in_production, cora):
    register(FIXED, cora)
    until = timezone.now() + timedelta(days=3)
    override = request_override(in_production, reason="Retrained.", expires_at=until, actor=cora)
    own = Actor("cora", frozenset({Role.APPROVER}), frozenset())
    seen = {actor.name: [list(rows) for rows in change_requests.awaiting_decision_of(actor)] for actor in (ANN, own)}
    assert seen == {"ann": [[waits], [override], [], []], "cora": [[], [], [], []]}
    assert [list(rows) for rows in change_requests.awaiting_decision_of(cora)] == [[], [], [], []], "not an approver"
    assert [list(rows) for rows in change_requests.requested_by_actor(cora)] == [[waits], [override], [], []]
    assert change_requests.waiting_count() == 2


def test_a_looser_policy_waits_in_the_same_queue(teams, people):
    floor()
    looser = floor(0.1)
    assert list(change_requests.awaiting_decision_of(ANN).requests) == [looser]
    assert list(change_requests.requested_by_actor(LEA).requests) == [looser]
    assert not change_requests.awaiting_decision_of(LEA).requests.exists()
    assert change_requests.waiting_count() == 1
    counts = {name: change_requests.count_for(people[name].pk, name) for name in ("approver", "lead", "viewer")}
    assert counts == {"approver": 1, "lead": 0, "viewer": 0}


def test_a_statement_of_no_features_waits_for_another_approver_until_it_is_confirmed(model, orders, cora, people):
    parts = lineage(orders, feature_snapshot={}, uses_no_features=True)
    stated = register_version(model, version="v8", artifact=ARTIFACT, lineage_parts=parts, actor=cora)
    own = Actor("cora", frozenset({Role.APPROVER}), frozenset())
    assert list(change_requests.awaiting_decision_of(ANN).statements) == [stated]
    assert not change_requests.awaiting_decision_of(own).statements.exists()
    assert list(change_requests.requested_by_actor(cora).statements) == [stated]
    approver = people["approver"].pk
    assert (change_requests.waiting_count(), change_requests.count_for(approver, "approver")) == (1, 1)
    assert change_requests.count_for(approver, "cora") == 0
    confirm_no_features(stated, actor=ANN)
    assert (change_requests.waiting_count(), list(change_requests.requested_by_actor(cora).statements)) == (0, [])


def test_nobody_waits_for_a_statement_of_a_regulated_model_or_an_archived_version(model, orders, cora):
    parts = lineage(orders, feature_snapshot={}, uses_no_features=True)
    stated = register_version(model, version="v8", artifact=ARTIFACT, lineage_parts=parts, actor=cora)
    type(model).objects.filter(pk=model.pk).update(regulated=True)
    assert change_requests.waiting_count() == 0
    type(model).objects.filter(pk=model.pk).update(regulated=False)
    type(stated).objects.filter(pk=stated.pk).update(stage="archived")
    assert change_requests.waiting_count() == 0


def test_the_count_of_a_person_needs_the_role_and_leaves_out_their_own(waits, people):
    approver, viewer = people["approver"].pk, people["viewer"].pk
    assert change_requests.count_for(approver, "approver") == 1
    assert change_requests.count_for(approver, "cora") == 0
    assert change_requests.count_for(viewer, "viewer") == 0


def test_the_evidence_of_a_request_has_the_results_of_its_version(waits, in_production):
    evidence = change_requests.evidence(waits)
    assert {name: len(rows) for name, rows in evidence.items()} == {"parity": 0, "drift": 0, "evaluations": 1}


def test_rollouts_are_under_way_until_they_end(serving, second, cora):
    rollout = approved(second, cora, steps=STEPS).rollout
    assert list(change_requests.under_way(second.model)) == [rollout]
    Rollout.objects.filter(pk=rollout.pk).update(state="stopped", due_at=None)
    assert change_requests.under_way(second.model).count() == 1
    Rollout.objects.filter(pk=rollout.pk).update(state="aborted")
    assert not change_requests.under_way(second.model).exists()


def test_a_number_that_does_not_exist_is_unknown(waits):
    assert change_requests.change_request(waits.pk) == waits
    for read in (change_requests.change_request, change_requests.rollout):
        with pytest.raises(Unknown, match=f"There is no .* {waits.pk + 1}"):
            read(waits.pk + 1)
