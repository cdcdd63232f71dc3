"""A whole installation with the demo loaded and both of its checks run, and a real browser before it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.running import chromium
from tests.running.demo_site import PASSWORD, demo
from tests.running.installation import PROJECT, Up, variables


def pytest_collection_modifyitems(items) -> None:
    """Everything in this folder needs Chromium, and is slow but for the one walk of a plain run."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            marks = [pytest.mark.browser, pytest.mark.worker]
            for mark in marks if item.get_closest_marker("walk") else [*marks, pytest.mark.slow]:
                item.add_marker(mark)
            item.add_marker(pytest.mark.skipif(not chromium.PATH, reason=chromium.HOW_TO_GET_IT))


# The demo has none; this one asks for an event that nobody sends here, so that its page is looked at too.
ADD_A_WEBHOOK = """
from platform_site.access import SYSTEM
from platform_site.webhooks.actions.targets import add_webhook
add_webhook(url="https://hooks.example.com/plumbline", events=["rubric.made"], actor=SYSTEM)
"""


TOO_SLOW = (
    "preloaded using link preload but not used within a few seconds"  # how busy the machine is, not how the page is
)


@pytest.fixture(scope="package")
def site(tmp_path_factory) -> Iterator[Up]:
    """The installation, for all tests of this folder."""
    with demo(tmp_path_factory.mktemp("browser") / "var") as up:
        up.address = f"http://127.0.0.1:{up.port()}"
        command = [sys.executable, "manage.py", "shell", "-c", ADD_A_WEBHOOK]
        subprocess.run(command, cwd=PROJECT, env=variables(up.state_dir), check=True, capture_output=True)
        yield up


@pytest.fixture(scope="module")
def browser() -> Iterator:
    """A browser for one module, and gone after it: while it is there an event loop runs, beside which Django refuses
    to ask its database."""
    with chromium.chromium() as opened:
        yield opened


@pytest.fixture
def visit(browser, site):
    """`visit("lead")`: a page in which that person is signed in. It fails the test when a tab of theirs complains."""
    contexts, complaints = [], []

    def hear(message: Any) -> None:
        if message.type in ("error", "warning") and TOO_SLOW not in message.text:
            complaints.append(message.text)

    def signed_in(name: str, *, width: int = 1440, theme: str = "light"):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        contexts.append(context)
        context.on("console", hear)
        context.on("weberror", lambda event: complaints.append(str(event.error)))
        page = context.new_page()
        chromium.sign_in(page, site.address, name, PASSWORD)
        return page

    yield signed_in
    for context in contexts:
        context.close()
    assert complaints == []
