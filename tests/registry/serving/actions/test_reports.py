"""What serving really runs, against what it must compute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from platform_site.errors import Invalid, NotAllowed
from registry.checks.actions.alerts import acknowledge
from registry.features.actions.current_version import set_current
from registry.features.rules.fingerprint import address
from registry.models import Alert, ServingReport
from registry.serving.actions.reports import report_serving
from registry.versions.actions.registration import register_version
from tests.registry.conftest import ARTIFACT, FIXED, HEX, REWRITTEN, TRAINED, contributor, lineage, register

WINDOW = (datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC))
DUE, CHANGED, SAME = (address(definition)[:12] for definition in (TRAINED, FIXED, REWRITTEN))


def report(version, actor, *, environment="production", **features):
    by_name = {name: {"version": feature} for name, feature in features.items()}
    return report_serving(version, environment=environment, window=WINDOW, features=by_name, actor=actor)


def test_what_is_due_is_no_skew_even_where_another_version_is_current(in_production, cora):
    register(FIXED, cora)
    assert report(in_production, cora, orders_3d=DUE).skew == []
    assert not Alert.objects.exists()


def test_another_version_is_skew_and_opens_one_alert_for_the_environment(in_production, cora):
    register(FIXED, cora)
    first = report(in_production, cora, orders_3d=CHANGED)
    assert first.skew == [
        {"feature": "orders_3d", "expected": DUE, "reported": CHANGED, "issue": f"serves {CHANGED} instead of {DUE}"}
    ]
    report(in_production, cora, orders_3d=CHANGED)
    report(in_production, cora, orders_3d=CHANGED, environment="canary")
    assert sorted(Alert.objects.values_list("environment", "state")) == [("canary", "open"), ("production", "open")]


def test_the_alert_ends_with_the_skew_and_a_new_one_begins_with_the_next(in_production, cora):
    register(FIXED, cora)
    report(in_production, cora, orders_3d=CHANGED)
    acknowledge(Alert.objects.get(), until=datetime.now(UTC) + timedelta(days=1), actor=cora)
    report(in_production, cora, orders_3d=DUE)
    assert Alert.objects.get().state == "resolved"
    report(in_production, cora, orders_3d=CHANGED)
    assert Alert.objects.filter(state="open").count() == 1


def test_an_equivalent_definition_is_no_skew(in_production, cora):
    first = in_production.snapshot.entries.get().feature_version
    register(REWRITTEN, cora)
    set_current(first.feature, first, reason="back", actor=cora)
    assert report(in_production, cora, orders_3d=SAME).skew == []


@pytest.mark.parametrize(
    ("features", "issue"),
    [
        ({}, "is not reported"), ({"orders_3d": "000000000000"}, "serves 000000000000"),
        ({"orders_3d": DUE, "other": DUE}, "was not trained on"),
    ],
)  # fmt: skip
def test_what_nobody_knows_is_skew(in_production, cora, features, issue):
    (skew,) = report(in_production, cora, **features).skew
    assert issue in skew["issue"]


def report_at(version, actor, commit):
    values = {"orders_3d": {"version": DUE, "pipeline_commit": commit}}
    return report_serving(version, environment="production", window=WINDOW, features=values, actor=actor)


def test_a_commit_is_compared_only_where_the_registry_knows_one(in_production, cora):
    report = report_at(in_production, cora, HEX[:40])
    assert (report.skew, report.notes) == ([], [])


def test_the_commit_that_the_model_recorded_and_each_of_the_definition_are_right_another_is_noted(
    model, feature, orders, cora
):
    model_commit, first, second, other = ("d" * 40, "a" * 40, "b" * 40, "e" * 40)
    parts = lineage(orders, pipeline_commit=model_commit)
    version = register_version(model, version="v1", artifact=ARTIFACT, lineage_parts=parts, actor=cora)
    for commit in (first, second):
        register(TRAINED, cora, pipeline_commit=commit)
    for commit in (model_commit, first, second):
        report = report_at(version, cora, commit)
        assert (report.skew, report.notes) == ([], []), commit
    report = report_at(version, cora, other)
    assert report.skew == []
    assert [note["issue"] for note in report.notes] == [
        "is computed by pipeline commit eeeeeeeeeeee, at which this definition was not registered"
    ]
    assert not Alert.objects.exists()


def test_only_the_models_team_reports_and_a_window_must_open(in_production, cora):
    with pytest.raises(NotAllowed):
        report(in_production, contributor("data-platform"), orders_3d=DUE)
    with pytest.raises(Invalid, match="start before end"):
        report_serving(in_production, environment="x", window=WINDOW[::-1], features={}, actor=cora)
    assert not ServingReport.objects.exists()


def test_the_database_keeps_what_was_reported(in_production, cora):
    result = report(in_production, cora, orders_3d=DUE)
    with pytest.raises(DatabaseError), transaction.atomic():
        ServingReport.objects.filter(pk=result.pk).update(skew=[])


def test_a_histogram_is_stored_and_has_to_add_up(in_production, cora):
    reported = {
        "environment": "production",
        "window": WINDOW,
        "features": {"orders_3d": {"version": DUE}},
        "actor": cora,
    }
    histogram = {"edges": [0.0, 1.0, 2.0], "counts": [3, 4], "missing": 1}
    report = report_serving(in_production, **reported, predictions=8, histogram=histogram)
    assert ServingReport.objects.get(pk=report.pk).histogram == histogram
    with pytest.raises(Invalid, match="counts 8 predictions, and `predictions` is 9"):
        report_serving(in_production, **reported, predictions=9, histogram=histogram)
