"""Two people change what serves at the same time: one after the other, or one of them is refused."""

from __future__ import annotations

import pytest

from platform_site.audit import queries as audit
from platform_site.errors import Refused
from registry.models import ChangeRequest, Deployment, Rollout, ServingRevision
from registry.serving.actions.change_requests import approve_change, reject_change
from registry.serving.actions.deployments import rollback
from registry.serving.actions.rollouts import advance_rollouts
from tests.registry.serving.story import ANN, BOB, ask
from tests.registry.test_concurrency import at_once

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def numbers() -> list[int]:
    return sorted(ServingRevision.objects.filter(environment="production").values_list("number", flat=True))


def refusals(answers: list[object]) -> list[str]:
    return [answer.code for answer in answers if isinstance(answer, Refused)]


def test_of_two_changes_approved_at_once_one_is_outdated(serving, second, cora):
    requests = [ask(second, cora, percent=percent).request for percent in (40, 50)]
    answers = at_once(
        *(
            lambda request=request, by=by: approve_change(request, actor=by)
            for request, by in zip(requests, (ANN, BOB), strict=True)
        )
    )
    assert refusals(answers) == ["stale"]
    assert sorted(request.state for request in ChangeRequest.objects.filter(base__number=1)) == ["approved", "stale"]
    assert numbers() == [1, 2]
    assert audit.verify().valid


@pytest.mark.parametrize("other", [approve_change, reject_change])
def test_a_change_is_decided_once(serving, second, cora, other):
    request = ask(second, cora, percent=50).request
    answers = at_once(lambda: approve_change(request, actor=ANN), lambda: other(request, actor=BOB))
    assert refusals(answers) == ["change_request_decided"]
    assert len(numbers()) == (2 if ChangeRequest.objects.get(pk=request.pk).state == "approved" else 1)


def test_small_changes_at_once_follow_each_other(serving, in_production, cora):
    changes = [
        lambda value=value: ask(in_production, cora, thresholds={"alarm": value}) for value in (0.51, 0.52, 0.53)
    ]
    at_once(*changes)
    assert numbers() == [1, 2, 3, 4]


def test_the_same_change_from_four_sessions_is_one_request(serving, second, cora):
    answers = at_once(*[lambda: ask(second, cora, percent=50)] * 4)
    assert sorted(answer.changed for answer in answers) == [False, False, False, True]
    assert ChangeRequest.objects.filter(state="waiting").count() == 1


def test_a_step_and_a_rollback_at_once_leave_no_rollout_under_way(serving, second, cora):
    steps = [{"percent": 50, "hold_minutes": 0}, {"percent": 100, "hold_minutes": 0}]
    approve_change(ask(second, cora, steps=steps).request, actor=ANN)
    at_once(advance_rollouts, lambda: rollback(serving, to_revision=1, reason="Errors.", actor=cora))
    assert Rollout.objects.get().state in {"aborted", "finished"}
    newest = Deployment.objects.filter(revision__environment="production").order_by("-pk").first()
    assert newest.kind == "rollback"
    assert numbers() == list(range(1, len(numbers()) + 1))
