"""Rows and definitions that engines would compute differently when nobody looks, and how their values agree."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from sqlglot import exp

import platform_site
from registry.compute.definition import Definition
from registry.compute.engines.feature_sql import Source, parity_select, parity_tree
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.compute.kinds.parity.definition_parity import judge
from registry.compute.kinds.report import Report
from tests import golden

NAN, INF = float("nan"), float("inf")
RANDOM = np.random.default_rng(20_130_107)
SIZE = 72
FLIGHTS = Path(platform_site.__file__).parent / "roof" / "demo" / "flights.parquet"


def _any_of(values: list[Any]) -> list[Any]:
    return [values[index] for index in RANDOM.integers(0, len(values), SIZE)]


ROWS = pa.table(
    {
        "id": pa.array(RANDOM.permutation(SIZE), pa.int64()),
        "who": _any_of(["a", "B", "b", "Ä", "it's", "_", None]),
        "moment": pa.array(
            [datetime(2023, 12, 30, 22) + timedelta(hours=int(h)) for h in RANDOM.integers(0, 99, SIZE)]
        ),
        "day": pa.array(_any_of([date(2024, 1, 7), date(2024, 2, 29), date(2023, 12, 31), date(2020, 12, 31), None])),
        "w": pa.array(_any_of([0, 1, 2, -3, 7, 40, None]), pa.int32()),
        "s": pa.array(_any_of([0, 1, -2, None]), pa.int16()),
        "x": pa.array(_any_of([0.0, -0.0, 2.5, -2.5, 3.5, 0.125, -7.75, 1e15, NAN, INF, -INF, None]), pa.float64()),
        "y": pa.array(_any_of([0.5, 1.5, 2.5, -0.5, -1.5, 1.25, None]), pa.float64()),
        "f": pa.array(_any_of([0.5, -1.25, 2.5, NAN, None]), pa.float32()),
        "p": pa.array(_any_of([Decimal("1.10"), Decimal("-2.50"), Decimal("2.50"), None]), pa.decimal128(10, 2)),
        "b": _any_of([True, False, None]),
        "t": _any_of(["a", "B", "", "ä b", "%", None]),
        'It\'s "odd"': pa.array(range(SIZE), pa.int64()),
    }
)
SOURCE = Source(
    ROWS.column_names, ["who"], "moment", ["id"], {field.name: str(field.type) for field in ROWS.schema}
)  # fmt: skip
BY_TIME = "OVER (PARTITION BY who ORDER BY moment, id"
QUOTES = r"""t || 'it''s \n \' || '"b" %s -- \\'"""
LOGICS = [
    ("w", "int64", "as it is"),
    ("w + s * 2 - 1", "int64", "whole numbers"),
    ("w / s", "float64", "a quotient of whole numbers, by zero as well"),
    ("w / 2", "float64", "a half"),
    ("x / y", "float64", "a quotient of floats"),
    ("y / x", "float64", "by zeros of either sign, NaN and infinities"),
    ("x / x", "float64", "nothing by nothing"),
    ("p / 3", "float64", "a quotient of decimals"),
    ("w % 7", "int64", "a remainder, of negative numbers too"),
    ("-x", "float64", "the negative"),
    ("w * 0.5", "float64", "a whole number by a decimal"),
    ("w * 0.5", "int64", "a decimal's half goes away from zero"),
    ("y", "int64", "a float's half goes to the even number"),
    ("CASE WHEN NOT ISNAN(f) THEN f END", "int32", "a float32's half too") ,
    ("p", "int64", "a decimal column"),
    ("p * p + p", "float64", "decimals are exact"),
    ("ROUND(y)", "float64", "a half away from zero"),
    ("ROUND(x)", "float64", "far floats, NaN and infinities"),
    ("ROUND(y / 3, 2)", "float64", "two digits"),
    ("ROUND(p, 1)", "float64", "decimals"),
    ("FLOOR(x) + CEIL(x)", "float64", "far floats, NaN and infinities"),
    ("1 / CEIL(y / 4) + 1 / ROUND(y / 4)", "float64", "zeros that have a sign"),
    ("1 / FLOOR(x)", "float64", "a zero that keeps its sign"),
    ("SQRT(x)", "float64", "of negative numbers"),
    ("LN(x)", "float64", "of zero and of negative numbers"),
    ("ABS(x) + ABS(w)", "float64", "sizes"),
    ("GREATEST(w, y, 0.25)", "float64", "nulls are left out"),
    ("LEAST(x, y)", "float64", "NaN is greater than any number"),
    ("COALESCE(w, y, -1)", "float64", "the first there is"),
    ("NULLIF(w, 0) + IFNULL(s, 5)", "int64", "nulls made and taken"),
    ("x > y", "bool", "NaN in comparisons"),
    ("x = x", "bool", "NaN equals itself"),
    ("x IS NOT DISTINCT FROM y", "bool", "null equals null"),
    ("CASE WHEN x > 0 THEN 1 WHEN b THEN 2.5 END", "float64", "branches of several kinds"),
    ("CASE t WHEN 'a' THEN 1 WHEN '' THEN 0 ELSE 2 END", "int64", "a case of text"),
    ("w BETWEEN 0 AND 2.5 AND NOT b", "bool", "three truth values"),
    ("w IN (1, 2, 7) OR b", "bool", "a list"),
    ("b IS TRUE", "bool", "null is not true"),
    ("b", "int64", "truth as a number"),
    ("b", "float64", "truth as a float"),
    ("x", "bool", "a float as truth"),
    ("w", "string", "a whole number as text"),
    ("b", "string", "truth as text"),
    ("t || '!' || who", "string", "text with null"),
    (QUOTES, "string", "quotes and backslashes"),
    ("LENGTH(t)", "int64", "letters, not bytes"),
    ("t LIKE '%a%'", "bool", "a pattern"),
    ("t < who", "bool", "text by its code points"),
    ("MAX(t)", "string", "the greatest text by its code points"),
    ("x", "float32", "single precision"),
    ("f", "float32", "single precision as it is"),
    ("CAST(f AS DOUBLE) * 3", "float64", "single precision made double"),
    ("SUM(f)", "float64", "sums of single precision"),
    ("ISNAN(x) OR ISINF(x)", "bool", "what is no number"),
    ("ISFINITE(x)", "bool", "and what is"),
    ("YEAR(day) * 10000 + MONTH(day) * 100 + DAY(day)", "int64", "parts of a date"),
    ("HOUR(moment) * 60 + MINUTE(moment) + SECOND(moment)", "int64", "parts of a moment"),
    ("EXTRACT(dow FROM day)", "int64", "Sunday is 0"),
    ("DAYOFWEEK(moment)", "int64", "Sunday is 0 by another name"),
    ("WEEK(day) + QUARTER(day) + DAYOFYEAR(day)", "int64", "weeks of ISO"),
    ("DATE_PART('hour', moment)", "int64", "a part by its name"),
    ("DATE_TRUNC('week', moment)", "timestamp", "Monday"),
    ("DATE_TRUNC('month', day)", "date", "the first of a month"),
    ("moment", "date", "a day"),
    ("day", "timestamp", "midnight"),
    ("moment > TIMESTAMP '2024-01-01 00:00:00'", "bool", "a moment that is written out"),
    ("day = DATE '2024-02-29'", "bool", "a date that is written out"),
    ("AVG(w)", "float64", "the entity's mean"),
    ("MEAN(y)", "float64", "by its other name"),
    ("SUM(w) / COUNT(*)", "float64", "several aggregates"),
    ("SUM(w) FILTER (WHERE s > 0)", "int64", "a filtered one"),
    ("COUNT(*) FILTER (WHERE b)", "int64", "counted where it is true"),
    ("MIN(x) + 0 * COUNT(x)", "float64", "NaN is the greatest"),
    ("MAX(x)", "float64", "NaN is the greatest here too"),
    ("BOOL_OR(b)", "bool", "any"),
    ("BOOL_AND(b)", "bool", "all"),
    (f"AVG(y) {BY_TIME} ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)", "float64", "a moving mean"),
    (f"SUM(w) {BY_TIME} ROWS UNBOUNDED PRECEDING)", "int64", "a running sum"),
    (f"SUM(x) {BY_TIME} ROWS 2 PRECEDING)", "float64", "infinities and NaN in a frame"),
    (f"LAG(w, 1, 0) {BY_TIME})", "int64", "the one before"),
    (f"LEAD(t, 2) {BY_TIME})", "string", "the one after the next"),
    (f"FIRST_VALUE(y) {BY_TIME})", "float64", "the first"),
    (f"NTH_VALUE(y, 2) {BY_TIME} ROWS BETWEEN 3 PRECEDING AND 3 FOLLOWING)", "float64", "the second of a frame"),
    (f"ROW_NUMBER() {BY_TIME}) + RANK() OVER (ORDER BY w DESC)", "int64", "places"),
    ("DENSE_RANK() OVER (ORDER BY x NULLS FIRST)", "int64", "nulls first, NaN last"),
    ("RANK() OVER (ORDER BY t DESC)", "int64", "text in order"),
    ("PERCENT_RANK() OVER (ORDER BY y) + CUME_DIST() OVER (ORDER BY y)", "float64", "shares"),
    ("NTILE(5) OVER (ORDER BY moment, id)", "int64", "fifths"),
    ("SUM(w) OVER (PARTITION BY x)", "int64", "zeros of both signs, NaN and null as parts"),
    ('"It\'s ""odd""" * 2', "int64", "a name with quotes"),
    ("+".join(["w"] * 178), "int64", "as long as it is accepted"),
]  # fmt: skip
# Every null rule over every kind of column, as it is and in a frame.
RULES = ["none", "forward_fill", "zero_fill", "drop"]
FRAME = "LAG({}, 1) OVER (PARTITION BY who ORDER BY moment, id)"
COLUMNS = {
    "w": "int32",
    "s": "int64",
    "x": "float64",
    "y": "float64",
    "f": "float32",
    "p": "float64",
    "b": "bool",
    "t": "string",
    "day": "date",
}
RULED = [
    (column, rule, data_type)
    for column, data_type in COLUMNS.items()
    for rule in RULES
    if not (rule == "zero_fill" and column in ("b", "t", "day"))
]
REFUSED = [
    ("MEDIAN(w)", "float64", "QUANTILE|MEDIAN"),
    ("STDDEV(y)", "float64", "STDDEV"),
    ("w // 2", "int64", "INT DIV"),
    ("y % 2", "float64", "remainder"),
    ("POW(y, 2)", "float64", "POW"),
    ("LOWER(t)", "string", "LOWER"),
    ("TRIM(t)", "string", "TRIM"),
    ("CAST(t AS DOUBLE)", "float64", "CAST of text"),
    ("TRY_CAST(y AS BIGINT)", "int64", "TRY.?CAST"),
    ("y", "string", "CAST of a float64 to TEXT"),
    ("f * 2", "float64", "float32"),
    ("day = '2024-01-01'", "bool", "a date and text"),
    ("day - DATE '2024-01-01'", "int64", "a date"),
    ("DATE_DIFF('day', day, moment)", "int64", "DATE.?DIFF"),
    ("EPOCH(moment)", "int64", "EPOCH"),
    ("ROUND(y, -1)", "float64", "ROUND"),
    ("COUNT(DISTINCT w)", "int64", "DISTINCT"),
    ("ANY_VALUE(w)", "int64", "ANY.?VALUE|IGNORE NULLS"),
    ("SUM(w) OVER (ORDER BY w RANGE BETWEEN 3 PRECEDING AND CURRENT ROW)", "int64", "RANGE"),
    ("t LIKE 'a\\_%'", "bool", "LIKE"),
    ("ISODOW(moment)", "int64", "ISO"),
]


