"""YAML is read strictly, with the line of every fault; what is written is read the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_site.roof.configuration.document import DEEPEST, read, write

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=40)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_is_read_the_same(value):
    document = read(write({"value": value}))
    assert (document.faults, document.value) == ([], {"value": value})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: no", "no"),
        ("a: on", "on"),
        ("a: 010", 10),
        ("a: 2026-11-05", "2026-11-05"),
        ("a: 1e3", 1000.0),
        ("a: 0x1f", "0x1f"),
        ("a: 12:30", "12:30"),
        ("a: true", True),
        ("a: null", None),
        ("a: '1'", "1"),
    ],
)
def test_only_the_types_of_yaml_1_2(text, value):
    assert read(text).value == {"a": value}


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "twice"),
        ("a: 1\nb: !!python/object/apply:os.system [ls]\n", 2, "Tags"),
        ("a: !x 1\n", 1, "Tags"),
        ("a: &here 1\nb: *here\n", 1, "Anchors"),
        ("a:\n  - 1\n  <<: 2\n", 3, "not YAML"),
        ("1: a\n", 1, "must be a text"),
        ("? [a]\n: 1\n", 1, "must be a text"),
        ("a: !!float x\n", 1, "not a number"),
        ("a: [1\n", 2, "not YAML"),
        ("a: \x00\n", 1, "unacceptable character"),
        ("--- 1\n--- 2\n", 2, "not YAML"),
    ],
)
def test_what_is_refused_and_where(text, line, part):
    faults = read(text).faults
    assert line in [number for number, _ in faults]
    assert any(part in sentence for _, sentence in faults)


def test_a_bomb_of_aliases_and_one_of_depth_are_refused_at_once():
    bomb = "a: &a [x, x]\n" + "".join(
        f"{name}: &{name} [*{before}, *{before}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert read(bomb).value is None
    assert "nested deeper" in read("[" * (DEEPEST + 5) + "]" * (DEEPEST + 5)).faults[0][1]


def test_every_fault_at_once_with_its_line():
    assert [line for line, _ in read("a: 1\na: 2\nb:\n  c: !x 1\n  c: 3\n").faults] == [2, 4, 5]
