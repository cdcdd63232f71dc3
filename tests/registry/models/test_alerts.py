"""What the database refuses of alerts, what an alert stands for, and how its rows read."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from registry.checks.rules.alerts import Finding, Unresolved
from registry.models import Alert, AlertFinding, Check
from tests.registry.models.test_checks import NOON, refused, run_with
from tests.registry.serving.actions.test_reports import CHANGED, report

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def test_an_alert_comes_from_a_run_or_a_report_and_never_from_both_or_none(in_production, cora):
    reported, run = report(in_production, cora, orders_3d=CHANGED), run_with()
    from_run = {"run": run, "check_definition": run.check_definition}
    common = {"model": in_production.model, "title": "t", "opened_at": NOON}
    assert refused(Alert.objects.create, **common)
    assert refused(Alert.objects.create, **common, run=run)
    assert refused(Alert.objects.create, **common, **from_run, serving_report=reported)
    assert refused(Alert.objects.create, **common, **from_run, model_version=in_production)
    assert refused(Alert.objects.create, **common, serving_report=reported)
    assert not refused(Alert.objects.create, **common, **from_run)


def test_a_check_has_one_unresolved_alert_for_a_model(model):
    run = run_with()
    alert = {"model": model, "title": "t", "opened_at": NOON, "run": run, "check_definition": run.check_definition}
    Alert.objects.create(**alert)
    assert refused(Alert.objects.create, **alert, state="acknowledged")
    assert not refused(Alert.objects.create, **alert, state="resolved")
    Alert.objects.update(state="resolved")
    assert not refused(Alert.objects.create, **alert)


@pytest.mark.parametrize(
    ("other", "is_refused"),
    [
        ({}, True),
        ({"state": "acknowledged"}, True),
        ({"state": "resolved"}, False),
        ({"finding": "silence"}, False),
        ({"environment": "canary"}, False),
        ({"feature": "orders_4d"}, False),
    ],
)
def test_serving_has_one_unresolved_alert_for_a_version_environment_feature_and_finding(
    in_production, cora, other, is_refused
):
    reported = report(in_production, cora, orders_3d=CHANGED)
    about = {"model": in_production.model, "model_version": in_production, "serving_report": reported}
    thing = {"environment": "production", "finding": "skew", "feature": "orders_3d", "title": "t", "opened_at": NOON}
    assert refused(Alert.objects.create, **about, **thing | other) is is_refused


def test_another_version_has_an_alert_of_its_own(in_production, second, cora):
    for version in (in_production, second):
        report(version, cora, orders_3d=CHANGED)
    assert sorted(Alert.objects.values_list("model_version__version", flat=True)) == ["v1", "v2"]


def test_an_alert_leads_to_its_page_and_to_its_run_or_the_version_that_serves(in_production, cora):
    report(in_production, cora, orders_3d=CHANGED)
    alert = Alert.objects.get()
    assert (alert.get_absolute_url(), alert.origin_url()) == (
        f"/registry/alerts/{alert.pk}/",
        "/registry/models/demand/v1/",
    )
    assert Alert(run_id=7, title="Drift").origin_url() == "/registry/checks/runs/7/"


def test_what_stands_is_what_was_reported_last_and_an_acknowledgement_that_holds():
    stored = {"title": "t", "parts": {"load": 1.0}, "blocking": False}
    alert = Alert(parts={"load": 2.0}, blocking=True, observed_at=NOON, acknowledged_finding=stored)
    assert alert.standing == Unresolved(NOON, Finding({"load": 2.0}, True), None)
    alert.state = Alert.State.ACKNOWLEDGED
    assert alert.standing.acknowledged == Finding({"load": 1.0}, False)
    assert Alert(state="acknowledged").standing.acknowledged is None


@pytest.mark.parametrize(
    ("state", "until", "words"),
    [
        ("open", None, ""),
        ("resolved", NOON, ""),
        ("acknowledged", NOON, "on 2026-11-23 at 12:00 UTC, or earlier with another or worse finding"),
        ("acknowledged", None, "only with another or worse finding"),
    ],
)
def test_an_acknowledged_alert_says_when_it_returns(state, until, words):
    assert Alert(state=state, acknowledged_until=until).returns == words


def test_its_kind_is_that_of_its_finding_or_of_its_check():
    assert Alert(finding="skew").kind == "skew"
    assert Alert(check_definition=Check(kind="drift")).kind == "drift"


def test_a_finding_is_written_once_and_covered_by_an_acknowledgement_of_as_much(in_production, cora):
    report(in_production, cora, orders_3d=CHANGED)
    finding = AlertFinding.objects.get()
    for change in (lambda: AlertFinding.objects.update(title="none"), finding.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert not finding.is_covered(None)
    assert finding.is_covered(Finding(finding.parts))
    assert not finding.is_covered(Finding({}))
    assert str(finding) == str(Alert.objects.get()) == finding.title