class Case(NamedTuple):
    """Two definitions and how they are held against each other."""

    why: str
    trained: tuple[str, str, str]
    current: tuple[str, str, str]
    parameters: ParityParameters = ParityParameters()

    def definitions(self) -> list[Definition]:
        return [Definition(*parts, "t") for parts in (self.trained, self.current)]


MEAN = f"AVG(y) {BY_TIME} ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)"
CASES = [
    Case("the same", (MEAN, "none", "float64"), (MEAN, "none", "float64")),
    Case("forward fill against zero fill", (MEAN, "forward_fill", "float64"), (MEAN, "zero_fill", "float64")),
    Case("drop against none", (MEAN, "drop", "float64"), (MEAN, "none", "float64")),
    Case("none against drop", ("y", "none", "float64"), ("y", "drop", "float64")),
    Case("drop on both sides", ("y", "drop", "float64"), ("w", "drop", "float64")),
    Case("NaN and infinities", ("x", "none", "float64"), ("x", "forward_fill", "float64")),
    Case("other NaN and infinities", ("x", "zero_fill", "float64"), ("y / x", "none", "float64")),
    Case("infinity against infinity", ("x * 2", "none", "float64"), ("-x", "none", "float64")),
    Case("whole numbers", ("w", "none", "int64"), ("w + s", "zero_fill", "int32")),
    Case("whole numbers that float64 cannot tell apart", ("9007199254740993 + w", "none", "int64"), ("9007199254740993 + w + s", "none", "int64")),
    Case("whole numbers at both ends", ("CASE WHEN s < 0 THEN 9223372036854775807 ELSE w END", "none", "int64"), ("CASE WHEN s < 0 THEN -9223372036854775807 ELSE w END", "none", "int64")),
    Case("whole numbers within a tolerance", ("w", "none", "int64"), ("w + s", "none", "int64"), ParityParameters(atol=1)),
    Case("a whole number against a float", ("w", "none", "int64"), ("w + y", "none", "float64")),
    Case("a float against a whole number", ("x", "none", "float64"), ("w", "none", "int64")),
    Case("a float that has lost a digit", ("9007199254740993 + w", "none", "int64"), ("9007199254740993 + w", "none", "float64")),
    Case("floats exactly", ("y / 3", "none", "float64"), ("y / 3 + 1e-12", "none", "float64"), ParityParameters(rtol=0.0)),
    Case("of two precisions", ("y / 3", "none", "float64"), ("y / 3", "none", "float32")),
    Case("within an absolute tolerance", ("y", "none", "float64"), ("y + 0.25 * s", "none", "float64"), ParityParameters(atol=0.25)),
    Case("within a relative tolerance", ("y", "none", "float64"), ("y + 0.25 * s", "none", "float64"), ParityParameters(rtol=0.5)),
    Case("within the limit", ("y", "none", "float64"), ("y + s", "none", "float64"), ParityParameters(limit=1.0)),
    Case("truth values", ("b", "none", "bool"), ("b", "forward_fill", "bool")),
    Case("text", ("t", "none", "string"), ("who", "none", "string")),
    Case("dates", ("day", "none", "date"), ("moment", "none", "date")),
    Case("moments", ("moment", "none", "timestamp"), ("day", "forward_fill", "timestamp")),
    Case("by a slice of text", (MEAN, "none", "float64"), (MEAN, "zero_fill", "float64"), ParityParameters(slice="t")),
    Case("by a slice of numbers", (MEAN, "none", "float64"), (MEAN, "zero_fill", "float64"), ParityParameters(slice="w")),
    Case("by a slice of days", (MEAN, "none", "float64"), (MEAN, "zero_fill", "float64"), ParityParameters(slice="day")),
    Case("by truth", (MEAN, "none", "float64"), (MEAN, "zero_fill", "float64"), ParityParameters(slice="b")),
    Case("a tie", *[("SUM(1) OVER (PARTITION BY who ORDER BY day ROWS 1 PRECEDING)", "none", "int64")] * 2),
    Case("an aggregate of each entity", ("AVG(w)", "none", "float64"), ("AVG(w)", "zero_fill", "float64")),
    Case("a constant", ("7", "none", "int64"), ("7.5", "none", "float64")),
    Case("all null", ("NULLIF(w, w)", "none", "int64"), ("NULLIF(w, w)", "none", "int64")),
    Case("null against a number", ("NULLIF(w, w)", "none", "float64"), ("y", "none", "float64")),
    Case("the edges of float64", ("CASE WHEN s < 0 THEN -1 WHEN s > 0 THEN 1 ELSE 0 END * 1.7e308", "none", "float64"), ("CASE WHEN s < 0 THEN -1 WHEN s > 0 THEN 1 ELSE 0 END * -1.7e308", "none", "float64")),
    Case("beneath the normal numbers", ("1e-310 * y", "none", "float64"), ("1e-310 * y + 1e-315", "none", "float64"), ParityParameters(rtol=1e-5)),
    Case("a name with quotes", ('"It\'s ""odd"""', "none", "int64"), ('"It\'s ""odd""" + s', "none", "int64")),
]  # fmt: skip


