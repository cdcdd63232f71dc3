"""What two programs could read differently is refused; the rest is read as Python's own reader does."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_site.text.strict_json import is_deeper, is_storable, parse, text_fault

LARGEST = 2**63 - 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "Expecting value"),
        ("{} {}", "Extra data"),
        ("[NaN]", "NaN is not JSON"),
        ("[-Infinity]", "-Infinity is not JSON"),
        ("1e400", "a number is too large"),
        ("-1e400", "a number is too large"),
        (str(LARGEST + 1), "beyond 64 bits"),
        (str(-LARGEST - 2), "beyond 64 bits"),
        ("9" * 5_000, "beyond 64 bits"),
        ('{"a": 1, "a": 1}', "a key twice"),
        ('[{"a": {"b": 1, "b": 2}}]', "a key twice"),
        ("[" * 100_000, "nested too deep"),
        (b'"\xc3\x28"', "utf-8"),
    ],
)
def test_what_is_not_strict_json_is_refused_with_the_reason(content, why):
    with pytest.raises(ValueError, match=why):
        parse(content)


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-LARGEST - 1, LARGEST)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_strict_json_is_read_as_it_was_written(value):
    assert parse(json.dumps(value)) == value
    assert parse(json.dumps(value).encode()) == value


@pytest.mark.parametrize("depth", [1, 2, 50])
@pytest.mark.parametrize("one_level", ["[{}]", '{{"a": {}}}'])
def test_depth_is_counted_exactly(depth, one_level):
    text = "1"
    for _ in range(depth):
        text = one_level.format(text)
    assert (is_deeper(parse(text), depth), is_deeper(parse(text), depth - 1)) == (False, True)


def test_an_empty_container_is_a_level_too():
    assert is_deeper([[]], 1)
    assert not is_deeper([], 1)


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("fine", ""),
        ({"a": [{"b": "é \U0001f600"}]}, ""),
        (None, ""),
        (["fine", {"a": "\0"}], "a text holds a NUL character"),
        ({"\0": 1}, "a text holds a NUL character"),
        ([["\udfff"]], "a text holds half a surrogate pair"),
        ({"\ud800": []}, "a text holds half a surrogate pair"),
    ],
)
def test_a_text_that_a_database_refuses_is_seen_at_any_depth(value, fault):
    assert text_fault(value) == fault
    assert is_storable(value) is (fault == "")
