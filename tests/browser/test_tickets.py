"""What of the tickets needs a browser to be seen."""

from __future__ import annotations

from playwright.sync_api import expect


def test_a_slider_says_its_number_and_the_outcome_follows(visit, site):
    page = visit("lead")
    page.goto(f"{site.address}/tickets/simulator/")
    slider = page.get_by_role("slider", name="access")
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(page.locator(f'output[for="{slider.get_attribute("id")}"]')).to_have_text("20")
    expect(page.locator("#outcome")).to_contain_text("20.0%")
    assert "access=20" in page.url