def computed_here(
    rows: pa.Table, source: Source, trained: Definition, current: Definition, slice_by: str = ""
) -> pa.Table:
    """What DuckDB computes, which the engines are held to, in the order of the data."""
    select = parity_select(source, trained, current, slice_by=slice_by).sql
    order = ", ".join(f'"{name}"' for name in ("at", *(f"key:{key}" for key in source.row_key)))
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("source_rows", rows)
        return connection.sql(f"SELECT * FROM ({select}) ORDER BY {order}").to_arrow_table()


def judged_here(
    rows: pa.Table, source: Source, trained: Definition, current: Definition, parameters: ParityParameters
) -> Report:
    """The report that the engines' are held to."""
    return judge(computed_here(rows, source, trained, current, parameters.slice), parameters)


def assert_same_values(actual: list[Any], expected: list[Any]) -> None:
    """Equal, NaN to NaN, float64 within 1e-9."""
    assert [type(value) if value is None else 0 for value in actual] == [
        type(value) if value is None else 0 for value in expected
    ]
    for value_here, other in zip(actual, expected, strict=True):
        if isinstance(other, float) and not math.isnan(other):
            assert value_here == pytest.approx(other, rel=1e-9, abs=0)
        elif isinstance(other, float):
            assert math.isnan(value_here)
        else:
            assert value_here == other


