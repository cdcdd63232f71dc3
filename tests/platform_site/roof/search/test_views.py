"""The search as a page, with and without scripts."""

from __future__ import annotations

import pytest


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_page_says_what_can_be_searched_before_anybody_did(browser_of, teams):
    answer = browser_of("viewer").get("/search/")
    assert answer.status_code == 200
    assert "Searched are: pages and actions, models" in text(answer)
    assert "Nothing matches" not in text(answer)


def test_what_is_found_is_grouped_and_links_to_its_page(browser_of, in_production, feature):
    page = text(browser_of("viewer").get("/search/?q=orders_3d"))
    assert 'href="/registry/features/orders_3d/"' in page
    assert '<h2 id="found-features">Features</h2>' in page


def test_nothing_matches_says_so_and_where_was_searched(browser_of, teams):
    page = text(browser_of("viewer").get("/search/?q=zzzqqq"))
    assert "Nothing matches “zzzqqq”" in page
    assert "check runs" in page


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("", 200, "Write what to search for"),
        ("x", 422, "`x` is one letter"),
        ("x" * 10_000, 422, "this one has 10,000"),
        ("<script>alert(1)</script>", 200, "Nothing matches “&lt;script&gt;alert(1)&lt;/script&gt;”"),
    ],
)
def test_whatever_is_written_has_a_clear_answer(browser_of, teams, query, status, sentence):
    answer = browser_of("viewer").get("/search/", {"q": query})
    assert answer.status_code == status
    assert sentence in text(answer)


def test_all_of_one_kind_are_a_page(browser_of, in_production):
    page = text(browser_of("viewer").get("/search/?q=demand&kind=models"))
    assert "in Models" in page
    assert "found-versions" not in page
    assert browser_of("viewer").get("/search/?q=demand&kind=fish").status_code == 404


def test_a_script_gets_the_groups_alone(browser_of, in_production):
    answer = browser_of("viewer").get("/search/?q=demand", headers={"HX-Request": "true"})
    assert "<html" not in text(answer)
    assert "found-models" in text(answer)
    short = browser_of("viewer").get("/search/?q=d", headers={"HX-Request": "true"})
    assert (short.status_code, "one letter" in text(short)) == (200, True)


def test_every_page_has_the_box(browser_of, teams):
    page = text(browser_of("viewer").get("/help/"))
    assert 'id="search-box"' in page
    assert "Ctrl" in page
