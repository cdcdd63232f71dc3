"""What is decided about a version waits while another session holds it: each of these fails when its lock is removed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection, transaction
from django.utils import timezone

from platform_site.access import Actor, Role
from platform_site.errors import Refused
from registry.models import Feature, ModelVersion, Override
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.actions.overrides import approve_override, reject_override, request_override
from registry.versions.actions.pins import pin_features
from registry.versions.actions.promotion import promote
from registry.versions.actions.registration import add_evaluations
from registry.versions.actions.snapshots import record_snapshot
from tests.registry.conftest import FIXED, register

pytestmark = [pytest.mark.slow, pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
ANN, BOB = (Actor(name, frozenset({Role.APPROVER}), frozenset()) for name in ("ann", "bob"))


@pytest.fixture(autouse=True)
def _on_postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time: only PostgreSQL can judge a lock")


def in_a_session(action: Callable[[], object]) -> object:
    try:
        return action()
    finally:
        connection.close()


@contextmanager
def held(pool: ThreadPoolExecutor, rows) -> Iterator[None]:
    """Inside, another session holds these rows."""
    holding, let_go = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            list(rows.select_for_update(no_key=True))
            holding.set()
            assert let_go.wait(30)

    session = pool.submit(in_a_session, hold)
    assert holding.wait(30)
    try:
        yield
    finally:
        let_go.set()
        session.result(timeout=30)


def waits(pool: ThreadPoolExecutor, rows, action: Callable[[], object]) -> Future[object]:
    """The action, begun while another session held the rows, of which it must not get past."""
    with held(pool, rows):
        begun = pool.submit(in_a_session, action)
        with pytest.raises(TimeoutError):
            begun.result(timeout=1.5)
    return begun


ON_A_VERSION = {
    "the gate": lambda version, trained, cora: evaluate_deployment_gate(version, actor=cora),
    "a promotion": lambda version, trained, cora: promote(version, "archived", actor=cora),
    "a pin": lambda version, trained, cora: pin_features(version, trained, actor=cora),
    "a snapshot": lambda version, trained, cora: record_snapshot(version, trained, actor=cora),
    "evaluations": lambda version, trained, cora: add_evaluations(version, [{"metric": "mae", "value": 1}], actor=cora),
}


@pytest.mark.parametrize("action", ON_A_VERSION)
def test_a_version_is_changed_by_one_session_at_a_time(in_production, feature, cora, action):
    trained = {"orders_3d": feature.current.name}
    with ThreadPoolExecutor(2) as pool:
        rows = ModelVersion.objects.filter(pk=in_production.pk)
        waits(pool, rows, lambda: ON_A_VERSION[action](in_production, trained, cora)).result(timeout=30)


def test_the_gate_waits_for_a_change_of_its_features(in_production, feature, cora):
    with ThreadPoolExecutor(2) as pool:
        rows = Feature.objects.filter(pk=feature.pk)
        waits(pool, rows, lambda: evaluate_deployment_gate(in_production, actor=cora)).result(timeout=30)


def test_an_override_is_decided_once_when_two_decide_at_the_same_moment(in_production, cora):
    register(FIXED, cora)
    ends = timezone.now() + timedelta(days=1)
    override = request_override(in_production, reason="x", expires_at=ends, actor=cora)
    decisions = (lambda: approve_override(override, actor=ANN), lambda: reject_override(override, actor=BOB))
    with ThreadPoolExecutor(3) as pool:
        with held(pool, Override.objects.filter(pk=override.pk)):
            sessions = [pool.submit(in_a_session, decide) for decide in decisions]
            for session in sessions:
                with pytest.raises(TimeoutError):
                    session.result(timeout=1)
        refused = [session.exception(timeout=30) for session in sessions]
    assert [type(error) for error in refused if error] == [Refused]
