"""What the API takes and returns of serving reports."""

from __future__ import annotations

import pytest

from registry.serving.serializers.reports import MOST, ServingReportInput, ServingReportOutput
from tests.registry.serving.actions.test_reports import CHANGED, DUE, report

REPORT = {
    "model": "demand", "version": "v1", "environment": "production",
    "window": ["2026-01-05T08:00:00Z", "2026-01-05T08:01:30Z"], "features": {"orders_3d": {"version": DUE}},
}  # fmt: skip


def fields_refused(**changed):
    loaded = ServingReportInput(data=REPORT | changed, context={"as_written": True})
    loaded.is_valid()
    return set(loaded.errors)


@pytest.mark.parametrize(
    "changed",
    [
        {}, {"error_rate": 0}, {"error_rate": 1}, {"error_rate": None}, {"predictions": MOST}, {"predictions": None},
        {"latency_ms": {}}, {"latency_ms": {"p50": 0}}, {"features": {}}, {"environment": "e" * 64},
    ],
)  # fmt: skip
def test_a_report_within_its_limits_is_accepted(changed):
    assert fields_refused(**changed) == set()


@pytest.mark.parametrize(
    "changed",
    [
        {"error_rate": -0.001}, {"error_rate": 1.001}, {"predictions": MOST + 1}, {"predictions": -1}, {"latency_ms": None},
        {"latency_ms": {"p50": -1}}, {"latency_ms": {"p99": 1}}, {"features": None}, {"features": {"orders_3d": {}}},
        {"window": REPORT["window"][:1]}, {"window": REPORT["window"] * 2}, {"environment": "e" * 65}, {"unknown": 1},
    ],
)  # fmt: skip
def test_one_step_beyond_is_refused_by_its_field(changed):
    assert fields_refused(**changed) == set(changed)


def test_a_report_is_returned_with_what_is_expected_and_what_serves(in_production, cora):
    stored = ServingReportOutput(report(in_production, cora, orders_3d=CHANGED, nobody="x")).data
    assert (stored["model"], stored["version"], stored["latency_p50_ms"]) == ("demand", "v1", None)
    assert [(skew["feature"], skew["expected"], skew["reported"]) for skew in stored["skew"]] == [
        ("nobody", None, "x"), ("orders_3d", DUE, CHANGED),
    ]  # fmt: skip
