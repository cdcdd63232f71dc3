"""What dialects compute differently: the same words, and the value that each means."""

from __future__ import annotations

import pytest

from registry.compute.dialects import TABLES
from registry.compute.dialects.kinds import Kind
from registry.compute.dialects.operators import DIVISIONS, PARTS, TARGETS, TO_WHOLE
from tests.registry.compute.dialects.oracle import computed, reason, runs


def value(logic: str, dialect: str):
    """The value of the first row: of logic without columns, that of every row."""
    return computed(logic, dialect)[0]


def test_every_dialect_says_how_it_divides_rounds_and_names_parts_of_dates():
    assert set(DIVISIONS) == set(PARTS) == set(TO_WHOLE) == set(TABLES)


@pytest.mark.parametrize(
    ("logic", "dialect", "expected"),
    [
        ("7 / 2", "postgres", 3.0),
        ("-7 / 2", "postgres", -3.0),
        ("7 / 2", "spark", 3.5),
        ("7 / 2", "bigquery", 3.5),
        ("7 / 2", "snowflake", 3.5),
        ("1 / 3", "snowflake", 0.333333),
        ("7 / 0", "spark", None),
        ("7 div 2", "spark", 3.0),
        ("7 % 0", "spark", None),
        ("-7 % 2", "postgres", -1.0),
    ],
)
def test_division(logic, dialect, expected):
    assert value(logic, dialect) == expected


@pytest.mark.parametrize(
    ("logic", "dialect", "expected"),
    [
        ("CAST(2.5::float8 AS int)", "postgres", 2.0),
        ("CAST(3.5::float8 AS int)", "postgres", 4.0),
        ("CAST(2.9D AS INT)", "spark", 2.0),
        ("CAST(-2.9D AS INT)", "spark", -2.0),
        ("CAST(2.5 AS INT64)", "bigquery", 3.0),
        ("CAST(-2.5::float AS INT)", "snowflake", -3.0),
        ("CAST('12' AS INT)", "spark", 12.0),
        ("TRY_CAST('1.5' AS INT)", "spark", None),
        ("CAST(TRUE AS INT)", "postgres", 1.0),
        ("CAST('2024-02-29' AS DATE)", "postgres", "2024-02-29T00:00:00"),
    ],
)
def test_a_cast_rounds_as_its_dialect_does(logic, dialect, expected):
    assert value(logic, dialect) == expected


SUNDAY = "DATE '2024-12-29'"  # in the last ISO week of its year
MOMENT = "TIMESTAMP '2024-12-29 10:30:15'"


@pytest.mark.parametrize(
    ("part", "moment", "dialect", "expected"),
    [
        ("DOW", SUNDAY, "postgres", 0.0),
        ("ISODOW", SUNDAY, "postgres", 7.0),
        ("DAYOFWEEK", SUNDAY, "spark", 1.0),
        ("DAYOFWEEK", SUNDAY, "bigquery", 1.0),
        ("DAYOFWEEK", SUNDAY, "snowflake", 0.0),
        ("WEEK", SUNDAY, "postgres", 52.0),
        ("WEEK", SUNDAY, "bigquery", 52.0),
        ("QUARTER", SUNDAY, "snowflake", 4.0),
        ("MONTH", SUNDAY, "spark", 12.0),
        ("SECOND", MOMENT, "postgres", 15.0),
        ("SECOND", MOMENT, "snowflake", 15.0),
        ("HOUR", MOMENT, "postgres", 10.0),
    ],
)
def test_a_part_of_a_date_is_counted_as_its_dialect_does(part, moment, dialect, expected):
    assert value(f"EXTRACT({part} FROM {moment})", dialect) == expected


@pytest.mark.parametrize(
    ("logic", "dialect", "part"),
    [
        ("EXTRACT(CENTURY FROM ts)", "postgres", "The part century of a date is not translated"),
        ("EXTRACT(DOW FROM n)", "postgres", "takes a date or a timestamp"),
        ("2 ^ 3 ^ 2", "postgres", "Write the parentheses"),
        ("CAST(amount AS TEXT)", "postgres", "Round it to a whole number"),
        ("CAST(country AS BYTEA)", "postgres", "CAST to"),
        ("ts AT TIME ZONE 'UTC'", "snowflake", "AT TIME ZONE is not translated"),
        ("tags[n]", "postgres", "taken by a whole number"),
        ("tags[0]", "postgres", "taken by a whole number, such as x[1]"),
        ("country ~ '(?=a)'", "postgres", "no look-arounds"),
        ("payload::json->'a b'", "postgres", "plain names and numbers"),
        ("payload #>> '{a b}'", "postgres", "plain names"),
        ("a / b", "postgres", "their types are not known"),
    ],
)
def test_what_has_no_sure_translation_is_refused(logic, dialect, part):
    assert part in reason(logic, dialect)


def test_every_type_that_a_cast_may_name_has_one_of_the_engine_or_is_json():
    assert {kind for name, kind in TARGETS.values() if not name} == {Kind.JSON}


@pytest.mark.parametrize(
    ("logic", "engine_logic"),
    [
        ("payload::jsonb->'device'->>'os'", "JSON_EXTRACT_STRING(payload, '$.device.os')"),
        ("payload::jsonb #>> '{device,os}'", "JSON_EXTRACT_STRING(payload, '$.device.os')"),
        ("payload::json->'tags'->>0", "JSON_EXTRACT_STRING(payload, '$.tags[0]')"),
    ],
)
def test_steps_into_json_are_one_path(logic, engine_logic):
    assert runs(logic, "postgres") == engine_logic
