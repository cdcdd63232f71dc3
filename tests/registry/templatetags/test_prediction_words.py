"""How metrics and figures read on a page."""

from __future__ import annotations

import pytest

from registry.models import ColumnFinding
from registry.templatetags.prediction_words import (
    about,
    after_colon,
    growth,
    interval,
    limit_of_growth,
    share_interval,
    unanswered,
)

NAMES = ("metric: AUC", "metrics", "fairness: disparate impact ratio", "fairness", "metric: recall")
FINDINGS = [ColumnFinding(column=name) for name in NAMES]


@pytest.mark.parametrize(
    ("prefix", "names"),
    [("metric", ["metric: AUC", "metric: recall"]), ("fairness", ["fairness: disparate impact ratio"])],
)
def test_the_findings_of_one_sort(prefix, names):
    assert [finding.column for finding in about(FINDINGS, prefix)] == names


def test_findings_about_all_of_a_sort_have_no_colon():
    assert [finding.column for finding in unanswered(FINDINGS)] == ["metrics", "fairness"]


@pytest.mark.parametrize(("column", "name"), [("metric: log loss", "Log loss"), ("metric: F1", "F1"), ("metrics", "")])
def test_a_name_without_its_sort(column, name):
    assert after_colon(column) == name


@pytest.mark.parametrize(
    ("ends", "numbers", "shares"),
    [
        ([0.123456, 0.2], "0.123 to 0.2", "12.3% to 20%"),
        ([0, 1], "0 to 1", "0% to 100%"),
        (None, "", ""),
    ],
)
def test_the_ends_of_an_interval(ends, numbers, shares):
    assert (interval(ends), share_interval(ends)) == (numbers, shares)


def test_an_end_without_bound_is_shown_as_it_is_stored():
    assert interval([0.5, "Infinity"]) == "0.5 to Infinity"


@pytest.mark.parametrize(
    ("change", "scale", "words"),
    [
        ([0.5, 0.25, 1.0], None, "+50% (+25% to +100%)"),
        ([-0.5, -0.75, 0.0], None, "-50% (-75% to +0%)"),
        ([0.5, 0.25, 1.0], 0.1, "+0.05 (+0.025 to +0.1)"),
        (["Infinity", 2.0, "Infinity"], None, "without bound (at least +200%)"),
        ([3.0, 2.0, "Infinity"], None, "+300% (+200% to without bound)"),
    ],
)
def test_the_growth_of_errors(change, scale, words):
    assert growth(ColumnFinding(content={"change": change, "scale": scale})) == words


@pytest.mark.parametrize(
    ("limit", "scale", "words"), [(0.1, None, "+10%"), (0.1, 2.0, "+0.2"), (0.0, None, "+0%"), (None, None, "–")]
)
def test_the_limit_of_growth_is_in_the_same_unit(limit, scale, words):
    assert limit_of_growth(ColumnFinding(limit=limit, content={"scale": scale})) == words
