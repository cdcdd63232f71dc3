"""A change of what serves: what kind it is, how far it reaches, what stops it, and what an approval of it is for."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from platform_site.access import SYSTEM
from registry.models import Deployment
from registry.serving.queries.changes import Change
from registry.serving.queries.deployments import ServingState
from registry.serving.rules.configuration import Configuration

OPEN, CLOSED = SimpleNamespace(proceeds=True), SimpleNamespace(proceeds=False)
APPROVED = SimpleNamespace(number=1, configuration=Configuration({"v1": 100}, {"alarm": 0.5}))
CURRENT = SimpleNamespace(number=2, configuration=Configuration({"v1": 100}, {"alarm": 0.54}))
VERSION = SimpleNamespace(version="v1")


def change(alarm: float = 0.58, **others) -> Change:
    head = Configuration({"v1": 100}, {"alarm": alarm})
    return Change(ServingState(CURRENT, APPROVED), VERSION, "production", head, SYSTEM)._replace(**others)


def test_small_changes_add_up_from_what_was_last_approved():
    assert not change()._replace(serving=ServingState(CURRENT, CURRENT)).reach.needs_approval
    assert change().reach.needs_approval


def test_a_rollback_reaches_no_further_than_from_what_serves():
    assert change(restores=APPROVED).reach.score < change().reach.score


@pytest.mark.parametrize(
    ("others", "kind"),
    [
        ({}, Deployment.Kind.CHANGE),
        ({"approval": SimpleNamespace()}, Deployment.Kind.CHANGE),
        ({"rollout": SimpleNamespace(), "approval": SimpleNamespace()}, Deployment.Kind.STEP),
        ({"restores": APPROVED, "approval": SimpleNamespace()}, Deployment.Kind.ROLLBACK),
    ],
)
def test_its_kind_is_where_it_comes_from(others, kind):
    assert change(**others).kind == kind


def test_a_closed_gate_stops_traffic_but_never_taking_it_away():
    assert change(decision=CLOSED).is_blocked
    assert not change(decision=OPEN).is_blocked
    assert not change(decision=CLOSED, head=Configuration({})).is_blocked


def test_an_approval_is_for_this_content_upon_this_revision_in_these_steps():
    steps = [{"percent": 100, "hold_minutes": 0}]
    same = [change(reason="another"), change(actor=None), change(steps=[]), change(approval=SimpleNamespace())]
    other = [change(0.59), change(steps=steps), change(serving=ServingState(APPROVED, APPROVED))]
    assert {row.digest for row in same} == {change().digest}
    assert len({row.digest for row in [change(), *other]}) == 4


def test_before_the_first_revision_nothing_serves():
    state = ServingState(None, None)
    assert (state.number, state.configuration, state.approved_configuration) == (None, Configuration(), None)
    assert ServingState(CURRENT, CURRENT).approved_configuration is None
