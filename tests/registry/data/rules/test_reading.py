"""How files are read has one short name, whatever the order in which it was stored."""

from __future__ import annotations

from registry.data.rules.reading import reading_digest


def test_the_order_of_a_reading_means_nothing():
    assert reading_digest({"a": 1, "b": [1, 2]}) == reading_digest({"b": [1, 2], "a": 1})
    assert reading_digest({"a": 1, "b": [1, 2]}) != reading_digest({"a": 1, "b": [2, 1]})


def test_an_empty_reading_has_one_too():
    assert len(reading_digest({})) == 12
