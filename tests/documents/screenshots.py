"""The pictures of the README, taken from the demo: `.venv/bin/python -m tests.documents.screenshots`."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from tests.running.chromium import HOW_TO_GET_IT, PATH, chromium, sign_in
from tests.running.demo_site import PASSWORD, demo
from tests.running.installation import PROJECT

FOLDER = PROJECT / "docs" / "images"
WIDE = {"width": 1440, "height": 900}
PICTURES = {
    "home": "/",
    "models": "/registry/models/",
    "parity": "{parity}",
    "drift": "{weather}columns/1/",
    "gate": "/registry/models/delay_forecast/v2.3.1/",
    "approval": "{change}",
    "tickets": "/tickets/",
}
TALLEST = 1_100  # pixels: what is below is more of the same


def take() -> None:
    """Start an installation of its own, let its checks end, and take every picture anew."""
    if not PATH:
        raise SystemExit(HOW_TO_GET_IT)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, demo(Path(folder) / "var") as up, chromium() as browser:
        address = f"http://127.0.0.1:{up.port()}"
        page = browser.new_page(viewport=WIDE, color_scheme="light")
        sign_in(page, address, "lead", PASSWORD)
        places = {
            "parity": _leads_to(page, f"{address}/registry/checks/", "40,367 of 336,776"),
            "weather": _leads_to(page, f"{address}/registry/checks/", "4 of 5 columns drifted"),
            "change": _leads_to(page, f"{address}/", "delay_forecast in production"),
        }
        for name, path in PICTURES.items():
            page.goto(address + path.format(**places))
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(500)  # the charts draw themselves
            height = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
            clip = {"x": 0, "y": 0, "width": WIDE["width"], "height": height}
            page.screenshot(path=FOLDER / f"{name}.png", full_page=True, clip=clip)
            print(FOLDER / f"{name}.png")  # noqa: T201
        up.end(2)


def _leads_to(page, address: str, text: str) -> str:
    """The address behind a link."""
    page.goto(address)
    return page.get_by_role("link", name=re.compile(text)).first.get_attribute("href")


if __name__ == "__main__":
    take()
