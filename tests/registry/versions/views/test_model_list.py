"""The page of all models: rows, chips, filters and orders in the address, and what it shows of nothing."""

from __future__ import annotations

import csv

import pytest

from registry.versions.actions.registration import register_model
from tests.registry.conftest import FIXED, register

ADDRESS = "/registry/models/"


def page(visitor, query="") -> str:
    return visitor.get(ADDRESS + query).content.decode()


def test_before_the_first_model_the_page_says_what_comes_next(browser_of, teams):
    html = page(browser_of("contributor"))
    assert "No model exists yet" in html
    assert 'href="/registry/models/+add/">Add a model' in html
    assert "chips" not in html
    seen = page(browser_of("viewer"))
    assert "A contributor adds the first one" in seen
    assert "+add" not in seen


def test_filters_that_leave_nothing_lead_back_to_the_whole_list(browser_of, model):
    for query in ("?search=nobody", "?state=blocked", "?owner_team=risk", "?tag=other", "?stage=archived"):
        html = page(browser_of("viewer"), query)
        assert "Nothing matches" in html, query
        assert 'href="/registry/models/">Clear filters' in html
        assert "No model exists yet" not in html


def test_a_blocked_model_is_called_blocked(browser_of, serving, cora):
    visitor = browser_of("viewer")
    assert "state-info" in page(visitor)
    register(FIXED, cora)
    html = page(visitor)
    assert "state-bad" in html
    assert "Contributors of a team add its models." in html


def test_a_chip_turns_its_filter_on_and_keeps_the_rest(browser_of, model):
    html = page(browser_of("viewer"), "?search=dem&sort=-versions&page=1")
    assert 'href="?search=dem&amp;sort=-versions&amp;state=blocked"' in html
    html = page(browser_of("viewer"), "?state=regulated&state=blocked&search=x")
    assert 'href="?state=regulated&amp;search=x" aria-current="true"' in html
    assert '<input type="hidden" name="state" value="regulated">' in html
    assert 'value="x"' in html


def test_the_head_of_a_column_turns_the_order_round(browser_of, model):
    visitor = browser_of("viewer")
    assert 'href="?state=regulated&amp;sort=-alerts"' not in page(visitor)
    html = page(visitor, "?sort=name&search=d")
    assert 'aria-sort="ascending"' in html
    assert 'href="?sort=-name&amp;search=d"' in html
    assert 'href="?sort=-alerts&amp;search=d"' in html


def test_the_file_has_every_row_that_the_filters_leave(browser_of, in_production, cora):
    for number in range(60):
        register_model(name=f"m{number:02}", owner_team="forecasting", actor=cora)
    visitor = browser_of("viewer")
    assert len(visitor.get(ADDRESS).context["rows"]) == 50
    lines = list(csv.DictReader(visitor.get(f"{ADDRESS}?csv=models").content.decode().splitlines()))
    assert len(lines) == 61
    assert lines[0]["Model"] == "demand"
    assert (lines[0]["State"], lines[0]["In production"]) == ("not_deployed", "v1")
    (line,) = csv.DictReader(visitor.get(f"{ADDRESS}?csv=models&search=m07").content.decode().splitlines())
    assert (line["Model"], line["Versions"]) == ("m07", "0")


@pytest.mark.parametrize(
    "query", ["?page=x", "?page=99", "?state=nonsense", "?sort=;drop", "?stage=%25", "?owner_team=%27"]
)
def test_an_address_that_means_nothing_is_no_error(browser_of, model, query):
    assert browser_of("viewer").get(ADDRESS + query).status_code == 200
