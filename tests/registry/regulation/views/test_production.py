"""The page of what served at a moment."""

from __future__ import annotations

from tests.registry.versions.views.test_models import text

PAGE = "/registry/production/"


def test_a_stage_alone_is_not_shown_as_serving(in_production, browser_of):
    page = text(browser_of("viewer").get(PAGE))
    assert "demand v1" not in page
    assert "A version in the stage production serves once it is deployed" in page


def test_a_reader_sees_what_serves_now_and_nothing_years_ago(serving, browser_of):
    viewer = browser_of("viewer")
    now = text(viewer.get(PAGE))
    assert "demand v1" in now
    assert "production 100%" in now
    assert "Nothing served at that moment" in text(viewer.get(f"{PAGE}?at=2020-03-04T08:00"))


def test_a_moment_that_is_not_one_is_named_and_now_is_shown(serving, browser_of):
    page = text(browser_of("viewer").get(f"{PAGE}?at=yesterday"))
    assert "Enter a valid date/time" in page
    assert "demand v1" in page
