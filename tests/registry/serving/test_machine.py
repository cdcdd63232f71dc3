"""The registry under any order of what people do to it, held against a model of it that fits on a page.

The model knows definitions by number, which of them compute the same, and who said what until when. After every step
the gate of every model version must say what the model says, snapshots must be what they were, and at the end the
audit chain must verify.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from platform_site.access import Actor, Role
from platform_site.audit import queries as audit
from platform_site.errors import Invalid, NotAllowed, Refused
from registry.compute.definition import Definition
from registry.data.actions import datasets
from registry.features.actions.current_version import set_current
from registry.features.rules.fingerprint import address
from registry.models import Feature, Override
from registry.serving.queries import production
from registry.versions.actions.gates import evaluate_deployment_gate
from registry.versions.actions.overrides import approve_override, request_override
from registry.versions.actions.pins import pin_features
from registry.versions.actions.promotion import promote
from registry.versions.actions.registration import register_model, register_version
from registry.versions.actions.snapshots import record_snapshot
from registry.versions.queries import model_versions
from registry.versions.queries.blocked import blocked_in_production
from registry.versions.queries.snapshots import recorded_snapshot, serving_features
from tests.registry.conftest import ARTIFACT, WINDOW, lineage, register

LOGICS = [f"AVG(order_count) {WINDOW}", f"avg( order_count ) {WINDOW.lower()}", f"SUM(order_count) {WINDOW}"]
DEFINITIONS = [
    Definition(LOGICS[0], "forward_fill", "float64", "unbound"),
    Definition(LOGICS[1], "forward_fill", "float64", "unbound"),
    Definition(LOGICS[0], "zero_fill", "float64", "unbound"),
    Definition(LOGICS[2], "forward_fill", "float64", "unbound"),
]
NAMES = [address(definition)[:12] for definition in DEFINITIONS]
COMPUTES = [0, 0, 1, 2]  # the first two differ in formatting alone
ANY = st.integers(0, len(DEFINITIONS) - 1)
CORA = Actor("cora", frozenset({Role.CONTRIBUTOR}), frozenset({"forecasting", "data-platform"}))
ANN = Actor("ann", frozenset({Role.APPROVER, Role.CONTRIBUTOR}), frozenset({"forecasting"}))
NEXT = {"registered": "staging", "staging": "production", "production": "archived"}
EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "20"))


@dataclass
class Version:
    """What the model knows of a model version."""

    name: str
    trained: int
    stage: str = "registered"
    pin: int | None = None
    words: list[tuple[int, int, datetime]] = field(default_factory=list)


class Registry(RuleBasedStateMachine):
    """Everything that teams do, in any order."""

    orders = None

    @initialize()
    def begin(self):
        self.now = datetime(2026, 1, 5, 8, tzinfo=UTC)
        self.clock = mock.patch.object(timezone, "now", side_effect=lambda: self.now)
        self.clock.start()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.current, self.known, self.versions, self.requested = 0, [0], [], []
        register(DEFINITIONS[0], CORA, name="orders_3d")
        register_model(name="demand", owner_team="forecasting", actor=CORA)

    def teardown(self):
        if hasattr(self, "savepoint"):
            assert audit.verify().valid
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)
            self.clock.stop()

    # -- what the model says ------------------------------------------------------------------------------------------

    def served(self, version):
        return self.current if version.pin is None else version.pin

    def conflicts(self, version):
        return COMPUTES[self.served(version)] != COMPUTES[version.trained]

    def is_covered(self, version, served):
        return any((version.trained, served) == word[:2] and word[2] > self.now for word in version.words)

    def is_open(self, version):
        if version.stage in ("registered", "archived"):
            return False
        return not self.conflicts(version) or self.is_covered(version, self.served(version))

    def row(self, version):
        return model_versions.version("demand", version.name)

    def feature(self):
        return Feature.objects.get(name="orders_3d")

    # -- what people do -----------------------------------------------------------------------------------------------

    @rule(number=ANY)
    def register_a_definition(self, number):
        registered = register(DEFINITIONS[number], CORA, name="orders_3d")
        assert registered.created == (number not in self.known)
        if registered.created:
            self.known.append(number)
            self.current = number
        assert registered.version.number == self.known.index(number) + 1
        blocked = {row.version for row in registered.would_block}
        unpinned = [v for v in self.versions if v.stage == "production" and v.pin is None]
        if registered.created:
            assert blocked == {v.name for v in unpinned if COMPUTES[v.trained] != COMPUTES[number]}

    @rule(choice=st.integers(0, 9))
    def make_another_version_current(self, choice):
        number = self.known[choice % len(self.known)]
        feature = self.feature()
        set_current(feature, feature.versions.get(name=NAMES[number]), reason="x", actor=CORA)
        self.current = number

    @precondition(lambda self: len(self.versions) < 3)
    @rule()
    def register_a_model_version(self):
        version = Version(f"v{len(self.versions)}", self.current)
        register_version(
            self.model(), version=version.name, artifact=ARTIFACT, lineage_parts=lineage(self.orders), actor=CORA
        )
        self.versions.append(version)

    def model(self):
        return model_versions.model("demand")

    @precondition(lambda self: self.versions)
    @rule(choice=st.integers(0, 9), archive=st.integers(0, 9))
    def promote_a_version(self, choice, archive):
        version = self.versions[choice % len(self.versions)]
        if version.stage == "production" and archive:
            return  # archived is the end of it: seldom
        to = NEXT.get(version.stage, "staging")
        opens = to != "production" or not self.conflicts(version) or self.is_covered(version, self.served(version))
        try:
            promote(self.row(version), to, actor=CORA)
        except Refused:
            assert version.stage == "archived" or not opens
        else:
            assert opens
            version.stage = to

    @precondition(lambda self: self.versions)
    @rule(choice=st.integers(0, 9), number=ANY, lift=st.booleans())
    def pin_or_lift(self, choice, number, lift):
        version = self.versions[choice % len(self.versions)]
        allowed = number == version.trained or self.is_covered(version, number)
        try:
            pin_features(self.row(version), {"orders_3d": None if lift else NAMES[number]}, actor=CORA)
        except Invalid:
            assert not lift
            assert not allowed
        else:
            assert lift or allowed
            version.pin = None if lift else number

    @precondition(lambda self: self.versions)
    @rule(choice=st.integers(0, 9), days=st.integers(1, 30), wanted=st.none() | ANY)
    def ask_for_an_override(self, choice, days, wanted):
        version = self.versions[choice % len(self.versions)]
        pins = {} if wanted is None else {"orders_3d": NAMES[wanted]}
        until = self.now + timedelta(days=days)
        shut = self.conflicts(version) and not self.is_covered(version, self.served(version))
        try:
            result = request_override(self.row(version), reason="x", expires_at=until, pins=pins, actor=CORA)
        except Invalid:
            assert wanted == version.trained or wanted not in self.known
        except Refused:
            assert not shut
            assert wanted is None
        else:
            covered = ([self.served(version)] if shut else []) + ([wanted] if pins else [])
            self.requested.append((result.pk, version, {(version.trained, number) for number in covered}, until))

    @precondition(lambda self: self.requested)
    @rule(choice=st.integers(0, 9), by=st.sampled_from([ANN, CORA]))
    def decide_an_override(self, choice, by):
        pk, version, keys, until = self.requested[choice % len(self.requested)]
        override = Override.objects.get(pk=pk)
        decided = override.state != "requested"
        try:
            approve_override(override, actor=by)
        except NotAllowed:
            assert by is CORA
        except Refused:
            assert decided or until <= self.now
        else:
            assert by is ANN
            assert not decided
            version.words += [(trained, served, until) for trained, served in keys]

    @precondition(lambda self: self.versions)
    @rule(choice=st.integers(0, 9), number=ANY)
    def record_a_snapshot_again(self, choice, number):
        version = self.versions[choice % len(self.versions)]
        try:
            created = record_snapshot(self.row(version), {"orders_3d": NAMES[number]}, actor=CORA)
        except (Refused, Invalid):
            assert number != version.trained
        else:
            assert number == version.trained
            assert created is False

    @rule(days=st.integers(1, 20))
    def time_passes(self, days):
        self.now += timedelta(days=days)

    # -- what must hold after every step ------------------------------------------------------------------------------

    @invariant()
    def the_gates_say_what_the_model_says(self):
        for version in getattr(self, "versions", []):
            decision = evaluate_deployment_gate(self.row(version), actor=CORA)
            assert decision.proceeds == self.is_open(version), (version, decision.reasons)
            overridden = version.stage in ("staging", "production") and self.conflicts(version) and decision.proceeds
            assert bool(decision.overridden) >= overridden

    @invariant()
    def what_was_trained_stays_and_is_what_serving_must_compute(self):
        for version in getattr(self, "versions", []):
            assert recorded_snapshot(self.row(version)) == {"orders_3d": NAMES[version.trained]}
            (due,) = serving_features(self.row(version))
            assert due.name == NAMES[version.trained if version.pin is None else version.pin]

    @invariant()
    def the_dashboard_knows_whom_to_worry_about(self):
        versions = getattr(self, "versions", [])
        shut = {v.name for v in versions if v.stage == "production" and not self.is_open(v)}
        assert {row.version for row in blocked_in_production()} == shut
        assert not production.versions_at(
            timezone.now()
        ).exists()  # a stage alone serves nothing, and nothing is deployed


@pytest.mark.slow
@pytest.mark.same_on_both
def test_no_order_of_steps_leaves_an_untrue_state(orders, cora):
    datasets.take_snapshot(orders.current.dataset, actor=cora)
    Registry.orders = orders
    run_state_machine_as_test(
        Registry, settings=hypothesis_settings(max_examples=EXAMPLES, stateful_step_count=30, deadline=None)
    )