def assert_same_rows(engine: Any, table: exp.Table, *sides: Definition) -> None:
    """The rows that the engine computes are those that are computed here, in their order."""
    tree = parity_tree(SOURCE, *sides, dialect=engine.dialect, table=table)
    query = tree.query.order_by(*(exp.column(exp.to_identifier(name, quoted=True)) for name in tree.order))
    rows, expected = engine.run(query.sql(engine.dialect)), computed_here(ROWS, SOURCE, *sides)
    for index, name in enumerate(expected.column_names):
        assert_same_values([row[index] for row in rows], expected[name].to_pylist())


INEXACT = {"mean_abs_difference", "ks_p", "psi", "jensen_shannon", "wasserstein", "wasserstein_normed", "value"}
INEXACT |= {"chi_square", "chi_square_p", "cramers_v", "l_infinity"}


def assert_same_report(actual: Report, expected: Report) -> None:
    """Every word and count equal, what is added up within 1e-9; the places of the worst rows are left out."""
    assert (actual.outcome, actual.summary, actual.rows) == (expected.outcome, expected.summary, expected.rows)
    assert actual.content["worst"] == []
    assert_same(actual.content | {"worst": 0, "silence": ""}, expected.content | {"worst": 0, "silence": ""}, "content")
    assert actual.differing == expected.differing


