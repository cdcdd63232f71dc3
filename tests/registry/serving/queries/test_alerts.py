"""Newer reports about the same thing, and versions that do not serve any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from registry.models import Alert, ServingReport
from registry.serving.queries.alerts import is_superseded, no_longer_served
from registry.serving.rules.findings import Thing
from registry.versions.actions.promotion import promote
from tests.registry.serving.actions.test_reports import CHANGED, DUE, WINDOW, report
from tests.registry.serving.story import approved

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
SKEW, FEATURES = Thing("skew", "orders_3d"), Thing("features")


def stored(version, *, hours=0, environment="production", reported_at=None, **features):
    start, end = (moment + timedelta(hours=hours) for moment in WINDOW)
    return ServingReport.objects.create(
        model_version=version,
        environment=environment,
        window_start=start,
        window_end=end,
        features={name: {"version": feature} for name, feature in features.items()},
        reported_by="cora",
        reported_at=reported_at or timezone.now(),
    )


@pytest.mark.parametrize(
    ("other", "superseded"),
    [
        ({"hours": 1, "orders_3d": DUE}, (True, True)),
        ({"hours": 0, "orders_3d": DUE}, (False, False)),
        ({"hours": -1, "orders_3d": DUE}, (False, False)),
        ({"hours": 1, "orders_4d": DUE}, (False, True)),  # it does not speak of the feature
        ({"hours": 1, "orders_3d": DUE, "environment": "canary"}, (False, False)),
        # a window that ends after its report came counts from when it came
        ({"hours": 99, "orders_3d": DUE, "reported_at": WINDOW[1]}, (False, False)),
        ({"hours": 99, "orders_3d": DUE, "reported_at": WINDOW[1] + timedelta(seconds=1)}, (True, True)),
    ],
)
def test_a_report_is_superseded_by_one_of_a_later_moment_that_speaks_of_the_same(in_production, other, superseded):
    late = stored(in_production, orders_3d=CHANGED)
    stored(in_production, **other)
    assert (is_superseded(late, SKEW), is_superseded(late, FEATURES)) == superseded


def test_a_report_of_another_version_supersedes_nothing(in_production, second):
    late = stored(in_production, orders_3d=CHANGED)
    stored(second, hours=1, orders_3d=DUE)
    assert not is_superseded(late, SKEW)


def test_only_unresolved_alerts_of_serving_about_versions_that_are_gone(serving, in_production, second, cora):
    report(in_production, cora, orders_3d=CHANGED)
    report(in_production, cora, environment="canary", orders_3d=CHANGED)
    assert no_longer_served() == []
    approved(second, cora, percent=100)
    gone = Alert.objects.get(environment="production")
    assert no_longer_served() == [(gone.pk, "v1 has no traffic in production since revision 2.")]
    Alert.objects.filter(pk=gone.pk).update(state="resolved", resolved_at=timezone.now())
    assert no_longer_served() == []


@pytest.mark.parametrize(("after_s", "is_gone"), [(-1, True), (0, False), (1, False)])
def test_a_window_that_began_with_the_revision_or_later_speaks_for_itself(
    serving, in_production, second, cora, after_s, is_gone
):
    report(in_production, cora, orders_3d=CHANGED)
    revision = approved(second, cora, percent=100).revision
    moved = stored(in_production)
    began = revision.made_at + timedelta(seconds=after_s)
    moved.pk, moved.window_start, moved.window_end = None, began, began + timedelta(hours=1)
    moved.save()
    Alert.objects.update(serving_report=moved)
    assert bool(no_longer_served()) is is_gone


@pytest.mark.parametrize(("after_s", "is_gone"), [(-1, True), (0, True), (1, False)])
def test_a_report_that_came_after_the_version_was_archived_keeps_the_alert(in_production, cora, after_s, is_gone):
    report(in_production, cora, orders_3d=CHANGED)
    promote(in_production, "archived", actor=cora)
    at = in_production.stage_changes.get(after="archived").changed_at
    Alert.objects.update(serving_report=stored(in_production, reported_at=at + timedelta(seconds=after_s)))
    assert bool(no_longer_served()) is is_gone


def test_it_takes_a_fixed_number_of_queries_and_one_without_alerts(
    serving, in_production, second, cora, django_assert_num_queries
):
    with django_assert_num_queries(1):
        no_longer_served()
    for environment in ("production", "canary", "shadow"):
        report(in_production, cora, environment=environment, orders_3d=CHANGED)
    with django_assert_num_queries(5):
        no_longer_served()
