"""Parts of dates and timestamps: the whole numbers of DuckDB; parts that engines count differently are refused."""

from datetime import datetime

import pytest

from registry.compute.engines.value_kinds import Kind
from tests.registry.compute.pushdown.translation.side_by_side import assert_alike, refusal, sql_of, translation

SUNDAY = {"moment": "2024-12-29 23:59:59.999", "day": "2024-12-29"}
FIRST = {"moment": "2024-01-01 00:00:00", "day": "2024-01-01"}


@pytest.mark.parametrize(
    ("logic", "values"),
    [
        ("YEAR(moment)", [2024, 2024, None]),
        ("QUARTER(day)", [4, 1, None]),
        ("WEEK(moment)", [52, 1, None]),
        ("DAYOFWEEK(moment)", [0, 1, None]),
        ("EXTRACT(doy FROM moment)", [364, 1, None]),
        ("EXTRACT(second FROM moment)", [59, 0, None]),
        ("HOUR(day)", [0, 0, None]),
    ],
)
def test_parts_are_those_of_duckdb_also_at_the_ends_of_a_year(logic, values):
    assert assert_alike(logic, SUNDAY, FIRST, {}) == values
    assert translation(logic).kind is Kind.WHOLE


def test_sunday_is_day_0_in_every_engine():
    assert sql_of("DAYOFWEEK(moment)", "spark").endswith("- 1)")
    assert "- 1" not in sql_of("DAYOFWEEK(moment)", "postgres")


def test_a_truncated_moment_is_a_timestamp():
    assert assert_alike("DATE_TRUNC('month', moment)", SUNDAY) == [datetime(2024, 12, 1)]
    assert translation("DATE_TRUNC('month', moment)").kind is Kind.TIME


@pytest.mark.parametrize(
    ("logic", "reason"),
    [
        ("EXTRACT(epoch FROM moment)", "The part EPOCH cannot be computed inside PostgreSQL"),
        ("DATE_TRUNC('second', moment)", "DATE_TRUNC to SECOND cannot be computed inside PostgreSQL"),
        ("YEAR(s)", "YEAR of text cannot be computed inside PostgreSQL: it needs a date or a timestamp."),
    ],
)
def test_what_engines_count_differently_is_refused(logic, reason):
    assert refusal(logic).startswith(reason)
