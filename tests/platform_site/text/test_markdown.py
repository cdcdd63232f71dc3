"""Text from people and data is shown as it was written: no markup in it takes effect."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_site.text.markdown import code, escape


@pytest.mark.parametrize("name", ["a|b", "<script>", "`x`", "line\nbreak"])
def test_no_cell_is_markup(name):
    cell = escape(name)
    assert not {"<", "`", "\n"} & set(cell)
    assert "|" not in cell.replace("\\|", "")


@given(st.text())
def test_every_mark_is_escaped_and_the_text_is_on_one_line(text):
    line = escape(text)
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_\[\]|~]", line)
    assert not {"<", "`", "\n", "\r"} & set(line)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("![x](https://elsewhere.example/pixel)", "!\\[x\\](https://elsewhere.example/pixel)"),
        ("# heading", "\\# heading"),
        ("- item", "\\- item"),
        ("---", "\\---"),
        ("1. first", "1\\. first"),
        ("back\\slash", "back\\\\slash"),
        ("-0.5", "-0.5"),
        ("1.5", "1.5"),
        (None, "None"),
    ],
)
def test_what_would_be_markup_in_its_place(text, shown):
    assert escape(text) == shown


def test_the_limit_counts_characters_of_the_text_and_cuts_no_escape():
    assert escape("||||", 2) == "\\|\\|"


def test_nothing_ends_code_early():
    assert code("a ` b\n| c") == "`a ' b | c`"
    assert code("") == ""
