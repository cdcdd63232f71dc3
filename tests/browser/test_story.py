"""The story that the house stands for, as a lead and a contributor walk it in the browser."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from tests import golden
from tests.running.installation import PROJECT, variables

FLIGHTS = golden.load("flights")["parity"]["expect"]
MODEL = "/registry/models/delay_forecast/v2.3.1/"
GATE = "/api/v1/models/delay_forecast/versions/v2.3.1/deployment-gate/"


def command(site, *words: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=PROJECT, env=variables(site.state_dir), capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def ask(site, path: str, token: str, method: str = "POST") -> tuple[int, dict]:
    request = urllib.request.Request(
        site.address + path,
        method=method,
        data=b"{}" if method == "POST" else None,
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_the_dashboard_tells_how_healthy_the_platform_is(visit, site):
    page = visit("lead")
    expect(page.locator(".tiles")).to_contain_text("35.3% · Level 0")
    health = page.get_by_role("region", name="The eight groups")
    expect(health).to_contain_text("finish model_registry")
    for gap in ("feature_parity", "automated_eval_gates", "data_drift_monitoring"):
        expect(health).to_contain_text(gap)
    expect(page.locator("[data-chart=groups] .bars .point path").first).to_be_attached()
    assert page.locator("[data-chart=groups] .ytick text").count() == 8
    waits = page.get_by_role("region", name="Needs you")
    expect(waits.get_by_text("Blocked")).to_have_count(2)
    expect(waits.get_by_text("40,367 of 336,776 rows differ")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight") <= 1_100 or page.viewport_size["width"] < 1_440


def test_the_registry_shows_the_model_with_everything_it_was_trained_on(visit, site):
    page = visit("viewer")
    page.get_by_role("link", name="Models", exact=True).first.click()
    page.get_by_role("link", name="delay_forecast").first.click()
    page.get_by_role("link", name="v2.3.1").first.click()
    expect(page.get_by_text("Production", exact=True).first).to_be_visible()
    for part in ("Artifact", "Code commit", "Data snapshot", "Environment", "Hyperparameters", "Evaluations"):
        expect(page.get_by_text(part, exact=True).first).to_be_visible()
    expect(page.get_by_text("flights, 336,776 rows")).to_be_visible()
    page.get_by_role("link", name="rolling_7_flight_arr_delay").first.click()
    expect(page.get_by_role("heading", name="rolling_7_flight_arr_delay").first).to_be_visible()
    expect(page.get_by_text("forward_fill").first).to_be_visible()


def test_a_check_runs_before_ones_eyes_and_finds_what_distributions_hide(visit, site):
    page = visit("contributor")
    page.goto(f"{site.address}/registry/checks/")
    page.get_by_role("link", name="rolling_7_flight_arr_delay").first.click()
    page.get_by_role("button", name="Run again").click()
    page.wait_for_url(re.compile(r"/checks/runs/\d+/$"))
    expect(page.locator(".verdict-word").first).to_have_text("Failed", timeout=60_000)  # it came by itself
    html = page.locator("main").inner_text()
    for figure in (
        f"{FLIGHTS['rows']:,}",
        f"{FLIGHTS['rows_that_differ']:,}",
        f"{FLIGHTS['null_in_one_only']:,}",
        "156.57",
        "12.0%",
        "0.0349",
        "0.0095",
        "0.0340",
        "Distributions alone would have passed this.",
    ):
        assert figure in html, figure
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    assert page.locator("table", has=page.get_by_text("Trained", exact=True)).count() >= 1


@pytest.mark.walk
def test_the_gate_is_shut_everywhere_until_the_feature_is_pinned(visit, site):
    token = command(site, "token", "contributor", "--scope", "read", "--scope", "write").stdout.strip()
    page = visit("contributor")
    page.goto(site.address + MODEL)
    expect(page.locator(".verdict-word").first).to_contain_text("BLOCKED")
    for text in ("rolling_7_flight_arr_delay", "logic, null handling", "Rollback", "Retrain"):
        expect(page.locator("main")).to_contain_text(text)

    status, body = ask(site, GATE, token)
    assert (status, body["decision"], body["conflicts"][0]["feature"]) == (
        409, "BLOCKED", "rolling_7_flight_arr_delay",
    )  # fmt: skip
    assert (body["conflicts"][0]["logic_change"], body["conflicts"][0]["null_handling_change"]) == (True, True)
    shut = command(site, "gate", "delay_forecast", "v2.3.1")
    assert shut.returncode == 1, shut.stderr
    assert "rolling_7_flight_arr_delay" in shut.stdout + shut.stderr

    page.get_by_label("Reason for the pin on rolling_7_flight_arr_delay").fill("Until it is retrained.")
    page.get_by_role("button", name=re.compile("Pin rolling_7_flight_arr_delay")).click()
    expect(page.locator(".verdict-word").first).to_contain_text("PROCEED")
    page.get_by_role("button", name="Evaluate gate").click()
    assert ask(site, GATE, token)[0] == 200
    assert command(site, "gate", "delay_forecast", "v2.3.1").returncode == 0

    page.goto(f"{site.address}/audit/")
    expect(page.locator("main")).to_contain_text("delay_forecast")
    verified = ask(site, "/api/v1/audit-events/verify/", token, "GET")[1]
    assert (verified["valid"], verified["first_broken"]) == (True, None)
    assert command(site, "verify_audit").returncode == 0


def test_the_incident_of_the_orders_stands_beside_it(visit, site):
    page = visit("lead")
    page.goto(f"{site.address}/registry/features/rolling_7d_avg_orders/")
    for version in ("37e8f223574c", "7f687058610f"):
        expect(page.get_by_text(version).first).to_be_visible()
    page.goto(f"{site.address}/registry/models/demand_forecast_model/v2.3.1/")
    expect(page.locator(".verdict-word").first).to_contain_text("BLOCKED")


def test_somebody_without_the_right_is_told_and_not_let_through(visit, site):
    page = visit("viewer")
    page.goto(f"{site.address}/registry/models/demand_forecast_model/v2.3.1/")
    assert page.get_by_role("button", name=re.compile("^Pin")).count() == 0
    page.goto(f"{site.address}/")
    assert page.request.get(f"{site.address}/admin/").status == 403
