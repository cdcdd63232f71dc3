"""Columns are followed to those that no job writes; a loop ends."""

from __future__ import annotations

from registry.lineage.rules.columns import Traced, origins

STEPS = {
    ("out", "amount"): [("stage", "amount"), ("stage", "rate")],
    ("stage", "amount"): [("raw", "price"), ("raw", "count")],
    ("stage", "rate"): [("rates", "rate")],
}


def test_the_columns_at_the_beginning_each_once():
    assert origins(STEPS, ("out", "amount")) == [("rates", "rate"), ("raw", "count"), ("raw", "price")]
    assert origins(STEPS, ("raw", "price")) == []


def test_a_column_that_is_computed_from_itself_ends():
    loop = {("a", "x"): [("b", "x")], ("b", "x"): [("a", "x"), ("c", "x")]}
    assert origins(loop, ("a", "x")) == [("c", "x")]


def test_untraced_columns_are_counted():
    assert Traced((), ("a", "b")).total == 2
