"""The pictures of the README, taken from the demo: `.venv/bin/python -m tests.documents.screenshots`."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from tests.running.chromium import HOW_TO_GET_IT, PATH, chromium, sign_in
from tests.running.demo_site import PASSWORD, checks_are_over, demo
from tests.running.installation import PROJECT, wait

FOLDER = PROJECT / "docs" / "images"
WIDE = {"width": 1440, "height": 900}
PICTURES = {
    "dashboard": "/",
    "parity": "/registry/checks/runs/{run}/",
    "drift": "/registry/checks/runs/3/columns/1/",
    "gate": "/registry/models/delay_forecast/v2.3.1/",
    "approval": "/registry/change-requests/3/",
    "tickets": "/tickets/",
}


def take() -> None:
    """Start an installation of its own, let its checks end, and take every picture anew."""
    if not PATH:
        raise SystemExit(HOW_TO_GET_IT)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, demo(Path(folder) / "var") as up, chromium() as browser:
        address = f"http://127.0.0.1:{up.port()}"
        wait(lambda: checks_are_over(up), seconds=60)
        page = browser.new_page(viewport=WIDE, color_scheme="light")
        sign_in(page, address, "lead", PASSWORD)
        run = _run_of_the_flights(page, address)
        for name, path in PICTURES.items():
            page.goto(address + path.format(run=run))
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(500)  # the charts draw themselves
            page.screenshot(path=FOLDER / f"{name}.png", full_page=True)
            print(FOLDER / f"{name}.png")  # noqa: T201
        up.end(2)


def _run_of_the_flights(page, address: str) -> str:
    page.goto(f"{address}/registry/checks/")
    page.get_by_role("link", name=re.compile("40,367 of 336,776")).first.click()
    return page.url.rstrip("/").rpartition("/")[2]


if __name__ == "__main__":
    take()
