"""Somebody who has read nothing: from an empty installation to the first answer of a gate, in the browser alone."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.running import chromium
from tests.running.demo_site import PASSWORD
from tests.running.installation import PROJECT, started, variables

ROWS = "order_id,customer_id,date,order_count\n" + "".join(
    f"{row},{1 + row % 3},2026-03-{1 + row // 3:02},{row % 7}\n" for row in range(60)
)
LOGIC = "AVG(order_count) OVER (PARTITION BY customer_id ORDER BY date ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)"
DIGEST = hashlib.sha256(b"a model").hexdigest()


@pytest.fixture
def empty(tmp_path):
    """An installation without the demo, with its first administrator."""
    with started(tmp_path / "var", "--no-demo") as up:
        up.address = f"http://127.0.0.1:{up.port()}"
        command = [sys.executable, "manage.py", "people", "add", "ada", "--role", "administrator"]
        subprocess.run(
            command,
            cwd=PROJECT,
            env=variables(up.state_dir),
            input=f"{PASSWORD}\n",
            text=True,
            check=True,
            capture_output=True,
        )
        yield up


def fill(page: Page, label: str, fields: dict[str, Any], submit: str) -> None:
    """Fill a form's fields by their names, in the section of that label, and send it."""
    section = page.get_by_role("region", name=label)
    for name, value in fields.items():
        field = section.locator(f"[name={name}]")
        kind = field.first.get_attribute("type")
        if kind == "checkbox":
            field.and_(page.locator(f"[value='{value}']")).check()
        elif field.first.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=value) if isinstance(value, str) else field.select_option(index=value)
        else:
            field.fill(value)
    section.get_by_role("button", name=submit, exact=True).click()


def step(page: Page, site, link: str) -> None:
    """From the first page to the form of the next step."""
    page.goto(site.address)
    page.get_by_role("region", name="First steps").get_by_role("link", name=link).click()


def test_from_sign_in_to_the_first_gate_decision(browser, empty):
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    chromium.sign_in(page, empty.address, "ada", PASSWORD)
    expect(page.get_by_role("heading", name="First steps: 0 of 5 done")).to_be_visible()

    step(page, empty, "Add a team")
    fill(page, "Add a team", {"slug": "orders", "name": "Orders"}, "Add team")
    step(page, empty, "Add people")
    fill(page, "Add a person", {"username": "ben", "roles": "contributor", "teams": "orders"}, "Add person")
    expect(page.get_by_text("ben is added.")).to_be_visible()

    step(page, empty, "Add a data set")
    upload = page.get_by_role("region", name="Upload a small file")
    upload.locator("[name=file]").set_input_files(
        {"name": "orders.csv", "mimeType": "text/csv", "buffer": ROWS.encode()}
    )
    upload.get_by_role("button", name="Upload").click()
    fill(page, "Data set", {"key": "order_id", "event_time": "date"}, "Add")
    page.get_by_role("button", name="Take snapshot").click()
    step(page, empty, "Add a source table")
    described = {"name": "orders", "entity_key": "customer_id", "event_time": "date", "dataset": 1}
    fill(page, "Source table", described, "Add source table")

    step(page, empty, "Register a feature")
    fill(
        page,
        "Definition",
        {"name": "orders_7d", "source_table": "orders", "computation_logic": LOGIC, "reason": "First."},
        "Register",
    )
    step(page, empty, "Add a model")
    fill(page, "Add a model", {"name": "demand"}, "Add model")
    parts = {
        "version": "v1", "artifact_uri": "s3://models/demand/1", "artifact_digest": DIGEST, "code_commit": DIGEST[:40],
        "data_snapshot": 1, "features": "orders_7d", "container_digest": f"sha256:{DIGEST}", "metric_1": "mape", "value_1": "0.1",
    }  # fmt: skip
    fill(page, "Register a version", parts, "Register version")
    page.get_by_role("button", name="Evaluate gate").click()
    expect(page.get_by_text("BLOCKED").or_(page.get_by_text("PROCEED")).first).to_be_visible()
    page.goto(empty.address)
    expect(page.get_by_role("heading", name="First steps: 4 of 5 done")).to_be_visible()
