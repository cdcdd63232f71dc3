"""The bars of an explanation in order of size, and its sentence."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.regulation.rules.explanation import ranked, sentence
from tests.registry.regulation.rules.test_reported_decision import DECISION, SHAP


def test_twenty_inputs_have_a_bar_each_and_of_21_the_two_smallest_share_one():
    inputs = {f"x{number}": float(number) for number in range(1, 21)}
    assert len(ranked(inputs)) == 20
    assert ranked(inputs)[-1] == ("x1", 1.0)
    rows = ranked(inputs | {"x21": -21.0})
    assert (len(rows), rows[0], rows[-1]) == (20, ("x21", -21.0), ("2 others", 3.0))


def test_inputs_of_the_same_size_are_in_order_of_their_names():
    assert ranked({"b": -0.1, "a": 0.1}) == [("a", 0.1), ("b", -0.1)]


@given(st.dictionaries(st.text(max_size=5), st.floats(-1e6, 1e6), min_size=1, max_size=60))
def test_the_bars_add_up_to_all_contributions(contributions):
    rows = ranked(contributions)
    assert len(rows) <= 20
    assert math.fsum(value for _, value in rows) == pytest.approx(math.fsum(contributions.values()), abs=1e-3)


def test_a_sentence_says_what_counted_most():
    assert (
        sentence(DECISION)
        == "It starts at 0.3; the prediction comes to 0.4. income raised it most (+0.2), debt lowered it most (−0.1)."
    )
    still = DECISION | {"explanation": SHAP | {"contributions": {"income": 0.0}, "link": "logit"}}
    assert sentence(still).startswith("The log-odds start at 0.3")
    assert sentence(still).endswith("Nothing raised or lowered it.")
