"""Reports in any order, held against a model of the alerts that knows the reports alone.

The model keeps every report. What is true of a thing is what its newest report says: the one of the latest window, of two
of one window the last; of a definition, only reports that name the feature. An alert stands exactly where that is wrong.
After every step alerts, their text, their acknowledgements, their events, the gate and the headline must agree with it.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
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

from platform_site.access import Actor, Role
from platform_site.audit import queries as audit
from platform_site.audit.models import AuditEvent
from platform_site.outbound.addresses import networks
from platform_site.webhooks.actions import audit_feed
from platform_site.webhooks.actions.targets import add_webhook
from platform_site.webhooks.models import Delivery
from registry.checks.actions.alerts import acknowledge, reopen_lapsed
from registry.models import Alert
from registry.serving.actions.reports import report_serving
from registry.versions.queries.gates import deployment_verdict
from registry.versions.queries.headline import headline
from tests.registry.conftest import contributor
from tests.registry.serving.actions.test_reports import DUE

EXAMPLES = int(os.environ.get("MACHINE_EXAMPLES", "15"))
CORA = contributor("forecasting")
EPOCH = datetime(2026, 11, 1, tzinfo=UTC)
SERVED = st.sampled_from([DUE, DUE, "b" * 12, "c" * 12, None])
EXTRA = st.frozensets(st.sampled_from(["one", "two"]))


class Reports(RuleBasedStateMachine):
    """Two versions report in two environments; people acknowledge; time passes."""

    versions: dict = {}

    @initialize()
    def begin(self):
        self.reports, self.acknowledged, self.events = [], {}, []
        self.now = datetime(2026, 11, 30, 12, tzinfo=UTC)
        self.clock = mock.patch.object(timezone, "now", side_effect=lambda: self.now)
        self.clock.start()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        add_webhook(url="https://127.0.0.1/hook", events=["alert.*"], actor=Actor("lea", frozenset({Role.LEAD})))

    def teardown(self):
        if hasattr(self, "savepoint"):
            try:
                audit_feed.follow()
                assert Delivery.objects.count() == len(self.events)
                assert audit.verify().valid
            finally:
                transaction.set_rollback(True)
                self.savepoint.__exit__(None, None, None)
                self.clock.stop()

    # -- the model ----------------------------------------------------------------------------------------------------

    def truth(self):
        """What is wrong with each thing, by its newest report."""
        wrong = {}
        for place in {report[:2] for report in self.reports}:
            rows = [report for report in self.reports if report[:2] == place]
            *_, served, extra = max(rows, key=lambda row: row[2:4])
            parts = {f"extra:{name}" for name in extra} | (set() if served else {"missing:orders_3d"})
            wrong[*place, "features"] = parts
            named = [row for row in rows if row[4]]
            if named:
                *_, served, _ = max(named, key=lambda row: row[2:4])
                wrong[*place, "skew"] = set() if served == DUE else {f"{DUE}>{served}"}
        return {thing: parts for thing, parts in wrong.items() if parts}

    def follow(self, before, after):
        """The events that the step from one truth to another is."""
        for thing in sorted(before.keys() | after.keys()):
            old, new = before.get(thing), after.get(thing)
            if old == new:
                continue
            if not new:
                self.acknowledged.pop(thing, None)
            seen = self.acknowledged.get(thing)
            if new and seen is not None and new - seen[0]:
                del self.acknowledged[thing]
            self.events.append("alert.resolved" if not new else "alert.updated" if old else "alert.opened")

    # -- what happens -------------------------------------------------------------------------------------------------

    @rule(
        version=st.sampled_from(["v1", "v2"]),
        environment=st.sampled_from(["production", "canary"]),
        hour=st.integers(0, 4),
        served=SERVED,
        extra=EXTRA,
    )
    def report(self, version, environment, hour, served, extra):
        before = self.truth()
        self.reports.append((version, environment, hour, len(self.reports), served, extra))
        start = EPOCH + timedelta(hours=hour)
        features = {name: {"version": DUE} for name in extra} | ({"orders_3d": {"version": served}} if served else {})
        window = (start, start + timedelta(hours=1))
        model_version = self.versions[version]
        report_serving(model_version, environment=environment, window=window, features=features, actor=CORA)
        self.follow(before, self.truth())

    @precondition(lambda self: getattr(self, "reports", None))
    @rule(data=st.data())
    def report_again(self, data):
        """The newest report of a place is sent twice."""
        version, environment, hour, _, served, extra = max(self.reports, key=lambda row: row[2:4])
        self.report(version, environment, hour, served, extra)

    @precondition(lambda self: getattr(self, "reports", None) and self.truth())
    @rule(choice=st.integers(0, 9), days=st.sampled_from([1, 7, None]))
    def acknowledge(self, choice, days):
        things = sorted(self.truth())
        thing = things[choice % len(things)]
        until = self.now + timedelta(days=days) if days else None
        acknowledge(self.alerts()[thing], until=until, actor=CORA)
        self.acknowledged[thing] = (self.truth()[thing], until)
        self.events.append("alert.acknowledged")

    @rule(days=st.integers(1, 8))
    def time_passes(self, days):
        self.now += timedelta(days=days)
        lapsed = [thing for thing, (_, until) in self.acknowledged.items() if until and until <= self.now]
        for thing in lapsed:
            del self.acknowledged[thing]
            self.events.append("alert.reopened")
        assert reopen_lapsed() == len(lapsed)

    # -- what must hold -----------------------------------------------------------------------------------------------

    def alerts(self):
        rows = Alert.objects.exclude(state="resolved").select_related("model__owner_team", "model_version")
        return {(row.model_version.version, row.environment, row.finding): row for row in rows}

    @invariant()
    def alerts_tell_what_is_true_now(self):
        if not hasattr(self, "reports"):
            return
        truth, alerts = self.truth(), self.alerts()
        assert {thing: set(alert.parts) for thing, alert in alerts.items()} == truth
        states = {thing: "acknowledged" if thing in self.acknowledged else "open" for thing in truth}
        assert {thing: alert.state for thing, alert in alerts.items()} == states
        recorded = AuditEvent.objects.filter(action__startswith="alert.").order_by("sequence")
        assert sorted(recorded.values_list("action", flat=True)) == sorted(self.events)
        for thing, alert in alerts.items():
            assert all(part.partition(":" if ":" in part else ">")[2] in alert.title for part in truth[thing])
            assert alert.findings.first().title == alert.title
        for name, version in self.versions.items():
            skewed = any(thing[0] == name and thing[2] == "skew" for thing in truth)
            assert deployment_verdict(version).proceeds is not skewed
        assert len(headline().alerts) == len(truth)
        assert not (truth and headline().claims)


@pytest.mark.slow
@pytest.mark.postgresql
@pytest.mark.django_db
def test_no_order_of_reports_leaves_an_alert_that_is_not_true(in_production, second, settings):
    settings.OUTBOUND_ALLOW = networks(["127.0.0.1"])
    Reports.versions = {"v1": in_production, "v2": second}
    examples = EXAMPLES if connection.vendor == "sqlite" else -(-EXAMPLES // 4)  # as laws: few on PostgreSQL
    run_state_machine_as_test(
        Reports, settings=hypothesis_settings(max_examples=examples, stateful_step_count=25, deadline=None)
    )
