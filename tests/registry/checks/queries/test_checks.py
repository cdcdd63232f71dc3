"""The lists and rows of checks, runs and alerts that pages and the API show."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Q
from django.utils import timezone

from platform_site.errors import Unknown
from platform_site.people.models import Team
from registry.checks.actions.alerts import acknowledge
from registry.checks.actions.checks import define_check, queue_run
from registry.checks.queries import checks
from registry.models import Alert, CheckRun, Dataset, DifferingRows, SnapshotEntry
from tests.registry.conftest import FIXED, drift, register, run_of
from tests.registry.serving.actions.test_reports import CHANGED, DUE, report
from tests.registry.versions.approvals import leave_the_gate_open_at_skew

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def alert(in_production, cora) -> Alert:
    report(in_production, cora, orders_3d=CHANGED)
    return Alert.objects.get()


@pytest.mark.parametrize(
    ("requested", "listed"),
    [
        ({}, 2),
        ({"state": "unresolved"}, 1),
        ({"state": "open"}, 1),
        ({"state": "resolved"}, 1),
        ({"state": "acknowledged"}, 0),
        ({"model": "demand"}, 2),
        ({"model": "nobody"}, 0),
        ({"blocking": True}, 2),
        ({"blocking": False, "state": "open"}, 0),
    ],
)
def test_they_are_listed_by_state_model_and_gate(requested, listed, alert, in_production, cora):
    report(in_production, cora, orders_3d=DUE)
    report(in_production, cora, orders_3d=CHANGED)
    assert checks.alerts_by(**requested).count() == listed
    assert checks.alert_counts() == [("open", 1), ("acknowledged", 0), ("resolved", 1)]


def test_a_skew_alert_closes_the_gate_unless_a_lead_left_it_open(alert, in_production, cora):
    report(in_production, cora)
    closes = dict(checks.alerts().values_list("finding", "closes_gate"))
    assert closes == {"skew": True, "features": False}
    leave_the_gate_open_at_skew()
    assert not checks.alerts().filter(closes_gate=True).exists()
    Alert.objects.filter(finding="features").update(blocking=True)
    assert list(checks.alerts_by(blocking=True).values_list("finding", flat=True)) == ["features"]


def test_the_findings_of_an_alert_say_what_its_acknowledgement_covers(alert, in_production, cora):
    assert [finding.seen_by_ack for finding in checks.findings_of(alert)] == [False]
    acknowledge(alert, until=None, actor=cora)
    report(in_production, cora, orders_3d="f" * 12)
    alert.refresh_from_db()
    newest, first = checks.findings_of(alert)
    assert (newest.title, newest.seen_by_ack, first.seen_by_ack) == (alert.title, False, True)
    assert checks.get_alert(alert.pk).newest_finding == newest.pk


def test_a_check_reads_a_data_set_by_name_in_any_role_or_through_a_source_table(feature, events, cora):
    parity = register(FIXED, cora).run.check_definition
    parameters = {"training": "events", "serving": "events", "entity_key": ["id"]}
    by_name = [drift(cora), define_check("log_parity", name="l", parameters=parameters, actor=cora)]
    by_name.append(define_check("schema", name="s", parameters={"dataset": "events"}, actor=cora))
    assert list(checks.over(events)) == by_name[::-1]
    assert list(checks.over(Dataset.objects.get(name="orders"))) == [parity]


def test_what_does_not_exist_is_named(events, cora):
    run = queue_run(drift(cora), actor=cora)
    for read, sentence in (
        (lambda: checks.get_run(run.pk + 1), f"There is no check run {run.pk + 1}."),
        (lambda: checks.get_check(999), "There is no check 999."),
        (lambda: checks.get_finding(run, 1), f"Run {run.pk} has no finding of rank 1."),
        (lambda: checks.get_alert(999), "There is no alert 999."),
    ):
        with pytest.raises(Unknown) as refused:
            read()
        assert str(refused.value) == sentence


def test_only_runs_of_more_than_one_attempt_were_tried_again(events, cora):
    once, twice = (queue_run(drift(cora), actor=cora) for _ in range(2))
    CheckRun.objects.filter(pk=once.pk).update(attempts=1)
    CheckRun.objects.filter(pk=twice.pk).update(attempts=2)
    assert list(checks.tried_again()) == [twice]
    assert checks.states() == [("queued", 2), ("running", 0), ("finished", 0), ("cancelled", 0)]


def test_skew_is_about_the_features_that_are_served_differently_alone(alert, in_production, cora):
    feature = in_production.snapshot.entries.get().feature
    assert checks.alerts_about(feature) == [alert]
    other = register(FIXED, cora, name="orders_4d").version.feature
    SnapshotEntry.objects.create(snapshot=in_production.snapshot, feature=other, feature_version=other.current)
    assert checks.alerts_about(other) == []
    report(in_production, cora, orders_3d=CHANGED)
    (unreported,) = checks.alerts_about(other)
    assert (unreported.finding, "orders_4d" in unreported.title) == ("features", True)
    assert checks.alerts_about(feature) == [alert]


def test_the_differing_rows_are_those_of_the_run(events, cora):
    check = drift(cora)
    runs = [run_of(check, cora) for _ in range(3)]
    stored = [
        DifferingRows.objects.create(run=run, rows=place, complete=True, content=b"")
        for place, run in enumerate(runs[:2])
    ]
    assert [checks.differing_rows(run) for run in runs] == [*stored, None]


def test_a_week_counts_what_ended_and_what_was_opened(alert, events, cora):
    since = timezone.now() - timedelta(days=7)
    check = drift(cora)
    for outcome in ("passed", "failed", "failed"):
        run = queue_run(check, actor=cora)
        CheckRun.objects.filter(pk=run.pk).update(state="finished", outcome=outcome, finished_at=timezone.now())
    queue_run(check, actor=cora)
    assert checks.outcomes_since(since) == {"passed": 1, "failed": 2}
    assert checks.outcomes_since(timezone.now()) == {}
    assert checks.alerts_since(since, Q()) == (1, 0)
    Alert.objects.filter(pk=alert.pk).update(state="resolved", resolved_at=timezone.now())
    assert checks.alerts_since(since, Q()) == (1, 1)
    assert checks.alerts_since(since, Q(model=0)) == (0, 0)


def test_of_an_organization_are_the_runs_that_are_not_about_another_ones_models(feature, cora):
    """A registry knows organizations by their numbers alone."""
    since = timezone.now() - timedelta(days=7)
    run = register(FIXED, cora).run
    CheckRun.objects.filter(pk=run.pk).update(state="finished", outcome="passed", finished_at=timezone.now())
    assert checks.outcomes_since(since, 1) == {"passed": 1}, "its team belongs to no organization"
    organization = Team._meta.get_field("organization").related_model.objects.create(slug="ours", name="Ours")
    Team.objects.filter(pk=feature.owner_team_id).update(organization=organization)
    assert checks.outcomes_since(since, organization.pk) == {"passed": 1}
    assert checks.outcomes_since(since, organization.pk + 1) == {}


def test_the_newest_runs_of_each_check_are_read_and_no_more(events, cora):
    check, other = drift(cora), drift(cora, name="other")
    runs = [run_of(check, cora) for _ in range(3)]
    effects = checks.effects_by_check([check.pk, other.pk], 2)
    assert [finding.run_id for finding in effects[check.pk]] == [run.pk for run in runs[1:]]
    assert other.pk not in effects
    assert checks.effects_by_check([], 2) == {}
