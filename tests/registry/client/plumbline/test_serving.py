"""Serving reports from a process that serves, against a server that really runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from registry.client import plumbline
from registry.client.plumbline import serving
from registry.models import Alert, ServingReport
from tests.registry.conftest import FIXED, register
from tests.running.installation import wait

ROWS = [{"prediction": float(number), "latency_ms": 10 * number, "error": number == 3} for number in range(1, 5)]


@pytest.fixture
def about(feature, server) -> dict:
    return {"model": "demand", "version": "v1", "features": {"orders_3d": feature.current.name}, "server": server}


@pytest.fixture(autouse=True)
def nothing_waits():
    yield
    serving._batches.clear()
    for timer in serving._timers.values():
        timer.cancel()
    serving._timers.clear()


def test_rows_become_a_report(in_production, about):
    answer = serving.report(ROWS, **about)
    report = ServingReport.objects.get()
    assert answer["skew"] == []
    assert (report.predictions, report.error_rate, report.latency_p50_ms) == (4, 0.25, 25.0)
    assert sum(report.histogram["counts"]) == 4
    assert report.window_start < report.window_end <= datetime.now(UTC)


def test_the_next_window_begins_where_the_last_one_ended(in_production, about):
    serving.report(ROWS, **about)
    serving.report(ROWS, **about)
    last, first = ServingReport.objects.all()
    assert last.window_start == first.window_end


def test_what_serving_really_computes_is_skew_where_it_is_something_else(in_production, cora, about):
    other = register(FIXED, cora).version
    answer = serving.report(ROWS, **(about | {"features": {"orders_3d": other.name}}))
    assert answer["skew"][0]["reported"] == other.name
    assert Alert.objects.count() == 1


def test_compiled_definitions_are_reported_by_their_versions(in_production, about, server):
    compiled = plumbline.compile("orders_3d", server=server)
    serving.report(ROWS, **(about | {"features": [compiled]}))
    assert ServingReport.objects.get().features == {"orders_3d": {"version": compiled.version}}


def test_times_of_the_rows_are_the_window(in_production, about):
    moments = [datetime(2026, 11, 1, hour, tzinfo=UTC) for hour in (8, 9)]
    serving.report([{"prediction": 1.0, "at": moment} for moment in moments], **about)
    report = ServingReport.objects.get()
    assert [report.window_start, report.window_end] == moments
    serving.report([1.0], **about, window=(moments[0], moments[0] + timedelta(minutes=1)))
    assert ServingReport.objects.filter(window_end=moments[0] + timedelta(minutes=1)).exists()


def test_a_batch_is_gathered_and_sent_by_itself(in_production, about):
    for row in ROWS:
        assert serving.report([row], **about, batch_s=0.5) is None
    assert not ServingReport.objects.exists()
    assert wait(ServingReport.objects.exists, seconds=15)
    assert ServingReport.objects.get().predictions == 4


def test_a_full_batch_is_sent_at_once_and_the_rest_at_the_end(in_production, about, monkeypatch):
    monkeypatch.setattr(serving, "MOST_ROWS", 3)
    for row in ROWS:
        serving.report([row], **about, batch_s=600)
    assert [report.predictions for report in ServingReport.objects.all()] == [3]
    serving.flush()
    assert sorted(report.predictions for report in ServingReport.objects.all()) == [1, 3]


def test_a_batch_that_cannot_be_sent_is_a_warning_with_its_count(in_production, about):
    serving.report(ROWS, **(about | {"model": "nothing"}), batch_s=600)
    with pytest.warns(UserWarning, match="4 predictions of nothing v1 were not reported"):
        serving.flush()
