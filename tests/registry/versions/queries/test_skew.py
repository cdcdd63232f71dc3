"""Serving that computes another definition closes the gate of its version, until a later report without it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from registry.serving.actions.reports import report_serving
from registry.versions.queries.gates import deployment_verdict
from registry.versions.queries.skew import skew_causes
from tests.registry.conftest import FIXED, register
from tests.registry.serving.actions.test_reports import CHANGED, DUE, WINDOW
from tests.registry.versions.approvals import leave_the_gate_open_at_skew

pytestmark = pytest.mark.postgresql


def report(version, actor, feature_version, *, later=0, environment="production", **others):
    start, end = (moment + timedelta(hours=later) for moment in WINDOW)
    features = {"orders_3d": {"version": feature_version} | others} if feature_version else {}
    return report_serving(version, environment=environment, window=(start, end), features=features, actor=actor)


def test_another_definition_closes_the_gate_of_that_version_with_a_way_out(in_production, second, cora):
    report(in_production, cora, CHANGED)
    verdict = deployment_verdict(in_production)
    assert verdict.reasons == (
        f"Serving in production computes orders_3d at {CHANGED} instead of {DUE} (report until 2026-11-23 09:00 UTC).",
    )
    assert [way.kind for way in verdict.ways_out] == ["serve", "override"]
    assert deployment_verdict(second).proceeds
    assert deployment_verdict(second).open_alerts  # of the same model: it is no secret


def test_only_a_later_report_of_the_same_environment_ends_it(in_production, cora):
    report(in_production, cora, CHANGED)
    report(in_production, cora, DUE, later=-1)
    report(in_production, cora, DUE, later=1, environment="canary")
    assert [cause.key for cause in skew_causes(in_production)] == [f"skew:production:orders_3d:{DUE}>{CHANGED}"]
    report(in_production, cora, DUE, later=1)
    assert skew_causes(in_production) == []


def test_of_two_reports_of_one_window_the_last_one_counts(in_production, cora):
    report(in_production, cora, CHANGED)
    report(in_production, cora, DUE)
    assert skew_causes(in_production) == []


@pytest.mark.parametrize("feature_version", [None, DUE])
def test_what_is_not_of_a_definition_closes_nothing(in_production, cora, feature_version):
    register(FIXED, cora)
    report(in_production, cora, feature_version, pipeline_commit="a" * 40)
    assert skew_causes(in_production) == []


def test_a_lead_can_leave_the_gate_open(in_production, cora):
    report(in_production, cora, CHANGED)
    leave_the_gate_open_at_skew()
    verdict = deployment_verdict(in_production)
    assert (verdict.proceeds, len(verdict.open_alerts)) == (True, 1)


def test_it_takes_two_queries_and_one_without_skew(in_production, cora, django_assert_num_queries):
    with django_assert_num_queries(1):
        skew_causes(in_production)
    report(in_production, cora, CHANGED)
    with django_assert_num_queries(2):
        assert len(skew_causes(in_production)) == 1
