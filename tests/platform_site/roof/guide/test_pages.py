"""The list of the guide's pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse

from platform_site.roof.guide.pages import PAGES, READING

TEMPLATES = Path(__file__).resolve().parents[4] / "templates" / "guide"
OTHERS = {"index", "glossary", "page"}


def test_each_page_is_listed_once_and_has_its_template():
    assert list(PAGES) == [page.slug for page in READING]
    assert {path.stem for path in TEMPLATES.glob("*.html")} - OTHERS == set(PAGES)


@pytest.mark.parametrize("page", READING, ids=lambda page: page.slug)
def test_a_page_has_an_address_a_title_and_one_sentence(page):
    assert reverse("guide:page", args=[page.slug]) == f"/guide/{page.slug}/"
    assert page.title
    assert page.answers.endswith(".")


def test_no_page_hides_behind_the_glossary():
    assert "glossary" not in PAGES
