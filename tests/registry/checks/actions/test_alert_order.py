"""Runs that end in any order with findings of several sizes, held against a model of one alert that fits on a page."""

from __future__ import annotations

import os
from datetime import timedelta
from unittest import mock

import pytest
from django.db import connection, transaction
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

from platform_site.audit.models import AuditEvent
from registry.checks.actions import runs
from registry.checks.actions.alerts import acknowledge
from registry.models import Alert, Check
from tests.registry.checks.actions.test_run_alerts import check as check  # the fixture
from tests.registry.checks.actions.test_run_alerts import claimed, ending
from tests.registry.conftest import contributor

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql, pytest.mark.slow]
EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "15"))
CORA = contributor("forecasting")
FOUND = st.dictionaries(st.sampled_from(["f1", "f2"]), st.sampled_from([1.0, 1.2, 2.0, 8.0]))


def has_more(finding, other):
    """Whether a finding has a column that another has not, or one that is at least half as large again."""
    return any(name not in other or size / other[name] >= 1.5 for name, size in finding.items())


class Runs(RuleBasedStateMachine):
    """Runs begin, and end in any order."""

    check: Check

    @initialize()
    def begin(self):
        self.now = timezone.now()
        self.clock = mock.patch.object(timezone, "now", side_effect=lambda: self.now)
        self.clock.start()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.begun, self.newest = [], -1
        self.reported, self.seen = None, None  # what the alert says, and what of it is acknowledged
        self.events = []

    def teardown(self):
        if hasattr(self, "savepoint"):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)
            self.clock.stop()

    @rule()
    def begin_a_run(self):
        self.now += timedelta(seconds=1)
        self.begun.append(claimed(self.check, CORA))

    @precondition(lambda self: any(getattr(self, "begun", ())))
    @rule(choice=st.integers(0, 5), columns=FOUND, concludes=st.sampled_from([True, True, True, False]))
    def end_a_run(self, choice, columns, concludes):
        waiting = [place for place, claim in enumerate(self.begun) if claim]
        place = waiting[choice % len(waiting)]
        claim, self.begun[place] = self.begun[place], None
        result = ending(**columns)
        assert runs.finish(claim, result if concludes else result._replace(outcome="not_enough_data"))
        if concludes and place > self.newest:
            self.newest = place
            self.conclude(columns)

    def conclude(self, columns):
        before, self.reported = self.reported, columns or None
        if not columns:
            self.seen = None
            self.events += ["resolved"] if before else []
        elif not before:
            self.events.append("opened")
        elif not has_more(columns, before) and not has_more(before, columns):
            self.reported = before
        else:
            reopens = self.seen is not None and has_more(columns, self.seen)
            self.seen = None if reopens else self.seen
            self.events.append("updated and reopened" if reopens else "updated")

    @precondition(lambda self: getattr(self, "reported", None))
    @rule()
    def acknowledge(self):
        acknowledge(Alert.objects.exclude(state="resolved").get(), until=None, actor=CORA)
        self.seen = self.reported
        self.events.append("acknowledged")

    @invariant()
    def the_alert_says_what_the_newest_run_found(self):
        if not hasattr(self, "events"):
            return
        alert = Alert.objects.exclude(state="resolved").first()
        assert (alert and alert.parts) == self.reported
        if alert:
            assert alert.state == ("open" if self.seen is None else "acknowledged")
            assert alert.title == f"drift: {len(self.reported)} of 7 features differ."
        recorded = AuditEvent.objects.filter(action__startswith="alert.").order_by("sequence")
        suffix = {True: " and reopened"}
        names = [
            event.action.removeprefix("alert.") + suffix.get(event.content.get("reopened"), "") for event in recorded
        ]
        assert names == self.events


def test_no_order_of_runs_leaves_an_alert_that_is_not_true(check):
    Runs.check = check
    examples = EXAMPLES if connection.vendor == "sqlite" else -(-EXAMPLES // 4)  # as laws: few on PostgreSQL
    run_state_machine_as_test(
        Runs, settings=hypothesis_settings(max_examples=examples, stateful_step_count=25, deadline=None)
    )
