"""The first steps of a new installation count what is done."""

from __future__ import annotations

import pytest

from platform_site.roof.home.first_steps import first_steps

pytestmark = pytest.mark.django_db


def done(*, assessed: bool = False) -> list[bool]:
    return [step.done for step in first_steps(assessed=assessed)]


def test_nothing_is_done_on_an_empty_installation():
    assert done() == [False] * 5
    assert done(assessed=True) == [False] * 4 + [True]


def test_the_page_leads_to_the_form_of_each_step(browser_of):
    page = browser_of("lead").get("/").content.decode()  # from here on there are people, and a team of theirs
    assert "First steps: 1 of 5 done" in page
    for address in (
        "/teams/",
        "/registry/datasets/+add/",
        "/registry/features/+register/",
        "/registry/models/+add/",
        "/assessments/new/",
    ):
        assert f'href="{address}"' in page


def test_they_are_there_until_all_are_done(browser_of, organization, in_production):
    assert done() == [True, False, False, True, False]
    assert "First steps: 2 of 5 done" in browser_of("lead").get("/").content.decode()
