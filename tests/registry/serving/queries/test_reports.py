"""What serving must compute, who has traffic, and where serving is silent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from registry.models import RegisteredModel
from registry.serving.queries import reports
from tests.registry.conftest import FIXED, register
from tests.registry.serving.actions.test_reports import DUE, report
from tests.registry.serving.story import approved


@pytest.fixture
def last(in_production, cora):
    return report(in_production, cora, orders_3d=DUE)


def test_serving_must_compute_what_the_model_was_trained_on(in_production, cora):
    register(FIXED, cora)
    expected = reports.expected_features(in_production)
    assert {name: feature.version for name, feature in expected.items()} == {"orders_3d": DUE}


def test_traffic_is_compared_only_with_a_revision_of_before_the_window(serving, in_production, second):
    made_at = serving.revision.made_at
    assert reports.revision_without(second, "production", since=made_at) == 1
    assert reports.revision_without(second, "production", since=made_at - timedelta(microseconds=1)) is None
    assert reports.revision_without(in_production, "production", since=made_at) is None
    assert reports.revision_without(second, "staging", since=made_at) is None


def silent_after(monkeypatch, hours):
    then = timezone.now() + timedelta(hours=hours)
    monkeypatch.setattr(timezone, "now", lambda: then)
    return {(silence.report.model_version.version, silence.report.environment) for silence in reports.silent()}


def test_each_version_with_traffic_is_missed_and_no_other(serving, in_production, second, cora, monkeypatch):
    approved(second, cora, percent=30)
    for version in (in_production, second):
        report(version, cora, orders_3d=DUE)
    report(in_production, cora, environment="canary", orders_3d=DUE)
    report(second, cora, environment="canary", orders_3d=DUE)
    assert silent_after(monkeypatch, 20) == set()
    report(second, cora, orders_3d=DUE)
    # where nothing is configured, the version that reported last
    assert silent_after(monkeypatch, 5) == {("v1", "production"), ("v2", "canary")}
    approved(in_production, cora, percent=100)
    assert silent_after(monkeypatch, 20) == {("v1", "production"), ("v2", "canary")}


def test_serving_is_silent_once_its_limit_is_exceeded(last, monkeypatch):
    RegisteredModel.objects.update(silent_after_hours=1)
    limit = last.reported_at + timedelta(hours=1)
    for late, silent in ((timedelta(), False), (timedelta(microseconds=1), True)):
        monkeypatch.setattr(timezone, "now", lambda late=late: limit + late)
        assert [latest.silent for latest in reports.latest_reports(RegisteredModel.objects.get())] == [silent]
        assert [silence.report for silence in reports.silent()] == ([last] if silent else [])
    (silence,) = reports.silent()
    assert silence.sentence.endswith(f"at {last.reported_at:%Y-%m-%d %H:%M} UTC; the limit is 1 hour.")


def test_each_environment_counts_by_its_newest_report(last, in_production, cora):
    newest = report(in_production, cora, orders_3d=DUE)
    canary = report(in_production, cora, environment="canary", orders_3d=DUE)
    assert [latest.report for latest in reports.latest_reports(in_production.model)] == [canary, newest]
    assert list(reports.reports_of(in_production)) == [canary, newest, last]


def test_a_model_that_is_not_in_production_is_never_silent(model_version, cora, monkeypatch):
    report(model_version, cora, orders_3d=DUE)
    later = timezone.now() + timedelta(days=90)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert reports.silent() == []
    assert reports.latest_reports(model_version.model) == []
