"""The pages of reported decisions, as a reader sees them."""

from __future__ import annotations

import pytest

from registry.regulation.actions.decisions import report_decisions
from registry.regulation.queries.decisions import decisions
from tests.registry.regulation.actions.test_decisions import reported_decision as reported

PAGE = "/registry/models/demand/v1/decisions/"


@pytest.fixture
def page(browser_of):
    """`page("1/")`: the text of a page of decisions."""
    viewer = browser_of("viewer")
    return lambda path="": viewer.get(f"{PAGE}{path}").content.decode()


@pytest.fixture
def version(model_version, cora):
    """`demand` v1 with an explained decision, and one that is not explained and has its inputs."""
    inputs = {"inputs": {"city": "<b>Oslo</b>"}, "inputs_digest": ""}
    report_decisions(model_version, [reported(1), reported(2, explanation=None, **inputs)], actor=cora)
    return model_version


def test_a_version_without_decisions_says_so(model_version, page):
    assert "No decisions reported yet" in page()


def test_a_reader_filters_the_list(version, page):
    explained = page("?method=linear")
    assert "a-1" in explained
    assert "a-2" not in explained
    assert "a-2" in page("?method=none&since=2020-01-01T00:00")
    assert "Nothing matches" in page("?environment=moon")


def test_a_filter_that_is_wrong_filters_nothing_and_names_the_fault(version, page):
    listed = page("?method=guess")
    assert "a-1" in listed
    assert "a-2" in listed
    assert "guess is not one of the available choices" in listed


def test_an_explained_decision_has_bars_and_a_sentence(version, page):
    shown = page(f"{decisions(version).get(external_id='a-1').pk}/")
    assert "orders_3d raised it most (+0.1)" in shown
    assert 'data-chart="contributions"' in shown


def test_a_decision_without_explanation_shows_its_inputs_as_text(version, page, browser_of):
    shown = page(f"{decisions(version).get(external_id='a-2').pk}/")
    assert "Not explained" in shown
    assert "&lt;b&gt;Oslo" in shown
    assert browser_of("viewer").get(f"{PAGE}99/").status_code == 404
