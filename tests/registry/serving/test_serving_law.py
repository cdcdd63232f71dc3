"""Nobody passes by an approval, in whatever order and however many come at once."""

from __future__ import annotations

import os
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from platform_site.access import Actor, Role
from platform_site.audit import queries as audit
from platform_site.audit.models import AuditEvent
from platform_site.errors import Refusal
from registry.models import ChangeRequest, Deployment, Rollout, ServingRevision
from registry.serving.actions.change_requests import approve_change, reject_change
from registry.serving.actions.deployments import rollback
from registry.serving.actions.rollouts import abort_rollout, advance_rollouts
from registry.serving.queries.deployments import revisions
from registry.serving.rules.configuration import Configuration, impact
from tests.registry.serving.story import ANN, BOB, STEPS, approved, ask
from tests.registry.test_concurrency import at_once

pytestmark = pytest.mark.slow
EXAMPLES = int(os.environ.get("SERVING_EXAMPLES", "25"))
BOTH = Actor("zoe", frozenset({Role.APPROVER, Role.CONTRIBUTOR, Role.ADMINISTRATOR}), frozenset({"forecasting"}))
PLAN = [step | {"hold_minutes": 0} for step in STEPS]
SLICES = st.one_of(
    st.tuples(st.just("traffic"), st.integers(0, 1), st.sampled_from([0, 20, 40, 44, 60, 80, 100])),
    st.tuples(st.just("threshold"), st.integers(0, 1), st.sampled_from([None, 0.0, 0.5, 0.54, 0.58, 0.62])),
)
OTHERS = st.tuples(
    st.sampled_from(["approve", "reject", "rollback", "rollout", "time"]), st.integers(0, 1), st.integers(1, 4)
)
CHANGES = st.one_of(SLICES, SLICES, SLICES, OTHERS)


def do(kind, who, value, versions, actor):
    """One step of somebody who tries; whatever is refused is refused."""
    waiting = ChangeRequest.objects.filter(state="waiting").first()
    if kind == "traffic":
        ask(versions[who], actor, percent=value)
    elif kind == "threshold":
        ask(versions[who], actor, thresholds={"alarm": value})
    elif kind == "rollout":
        ask(versions[who], actor, steps=PLAN)
    elif kind == "time":
        advance_rollouts()
    elif kind == "rollback" and (made := Deployment.objects.first()):
        rollback(made, to_revision=value, reason="x", actor=actor)
    elif waiting:
        (approve_change if kind == "approve" else reject_change)(waiting, actor=(ANN, BOTH)[who])


def assert_lawful():
    """Every revision that reached the threshold, from the one before or from the last approved one, was approved."""
    line = list(revisions().order_by("number"))
    assert [row.number for row in line] == list(range(1, len(line) + 1))
    base = approved_one = Configuration()
    then = {}  # by number, what had been approved last
    for revision in line:
        head = revision.configuration
        assert sum(head.weights.values()) <= 100
        if impact(base, head, approved_one).needs_approval:
            assert revision.covered_by is not None
            assert revision.covered_by.state == "approved"
            assert revision.covered_by.decided_by not in ("", "system", revision.covered_by.requested_by)
        base = head
        if revision.restores:
            approved_one = then[revision.restores.number]
        elif revision.covered_by:
            approved_one = head
        then[revision.number] = approved_one


@pytest.mark.same_on_both
def test_after_any_sequence_of_changes_each_large_one_was_approved_by_another_person(
    serving, in_production, second, cora
):
    approved(second, cora, percent=20)

    @hypothesis_settings(max_examples=EXAMPLES, deadline=None)
    @given(st.lists(CHANGES, min_size=6, max_size=14))
    def law(steps):
        with transaction.atomic():
            for number, (kind, who, value) in enumerate(steps):
                try:
                    do(kind, who, value, (in_production, second), (cora, BOTH)[number % 2])
                except Refusal:
                    continue
            assert_lawful()
            transaction.set_rollback(True)

    law()


# -- at once ---------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("decides", [(approve_change, approve_change), (approve_change, reject_change)])
def test_a_change_is_decided_by_one_of_two(in_production, cora, decides):
    request = ask(in_production, cora, percent=100).request
    answers = at_once(
        *(
            lambda decide=decide, by=by: decide(request, actor=by)
            for decide, by in zip(decides, (ANN, BOB), strict=True)
        )
    )
    assert sum(isinstance(answer, Refusal) for answer in answers) == 1, answers
    decided = AuditEvent.objects.filter(action__in=["change_request.approved", "change_request.rejected"])
    assert (decided.count(), ServingRevision.objects.count()) == (1, int(decided.get().action.endswith("approved")))


@pytest.mark.django_db(transaction=True)
def test_an_own_request_is_not_approved_beside_another_approval_either(in_production):
    request = ask(in_production, BOTH, percent=100).request
    answers = at_once(lambda: approve_change(request, actor=BOTH), lambda: approve_change(request, actor=ANN))
    assert [getattr(answer, "code", "") for answer in answers] == ["own_request", ""]
    assert ChangeRequest.objects.get().decided_by == "ann"


@pytest.mark.django_db(transaction=True)
def test_an_approval_and_a_small_change_at_once_leave_one_line(serving, in_production, second, cora):
    request = ask(second, cora, percent=50).request
    answers = at_once(
        lambda: approve_change(request, actor=ANN), lambda: ask(in_production, cora, thresholds={"alarm": 0.51})
    )
    request.refresh_from_db()
    assert request.state == ("stale" if isinstance(answers[0], Refusal) else "approved")
    assert_lawful()
    assert all(after.made_at >= before.made_at for before, after in pairwise(revisions().order_by("number")))


@pytest.mark.django_db(transaction=True)
def test_two_workers_take_a_step_once_and_two_people_deploy_one_after_the_other(serving, second, cora):
    approved(second, cora, steps=PLAN[:2])
    assert sorted(at_once(advance_rollouts, advance_rollouts)) == [0, 1]
    rollout = Rollout.objects.get()
    assert (rollout.position, rollout.state, Deployment.objects.filter(rollout=rollout).count()) == (2, "finished", 2)
    with pytest.raises(Refusal):
        abort_rollout(rollout, actor=cora)
    at_once(*(lambda value=value: ask(second, cora, thresholds={"alarm": value}) for value in (0.51, 0.52, 0.53, 0.54)))
    assert_lawful()
    assert audit.verify().valid
