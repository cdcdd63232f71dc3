"""A cell that a spreadsheet would run is quoted; every other one is left alone, and the quote can be taken off again."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_site.text.cells import FORMULA_PATTERN, FORMULA_STARTS, original_text, safe_cell


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_a_formula_is_quoted(start):
    assert safe_cell(f"{start}1") == f"'{start}1"


@pytest.mark.parametrize("cell", ["", "1+1", " =1", "x=1", "plain", "'quoted'", None, -3, 2.5, True])
def test_other_cells_stay_as_they_are(cell):
    assert safe_cell(cell) is cell


@given(st.text() | st.sampled_from(FORMULA_STARTS).flatmap(lambda start: st.text().map(start.__add__)))
def test_the_pattern_and_the_function_agree(text):
    assert bool(re.match(FORMULA_PATTERN, text)) == (safe_cell(text) != text)


@given(st.text(max_size=5) | st.sampled_from(FORMULA_STARTS))
def test_a_safe_cell_gives_its_text_back(text):
    assert original_text(safe_cell(text)) == text or text != original_text(text)
