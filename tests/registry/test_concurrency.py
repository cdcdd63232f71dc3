"""Two sessions at once, in every order: what is left is the truth, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import permutations
from threading import Event

import pytest
from django.db import connection
from django.utils import timezone

from platform_site.access import Actor, Role
from platform_site.audit import queries as audit
from platform_site.audit.models import AuditEvent
from platform_site.errors import Refusal
from registry.features.actions.current_version import set_current
from registry.features.rules.fingerprint import address
from registry.models import Feature, FeatureVersion, GateDecision, ModelVersion, Override
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.actions.overrides import approve_override, reject_override, request_override
from registry.versions.actions.pins import pin_features
from registry.versions.actions.policies import save_policy
from registry.versions.actions.promotion import promote
from registry.versions.queries import gates
from tests.registry.conftest import FIXED, REWRITTEN, TRAINED, register

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ANN, BOB = (Actor(name, frozenset({Role.APPROVER}), frozenset()) for name in ("ann", "bob"))
LEA = Actor("lea", frozenset({Role.LEAD}), frozenset())


def session(action: Callable[[], object]) -> object:
    """The action in a database session of its own: what it returns, or the refusal it raised."""
    try:
        return action()
    except Refusal as refusal:
        return refusal
    finally:
        connection.close()


def at_once(*actions: Callable[[], object]) -> list[object]:
    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(session, actions))


@pytest.fixture
def staged(model_version, cora):
    promote(model_version, "staging", actor=cora)
    model_version.refresh_from_db()
    return model_version


@pytest.fixture
def pause(monkeypatch):
    """`reading, go_on = pause()`: whoever decides at a gate tells that it has read, and waits to be let on."""
    reading, go_on = Event(), Event()
    judge = gates._verdict

    def slowly(*compared, **where):
        verdict = judge(*compared, **where)
        reading.set()
        assert go_on.wait(20)
        return verdict

    monkeypatch.setattr(gates, "_verdict", slowly)
    return reading, go_on


CHANGES: dict[str, Callable[[Actor], object]] = {
    "a registration": lambda cora: register(FIXED, cora),
    "a registration that computes the same": lambda cora: register(REWRITTEN, cora),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("decide", ["gate", "promotion"])
def test_nothing_is_registered_between_reading_and_deciding(staged, cora, pause, change, decide):
    reading, go_on = pause
    asks = {
        "gate": lambda: evaluate_deployment_gate(staged, actor=cora),
        "promotion": lambda: promote(staged, "production", actor=cora),
    }
    with ThreadPoolExecutor(2) as pool:
        decided = pool.submit(session, asks[decide])
        assert reading.wait(20)
        changed = pool.submit(session, lambda: CHANGES[change](cora))
        with pytest.raises(TimeoutError):
            changed.result(timeout=1)
        go_on.set()
        assert decided.result(timeout=30).decision == "PROCEED"
        assert changed.result(timeout=30).created
    order = list(
        AuditEvent.objects.filter(action__in=["gate.decided", "feature_version.registered"]).order_by("-sequence")
    )
    assert [event.action for event in order[:2]] == ["feature_version.registered", "gate.decided"]
    staged.refresh_from_db()
    assert gates.deployment_verdict(staged).proceeds == (change != "a registration")


PAIRS = list(permutations(["promote", "register", "approve", "revert", "policy", "pin"], 2))


@pytest.mark.parametrize(("change", "other"), PAIRS)
def test_whatever_meets_whatever_leaves_the_truth(staged, cora, change, other):
    first = staged.snapshot.entries.get().feature_version
    register(FIXED, cora)
    result = request_override(staged, reason="x", expires_at=timezone.now() + timedelta(days=1), actor=cora)
    actions = {
        "promote": lambda: promote(ModelVersion.objects.get(pk=staged.pk), "production", actor=cora),
        "register": lambda: register(FIXED._replace(data_type="float32"), cora),
        "approve": lambda: approve_override(result, actor=ANN),
        "revert": lambda: set_current(Feature.objects.get(name="orders_3d"), first, reason="back", actor=cora),
        "policy": lambda: save_policy(
            name="errors", checks=[{"metric": "mape", "operator": "<=", "threshold": 0.01}], actor=LEA
        ),
        "pin": lambda: pin_features(staged, {"orders_3d": first.name}, actor=cora),
    }
    at_once(actions[change], actions[other])
    assert_truthful(staged)


def assert_truthful(version):
    """What is stored agrees with itself, with its decisions and with the log."""
    version.refresh_from_db()
    promoted = list(version.stage_changes.filter(after="production"))
    assert (version.stage == "production") == (len(promoted) == 1)
    for change in promoted:
        assert change.gate_decision.proceeds
        assert change.gate_decision.reasons == []
    decisions = GateDecision.objects.filter(model_version=version)
    logged = AuditEvent.objects.filter(action="gate.decided").count()
    assert decisions.count() == logged
    for decision in decisions.filter(decision="BLOCKED"):
        assert decision.reasons
    feature = Feature.objects.get(name="orders_3d")
    numbers = list(FeatureVersion.objects.filter(feature=feature).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert feature.current_changes.first().after_id == feature.current_id
    assert audit.verify().valid


@pytest.mark.parametrize("decides", [(approve_override, approve_override), (approve_override, reject_override)])
def test_an_override_is_decided_by_one_of_two(staged, cora, decides):
    register(FIXED, cora)
    result = request_override(staged, reason="x", expires_at=timezone.now() + timedelta(days=1), actor=cora)
    answers = at_once(
        *(lambda decide=decide, by=by: decide(result, actor=by) for decide, by in zip(decides, (ANN, BOB), strict=True))
    )
    assert sum(isinstance(answer, Override) for answer in answers) == 1
    assert AuditEvent.objects.filter(action__in=["override.approved", "override.rejected"]).count() == 1


def test_the_same_definition_from_eight_sessions_is_one_version(feature, cora):
    answers = at_once(*[lambda: register(FIXED, cora)] * 8)
    assert sorted(answer.created for answer in answers) == [False] * 7 + [True]
    assert FeatureVersion.objects.filter(digest=address(FIXED)).count() == 1


def test_eight_definitions_at_once_are_numbered_without_a_gap(feature, cora):
    logics = [f"{TRAINED.computation_logic} + {number}" for number in range(8)]
    at_once(*(lambda logic=logic: register(TRAINED._replace(computation_logic=logic), cora) for logic in logics))
    assert sorted(feature.versions.values_list("number", flat=True)) == list(range(1, 10))
    assert audit.verify().valid