def assert_same(actual: Any, expected: Any, where: str) -> None:
    if isinstance(expected, dict):
        assert actual.keys() == expected.keys(), where
        for name, value in expected.items():
            assert_same(actual[name], value, f"{where}.{name}")
    elif isinstance(expected, list):
        assert len(actual) == len(expected), where
        for index, value in enumerate(expected):
            assert_same(actual[index], value, f"{where}[{index}]")
    elif isinstance(expected, float) and where.split(".")[-1] in INEXACT:
        assert actual == pytest.approx(expected, rel=1e-9, abs=1e-12), where
    else:
        assert actual == expected, where


class Flights(NamedTuple):
    """The worked case: its rows, its definitions and what was found without any SQL engine."""

    rows: pa.Table
    source: Source
    definitions: list[Definition]
    expected: dict[str, Any]

    @classmethod
    def load(cls) -> Flights:
        worked = golden.load("flights")["parity"]
        columns = ["tailnum", "time_hour", "flight_id", "arr_delay"]
        rows = parquet.read_table(FLIGHTS, columns=columns)
        types = {field.name: str(field.type) for field in rows.schema}
        sides = [
            Definition(**worked[side], data_type="float64", source_table="flights") for side in ("trained", "serving")
        ]
        source = Source(columns, ["tailnum"], "time_hour", ["flight_id"], types)
        return cls(rows, source, sides, worked["expect"])

    def assert_found(self, report: Report) -> None:
        expected = dict(self.expected)
        distribution = expected.pop("distribution")
        content = report.content
        assert {name: content[name] for name in expected} == pytest.approx(expected, rel=1e-12)
        assert {name: content["distribution"][name] for name in distribution} == pytest.approx(distribution, rel=1e-9)
