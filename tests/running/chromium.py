"""Debian's Chromium, driven by Playwright: how it is started, and what to say when it is not there."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from typing import Any

# The shell has no windows, which saves a fifth of the CPU.
PATH = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), "")
HOW_TO_GET_IT = "Chromium is not on this machine: apt-get install chromium-headless-shell, then run the tests again."
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """A headless browser, closed afterwards."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PATH, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def sign_in(page: Any, address: str, name: str, password: str) -> None:
    """Sign in as a person would."""
    page.goto(f"{address}/login/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", password)
    page.click("form[method=post] button[type=submit]")
    page.wait_for_url(f"{address}/")
