"""What all dialects compute alike, with the checks that they do."""

from __future__ import annotations

import pytest

from tests.registry.compute.dialects.oracle import computed, reason, runs

DIALECTS = ("postgres", "spark", "snowflake")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("logic", "engine_logic"),
    [
        ("(amount)", "(amount)"),
        ("-amount", "-amount"),
        ("flag AND NOT flag", "flag AND NOT flag"),
        ("n BETWEEN 1 AND 5", "n BETWEEN 1 AND 5"),
        ("n IN (1, 2)", "n IN (1, 2)"),
        ("country IN ('DE', 'AT')", "country IN ('DE', 'AT')"),
        ("amount IS NULL", "amount IS NULL"),
        ("country LIKE 'D%'", "country LIKE 'D%'"),
        ("country || '-' || n", "country || '-' || n"),
        ("CASE WHEN n > 1 THEN 'a' ELSE 'b' END", "CASE WHEN n > 1 THEN 'a' ELSE 'b' END"),
        ("CASE country WHEN 'DE' THEN 1 END", "CASE country WHEN 'DE' THEN 1 END"),
        ("TRUE", "TRUE"),
    ],
)
def test_what_all_dialects_compute_alike_stays_as_it_is(dialect, logic, engine_logic):
    assert runs(logic, dialect) == engine_logic


@pytest.mark.parametrize(
    ("logic", "dialect", "part"),
    [
        ("n AND flag", "postgres", "AND takes conditions; n is"),
        ("NOT country", "spark", "NOT takes conditions; country is"),
        ("country + 1", "snowflake", "takes numbers; country is"),
        ("flag * 2", "postgres", "takes numbers; flag is"),
        ("country > 'A'", "postgres", "follows its collation"),
        ("n = 'a'", "snowflake", "compares text with"),
        ("n IN ('a')", "spark", "compares text with"),
        ("country LIKE email", "postgres", "LIKE takes a text in quotes"),
        ("amount || 'x'", "postgres", "engines write it as text in different ways"),
        ("n = ANY(scores)", "postgres", "ANY(…) is not translated"),
        ("INTERVAL '1 quarter'", "postgres", "is not an interval that is translated"),
        ("COUNT(DISTINCT n, quantity)", "spark", "DISTINCT takes one value"),
        ("PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY n DESC)", "postgres", "one column in ascending order"),
    ],
)
def test_what_one_engine_casts_and_another_does_not_is_refused(logic, dialect, part):
    assert part in reason(logic, dialect)


@pytest.mark.parametrize(
    ("order", "dialect", "spelled"),
    [
        ("n", "postgres", "n ASC"),  # nulls are last in the engine unless it is written
        ("n DESC", "postgres", "n DESC NULLS FIRST"),
        ("n", "spark", "n ASC NULLS FIRST"),
        ("n DESC", "spark", "n DESC"),
        ("n NULLS FIRST", "snowflake", "n ASC NULLS FIRST"),
        ("n DESC NULLS LAST", "snowflake", "n DESC"),
    ],
)
def test_nulls_stand_where_the_dialect_has_them(order, dialect, spelled):
    assert runs(f"RANK() OVER (ORDER BY {order})", dialect) == f"RANK() OVER (ORDER BY {spelled})"


def test_in_snowflake_a_last_value_reads_the_whole_partition():
    logic = "LAST_VALUE(n) OVER (PARTITION BY user_id ORDER BY ts)"
    assert "UNBOUNDED FOLLOWING" in runs(logic, "snowflake")
    assert "UNBOUNDED FOLLOWING" not in runs(logic, "postgres")


def test_a_filter_stands_at_the_aggregate_inside():
    logic = "STDDEV_POP(amount) FILTER (WHERE n > 2) * 2"
    assert runs(logic, "postgres") == "STDDEV_POP(amount) FILTER(WHERE n > 2) * 2"
    assert len(computed(logic, "postgres")) == 1
