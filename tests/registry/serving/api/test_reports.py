"""Serving reports over the API."""

from __future__ import annotations

from registry.models import ServingReport
from tests.registry.serving.actions.test_reports import CHANGED, DUE

PATH = "/api/v1/serving-reports/"
REPORT = {
    "model": "demand", "version": "v1", "environment": "production",
    "window": ["2026-01-05T08:00:00Z", "2026-01-05T08:01:30Z"], "features": {"orders_3d": {"version": DUE}},
}  # fmt: skip


def post(client, **changed):
    return client.post(PATH, REPORT | changed, format="json")


def test_a_report_of_a_window_of_minutes_leaves_out_what_it_does_not_know(api, in_production):
    answer = post(api("contributor"))
    stored = answer.json()
    assert (answer.status_code, stored["skew"], stored["window_end"]) == (201, [], "2026-01-05T08:01:30Z")
    assert (stored["error_rate"], stored["predictions"], stored["latency_p95_ms"]) == (None, None, None)
    assert stored["reported_by"] == "contributor"


def test_reports_are_listed_by_environment_the_newest_window_first(api, in_production):
    ci = api("contributor")
    for hour in (8, 10, 9):
        post(ci, window=[f"2026-01-05T{hour:02}:00:00Z", f"2026-01-05T{hour:02}:30:00Z"])
    post(ci, environment="canary", features={"orders_3d": {"version": CHANGED}})
    listed = api("viewer").get(f"{PATH}?environment=production").json()
    assert [row["window_start"][11:13] for row in listed["results"]] == ["10", "09", "08"]
    (canary,) = api("viewer").get(f"{PATH}?environment=canary").json()["results"]
    assert canary["skew"][0]["issue"] == f"serves {CHANGED} instead of {DUE}"


def test_nothing_is_stored_of_what_is_unknown_or_not_ones_own(api, in_production):
    assert post(api("contributor"), version="v9").status_code == 404
    assert post(api("stranger")).status_code == 403
    backwards = post(api("contributor"), window=REPORT["window"][::-1])
    assert (backwards.status_code, backwards.json()["errors"][0]["field"]) == (422, "window")
    assert not ServingReport.objects.exists()
