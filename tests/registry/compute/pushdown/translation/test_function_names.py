"""Functions without a class of their own in sqlglot: translated by name, or refused by name."""

from math import inf, nan

import pytest

from registry.compute.engines.value_kinds import Kind
from tests.registry.compute.pushdown.translation.side_by_side import assert_alike, refusal, sql_of, translation


def test_isfinite_is_false_for_nan_and_both_infinities():
    rows = [{"x": value} for value in (1.5, inf, -inf, nan, None)]
    assert assert_alike("ISFINITE(x)", *rows) == [True, False, False, False, None]


def test_mean_is_avg_and_count_star_is_count():
    assert sql_of("MEAN(n)", "postgres") == sql_of("AVG(n)", "postgres")
    assert sql_of("COUNT_STAR()", "spark") == "COUNT(*)"
    assert translation("COUNT_STAR()").kind is Kind.WHOLE


def test_date_part_takes_the_parts_that_engines_share():
    assert assert_alike("DATE_PART('month', moment)", {"moment": "2024-02-29 12:30:00"}, {}) == [2, None]
    assert refusal("DATE_PART('isoyear', moment)").startswith("The part ISOYEAR")


@pytest.mark.parametrize("dialect", ["postgres", "spark"])
def test_other_functions_are_refused_by_their_name(dialect):
    assert refusal("NICE(x)", dialect).startswith("NICE cannot be computed inside")
