"""Alerts of earlier versions: one for each thing that the newest report of a version finds, with what was acknowledged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import F
from django.utils import timezone

from platform_site.audit import queries as audit
from platform_site.audit.models import AuditEvent
from registry.checks.actions.execution import execute
from registry.models import Alert, AlertFinding, ServingReport
from registry.versions.queries.gates import deployment_verdict
from tests.registry.conftest import FIXED, register
from tests.registry.serving.actions.test_reports import CHANGED, DUE, WINDOW
from tests.registry.serving.story import approved

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
MIGRATION = import_module("registry.migrations.0031_alerts_by_version")
OTHER, TOMORROW = "f" * 12, datetime.now(UTC) + timedelta(days=1)
SERVES = {"feature": "orders_3d", "expected": DUE, "reported": CHANGED, "issue": f"serves {CHANGED} instead of {DUE}"}
ANOTHER = SERVES | {"reported": OTHER, "issue": f"serves {OTHER} instead of {DUE}"}
MISSING = {"feature": "orders_4d", "expected": "a", "reported": None, "issue": "is not reported"}
TRAFFIC = {"feature": "v1", "expected": None, "reported": "v1", "issue": "serves, but has no traffic in production"}


def report(version, *skew, hour=0):
    start, end = (moment + timedelta(hours=hour) for moment in WINDOW)
    return ServingReport.objects.create(
        model_version=version, environment="production", window_start=start, window_end=end, features={},
        skew=list(skew), reported_by="cora", reported_at=timezone.now(),
    )  # fmt: skip


def old_alert(reported, **fields):
    """An alert as it was: of a model and environment, without a version, a feature or what it found."""
    version = reported.model_version
    about = {"model": version.model, "model_version": version, "environment": "production", "finding": "skew"}
    return Alert.objects.create(
        **about, serving_report=reported, title="Serving skew in production", opened_at=timezone.now(), **fields
    )


def migrate():
    before = list(AuditEvent.objects.values_list())
    MIGRATION.follow_versions(apps, connection.schema_editor())
    assert list(AuditEvent.objects.values_list()) == before
    assert audit.verify().valid


def unresolved():
    rows = Alert.objects.exclude(state="resolved").order_by("model_version__version", "finding")
    return [(row.model_version.version, row.finding, row.feature, row.state) for row in rows]


def test_an_alert_becomes_one_for_each_thing_and_the_gate_stays_closed(in_production):
    alert = old_alert(report(in_production, SERVES, MISSING, TRAFFIC))
    migrate()
    assert unresolved() == [
        ("v1", "features", "", "open"),
        ("v1", "skew", "orders_3d", "open"),
        ("v1", "traffic", "", "open"),
    ]
    alert.refresh_from_db()
    assert (alert.finding, alert.parts) == ("skew", {f"{DUE}>{CHANGED}": None})
    assert alert.title == f"Serving skew of v1 in production: orders_3d serves {CHANGED} instead of {DUE}"
    assert not deployment_verdict(in_production).proceeds
    assert sorted(AlertFinding.objects.values_list("title", flat=True)) == sorted(
        Alert.objects.values_list("title", flat=True)
    )


def test_what_was_acknowledged_stays_so_where_the_same_was_found(in_production):
    seen = {"state": "acknowledged", "acknowledged_by": "cora", "acknowledged_until": TOMORROW}
    old_alert(report(in_production, SERVES), **seen)
    report(in_production, SERVES, MISSING, hour=1)
    migrate()
    assert unresolved() == [("v1", "features", "", "open"), ("v1", "skew", "orders_3d", "acknowledged")]
    skew = Alert.objects.get(finding="skew")
    assert (skew.acknowledged_finding["by"], skew.acknowledged.parts) == ("cora", skew.parts)
    assert skew.observed_at == WINDOW[1] + timedelta(hours=1)


def test_another_finding_than_was_acknowledged_is_open(in_production):
    seen = {"state": "acknowledged", "acknowledged_by": "cora", "acknowledged_until": TOMORROW}
    old_alert(report(in_production, SERVES), **seen)
    report(in_production, ANOTHER, hour=1)
    migrate()
    (alert,) = Alert.objects.all()
    assert (alert.state, alert.acknowledged_by, alert.acknowledged_until) == ("open", "", None)
    assert OTHER in alert.title


def test_a_version_whose_alert_another_one_ended_has_one_again(in_production, second):
    wrong = report(in_production, SERVES)
    old_alert(wrong, state="resolved", resolved_at=timezone.now())
    report(second, hour=1)
    migrate()
    assert unresolved() == [("v1", "skew", "orders_3d", "open")]
    assert Alert.objects.exclude(state="resolved").get().opened_at == wrong.reported_at


def test_each_version_has_its_own_and_an_acknowledgement_covers_one(in_production, second):
    seen = {"state": "acknowledged", "acknowledged_by": "cora", "acknowledged_until": TOMORROW}
    old_alert(report(in_production, SERVES), **seen)
    report(second, SERVES, hour=1)
    migrate()
    assert unresolved() == [("v1", "skew", "orders_3d", "acknowledged"), ("v2", "skew", "orders_3d", "open")]


@pytest.mark.parametrize("gone", ["clean", "archived", "without traffic"])
def test_an_alert_about_what_is_true_no_more_is_resolved_with_the_reason(in_production, second, cora, gone):
    alert = old_alert(report(in_production, SERVES))
    if gone == "clean":
        report(in_production, hour=1)
    elif gone == "archived":
        type(in_production).objects.filter(pk=in_production.pk).update(stage="archived")
    else:
        approved(second, cora, percent=100)
    migrate()
    alert.refresh_from_db()
    assert unresolved() == []
    assert "the newest report of v1 found nothing, or it does not serve" in alert.resolved_because


def test_the_report_of_the_latest_window_is_the_newest_and_of_one_window_the_last(in_production):
    old_alert(report(in_production, SERVES, hour=1))
    report(in_production)
    report(in_production, ANOTHER, hour=1)
    migrate()
    assert OTHER in Alert.objects.get().title


def test_alerts_of_runs_and_of_silence_keep_what_they_found(in_production, cora):
    run = register(FIXED, cora).run
    execute(run.pk)
    run.refresh_from_db()
    of_run = Alert.objects.get()
    parts = of_run.parts
    silent = old_alert(report(in_production))
    Alert.objects.filter(pk=silent.pk).update(finding="silence")
    Alert.objects.update(parts={}, observed_at=F("opened_at"))
    migrate()
    of_run.refresh_from_db()
    silent.refresh_from_db()
    assert (of_run.parts, of_run.observed_at, of_run.state) == (parts, run.started_at, "open")
    assert (silent.parts, silent.state) == ({"silent": None}, "open")
