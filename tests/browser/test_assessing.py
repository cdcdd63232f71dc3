"""The grid of a draft, filled in by keyboard in a real browser."""

from __future__ import annotations

import re
import time

import pytest

from tests.running.installation import wait

LIMIT_S = 180  # for seventeen capabilities, by hand; the browser needs a few seconds of it
TOUCHED = "[...document.querySelectorAll('.cell-saved')].filter(cell => cell.textContent.includes('Saved')).length"


@pytest.fixture
def begun(visit, site):
    """The grid of a new draft in which nobody stated anything, open before a lead."""
    page = visit("lead")
    page.goto(f"{site.address}/assessments/new/")
    page.select_option("select[name=organization]", "meadow")
    page.check("input[name=start][value=catalogue]")
    page.click("main form button[type=submit]")
    page.wait_for_url(re.compile("/edit/$"))
    page.wait_for_load_state("networkidle")
    return page


def test_seventeen_capabilities_are_stated_by_keyboard_alone(begun):
    began = time.monotonic()
    begun.locator("[data-grid-status] input:checked").first.focus()
    for number in range(17):
        begun.keyboard.press("123"[number % 3])  # 3 is what stands there already: it is stated all the same
        begun.keyboard.press("ArrowDown")
    assert wait(lambda: begun.evaluate(TOUCHED) == 17, seconds=60), begun.evaluate(TOUCHED)
    assert time.monotonic() - began < LIMIT_S
    begun.reload()
    stated = begun.evaluate("[...document.querySelectorAll('input[name=status]:checked')].map(input => input.value)")
    assert stated[:4] == ["implemented", "partial", "missing", "implemented"]
