"""Windows that the sandbox computes itself are those that DuckDB computes; what could differ is DuckDB's to compute."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.compute.definition import Definition
from registry.compute.engines.feature_sql import Source, parity_select
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.compute.kinds.parity.definition_parity import judge
from registry.compute.sandbox.confined import array_windows, window_frames

pytestmark = pytest.mark.slow

EACH = "(PARTITION BY who ORDER BY moment, id"
ROWS_6 = f"OVER {EACH} ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)"
RULES = ("none", "forward_fill", "zero_fill", "drop")
SIZE = 400


def rows_of(random: np.random.Generator, *, ordered: bool, size: int = SIZE) -> pa.Table:
    """Quarters, whose sums are exact in any order; some moments tied; entities of one row and of many."""
    moments = random.integers(0, 40, size)
    moments = np.sort(moments) if ordered else moments
    ids = np.arange(size) if ordered else random.permutation(size)
    who = np.minimum(random.geometric(0.1, size), 30)
    null = lambda share: random.random(size) < share  # noqa: E731
    return pa.table(
        {
            "id": pa.array(ids, pa.int64()),
            "who": pa.array([f"w{row}" for row in who]),
            "moment": pa.array([datetime(2024, 1, 1) + timedelta(minutes=int(moment)) for moment in moments]),
            "x": pa.array(random.integers(-20, 40, size) / 4, mask=null(0.2)),
            "y": pa.array(random.integers(1, 40, size) / 4),
            "w": pa.array(random.integers(-9, 40, size).astype("i4"), mask=null(0.3)),
            "u": pa.array(random.integers(0, 200, size).astype("u1"), mask=null(0.3)),
            "f": pa.array((random.integers(0, 40, size) / 4).astype("f4"), mask=null(0.3)),
            "t": pa.array([str(integer) for integer in random.integers(0, 9, size)], mask=null(0.5)),
        }
    )


ROWS = [rows_of(np.random.default_rng(7), ordered=ordered) for ordered in (True, False)]


def source_of(rows: pa.Table, entity=("who",), time="moment", key=("id",)) -> Source:
    return Source(rows.column_names, list(entity), time, list(key), {row.name: str(row.type) for row in rows.schema})


ENGINE = duckdb.connect()


def by_the_engine(rows: pa.Table, select) -> pa.Table:
    with ENGINE.cursor() as engine:
        engine.register("source_rows", rows)
        return engine.sql(select.sql).to_arrow_table()


def by_arrays(rows: pa.Table, select) -> pa.Table:
    with ENGINE.cursor() as engine:
        table = array_windows.compute_windows(rows.select(select.columns), select.windows)
        result = array_windows.select_over(engine, table, select.windows, lock=lambda engine: None).read_all()
        engine.execute("DROP VIEW IF EXISTS computed_rows")
        return result


def assert_the_same(rows: pa.Table, source: Source, *sides: Definition) -> tuple[pa.Table, pa.Table]:
    """Both ways give the same rows and types; a value that chance decides may be any. The rows of either."""
    rows = rows.append_column("n", pa.array(np.arange(rows.num_rows)))
    source = source._replace(columns=rows.column_names)
    select = parity_select(source, *sides, slice_by="n")
    expected, result = (way(rows, select).sort_by("slice") for way in (by_the_engine, by_arrays))
    assert result.schema == expected.schema
    certain = np.logical_not(expected["ambiguous"].to_numpy())
    for name in result.column_names:
        if name not in ("trained", "current"):
            assert result[name].equals(expected[name]), name
            continue
        first, other = (column.filter(pa.array(certain)) for column in (result[name], expected[name]))
        assert first.is_null().equals(other.is_null()), name
        if pa.types.is_floating(first.type):
            np.testing.assert_allclose(first.drop_null(), other.drop_null(), rtol=1e-12)
        else:
            assert first.equals(other), name
    return result, expected


LOGICS = [
    (f"AVG(x) {ROWS_6}", "float64", "a moving mean"),
    (f"SUM(x) {ROWS_6}", "float64", "a moving sum"),
    (f"COUNT(x) {ROWS_6}", "int64", "a count of values"),
    (f"COUNT(*) {ROWS_6}", "int64", "a count of rows"),
    (f"COUNT(t) {ROWS_6}", "int64", "a count of texts"),
    (f"MIN(x) {ROWS_6}", "float64", "the least"),
    (f"MAX(x) {ROWS_6}", "float64", "the greatest"),
    (f"SUM(w) {ROWS_6}", "int64", "a sum of whole numbers"),
    (f"SUM(w) {ROWS_6} * 9000000000000000000", "float64", "a sum of whole numbers is wider than they are"),
    (f"AVG(w) {ROWS_6}", "float64", "a mean of whole numbers"),
    (f"MAX(u) {ROWS_6}", "int64", "the greatest of bytes without a sign"),
    (f"MIN(w) {ROWS_6}", "int32", "the least of whole numbers"),
    (f"SUM(u) {ROWS_6}", "int64", "a sum beyond a byte"),
    (f"AVG(f) {ROWS_6}", "float64", "single precision, added up in double"),
    (f"MAX(f) {ROWS_6}", "float32", "single precision as it is"),
    (f"AVG(x) OVER {EACH} ROWS 2 PRECEDING)", "float64", "a frame in short"),
    (f"AVG(x) OVER {EACH} ROWS BETWEEN 7 PRECEDING AND 1 PRECEDING)", "float64", "without the row itself"),
    (f"COUNT(*) OVER {EACH} ROWS BETWEEN 7 PRECEDING AND 3 PRECEDING)", "int64", "rows that are some back"),
    (f"SUM(w) OVER {EACH} ROWS BETWEEN 4 PRECEDING AND 4 PRECEDING)", "int64", "one row"),
    (f"AVG(x) OVER {EACH} ROWS BETWEEN CURRENT ROW AND CURRENT ROW)", "float64", "the row alone"),
    (f"SUM(x) OVER {EACH} ROWS UNBOUNDED PRECEDING)", "float64", "a running sum"),
    (f"MIN(w) OVER {EACH} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)", "int64", "the least before"),
    (f"COUNT(x) OVER {EACH} ROWS UNBOUNDED PRECEDING)", "int64", "a running count"),
    (f"MAX(x) OVER {EACH} ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)", "float64", "of all, in order"),
    (f"AVG(COALESCE(x, 0)) {ROWS_6}", "float64", "a mean with zeros for nulls"),
    (f"LAG(COALESCE(u, 0), 2) OVER {EACH})", "int64", "a neighbour with zeros for nulls"),
    ("AVG(x)", "float64", "the entity's own mean"),
    ("SUM(w) / COUNT(*)", "float64", "two of the entity"),
    ("MIN(x) + MAX(x) + COUNT(x)", "float64", "three of the entity"),
    ("x / SUM(y) OVER (PARTITION BY who)", "float64", "a share of the entity"),
    (f"LAG(x) OVER {EACH})", "float64", "the one before"),
    (f"LAG(w, 3) OVER {EACH})", "int32", "the third before"),
    (f"LAG(u, 0) OVER {EACH})", "int32", "the row's own"),
    (f"LEAD(x, 2) OVER {EACH})", "float64", "the second after"),
    (f"LEAD(x, 500) OVER {EACH})", "float64", "further than there are rows"),
    (f"FIRST_VALUE(x) OVER {EACH})", "float64", "the first"),
    (f"FIRST_VALUE(w) OVER {EACH} ROWS 3 PRECEDING)", "int64", "the first of a frame"),
    (f"ROW_NUMBER() OVER {EACH})", "int64", "the row's number"),
    (f"x - LAG(x) OVER {EACH})", "float64", "beside the prepared column itself"),
    (f"CASE WHEN AVG(x) {ROWS_6} > 3 THEN x ELSE w END", "float64", "what is around stays SQL"),
    (f"AVG(x) {ROWS_6} * 2 + y", "float64", "a column that is never null"),
    (f"AVG(x) {ROWS_6}", "float32", "another type"),
    (f"AVG(x) {ROWS_6}", "string", "text of it"),
    (f"SUM(w) {ROWS_6} / SUM(u) {ROWS_6}", "float64", "a quotient of sums, and nothing by nothing"),
]  # fmt: skip


@pytest.mark.parametrize("rules", [("none", "forward_fill"), ("zero_fill", "drop")], ids="+".join)
@pytest.mark.parametrize(("logic", "data_type", "why"), LOGICS, ids=[why for *_, why in LOGICS])
def test_both_ways_compute_the_same(monkeypatch, logic, data_type, why, rules):
    rules = ["none" if "(t)" in logic and rule == "zero_fill" else rule for rule in rules]  # text has no zero
    monkeypatch.setattr(array_windows, "ROWS_AT_ONCE", 64)
    for rows in ROWS:
        assert_the_same(rows, source_of(rows), *(Definition(logic, rule, data_type, "t") for rule in rules))


def changed(**columns) -> pa.Table:
    rows = ROWS[1]
    for name, values in columns.items():
        rows = rows.set_column(rows.column_names.index(name), name, values)
    return rows


RANDOM = np.random.default_rng(11)
FAR = np.iinfo(np.int64)
MINUTES = ROWS[1]["moment"].cast(pa.int64()).to_numpy() // 60_000_000
LAYOUTS = [
    (changed(who=pa.array(RANDOM.integers(-5, 25, SIZE))), {}, "entities of whole numbers, some negative"),
    (changed(who=pa.array(RANDOM.choice([FAR.min, -1, 0, FAR.max], SIZE))), {}, "as far apart as there are"),
    (changed(who=pa.array(RANDOM.integers(0, 25, SIZE).astype("u8") << 59)), {}, "without a sign"),
    (changed(who=pa.array(np.arange(SIZE))), {}, "entities of one row"),
    (changed(who=pa.array(np.zeros(SIZE, dtype=np.int8))), {}, "one entity"),
    (changed(id=pa.array(RANDOM.integers(FAR.min, FAR.max, SIZE))), {}, "far keys"),
    (changed(moment=pa.array(MINUTES.astype("i4"), pa.date32())), {}, "days"),
    (changed(moment=pa.array(MINUTES)), {}, "moments that are numbers"),
    (changed(moment=pa.array(MINUTES * 10**9, pa.timestamp("ns"))), {}, "moments to the nanosecond"),
    (changed(moment=pa.array(MINUTES * 10**6, pa.timestamp("us", "UTC"))), {}, "moments of a zone"),
    (ROWS[1], {"entity": ("who", "u2")}, "entities of two columns"),
    (changed(who=pa.array(ROWS[1]["who"].to_pylist(), mask=RANDOM.random(SIZE) < 0.2)), {}, "an entity that is null"),
    (ROWS[1], {"entity": ("w",)}, "whole numbers, some null"),
    (ROWS[1], {"entity": ("u", "t")}, "columns that both have nulls"),
    (ROWS[1], {"key": ("u2", "id")}, "a key of two columns"),
    (ROWS[1], {"entity": ("u2",), "key": ("u2", "moment", "id")}, "a key with the entity and the moment in it"),
    (pa.concat_tables([ROWS[1].slice(at, 50) for at in range(0, SIZE, 50)]), {}, "many chunks"),
    (ROWS[1].slice(7, 1), {}, "a row"),
]


@pytest.mark.parametrize(("rows", "key", "why"), LAYOUTS, ids=[why for *_, why in LAYOUTS])
def test_both_ways_order_the_rows_the_same(rows, key, why):
    rows = rows.append_column("u2", pa.array(np.arange(rows.num_rows) % 3))
    apart = ", ".join(key.get("entity", ["who"]))
    by = ", ".join(dict.fromkeys(["moment", *key.get("key", ["id"])]))
    mean = f"AVG(x) OVER (PARTITION BY {apart} ORDER BY {by} ROWS 6 PRECEDING)"
    sides = [Definition(mean, rule, "float64", "t") for rule in ("forward_fill", "drop")]
    assert_the_same(rows, source_of(rows, **key), *sides)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    "rows", [*ROWS, changed(id=pa.array(np.arange(SIZE) % 2))], ids=["in order", "not", "a poor key"]
)
def test_rows_that_tie_are_counted_as_the_engine_counts_them(rows, rule):
    for by in ("moment", "moment, id"):
        definition = Definition(f"AVG(x) OVER (PARTITION BY who ORDER BY {by} ROWS 3 PRECEDING)", rule, "float64", "t")
        other = Definition("ROW_NUMBER() OVER (PARTITION BY who ORDER BY moment, id)", "drop", "int64", "t")
        rows = rows.append_column("n", pa.array(np.arange(SIZE))) if "n" not in rows.column_names else rows
        select = parity_select(source_of(rows), definition, other, slice_by="n")
        values = [way(rows, select).sort_by("slice")["ambiguous"] for way in (by_the_engine, by_arrays)]
        assert values[0].equals(values[1])


UNSAID = [
    (changed(x=pa.array([float("nan"), *([1.0] * (SIZE - 1))])), "NaN", "NaN"),
    (changed(x=pa.array([float("-inf"), *([1.0] * (SIZE - 1))])), "infinities", "an infinity"),
    (changed(x=pa.array([1e300] * SIZE)), "near them", "what sums leave float64 with"),
    (changed(w=pa.array([2**52] * SIZE)), "float64 cannot hold", "whole numbers that float64 does not hold"),
    (changed(w=pa.array([2**64 - 1] * SIZE, pa.uint64())), "float64 cannot hold", "the largest there are"),
    (changed(moment=pa.array([None, *[datetime(2024, 1, 1)] * (SIZE - 1)])), "null", "no moment"),
    (changed(who=pa.array(np.ones(SIZE))), "entity", "an entity that is a float"),
    (changed(x=pa.array([-0.0, 0.0] * (SIZE // 2))), "two zeros", "zeros of both signs"),
    (changed(id=pa.array([str(number) for number in range(SIZE)])), "at the same time", "a key of text where rows tie"),
    (ROWS[1].slice(0, 0), "no row", "nothing"),
    (changed(x=pa.array([1] * SIZE, pa.decimal128(10, 2))), "not numbers", "decimals"),
]


@pytest.mark.parametrize(("rows", "why", "what"), UNSAID, ids=[what for *_, what in UNSAID])
def test_rows_that_may_come_to_something_else_are_left_to_the_engine(rows, why, what):
    logic = f"SUM(x) {ROWS_6} + SUM(w) {ROWS_6} + MIN(x) {ROWS_6}"
    source = source_of(rows)._replace(types={})
    select = parity_select(source, *[Definition(logic, "none", "float64", "t")] * 2)
    with pytest.raises(array_windows.NeedsEngine, match=why):
        array_windows.compute_windows(rows.select(select.columns), select.windows)


def test_an_entity_of_very_many_rows_is_left_to_the_engine(monkeypatch):
    monkeypatch.setattr(array_windows, "MOST_OF_AN_ENTITY", 10)
    select = parity_select(source_of(ROWS[0]), *[Definition(f"AVG(x) {ROWS_6}", "none", "float64", "t")] * 2)
    with pytest.raises(array_windows.NeedsEngine, match="very many rows"):
        array_windows.compute_windows(ROWS[0].select(select.columns), select.windows)


def test_a_running_window_of_a_long_entity_comes_to_the_same(monkeypatch):
    monkeypatch.setattr(window_frames, "LONG", 5)
    sides = [
        Definition(f"{function}(w) OVER {EACH} ROWS UNBOUNDED PRECEDING)", "forward_fill", "float64", "t")
        for function in ("AVG", "MIN")
    ]
    assert_the_same(ROWS[1], source_of(ROWS[1]), *sides)


def test_a_sum_of_negative_zeros_is_zero_as_it_is_to_the_engine():
    rows = changed(x=pa.array([-0.0] * SIZE))
    sides = [Definition(f"1 / {function}(x) {ROWS_6}", "none", "float64", "t") for function in ("SUM", "AVG")]
    result, _ = assert_the_same(rows, source_of(rows), *sides)
    assert set(result["trained"].to_pylist()) == {float("inf")}


def test_a_key_of_text_needs_no_order_where_no_two_rows_tie():
    rows = changed(
        id=pa.array([f"k{row}" for row in RANDOM.permutation(SIZE)]),
        moment=pa.array(RANDOM.permutation(SIZE).astype("i4"), pa.date32()),
    )
    mean = Definition(f"AVG(x) {ROWS_6}", "forward_fill", "float64", "t")
    assert_the_same(rows, source_of(rows), mean, mean)


VALUES = st.one_of(st.none(), st.integers(-40, 40).map(lambda quarter: quarter / 4))
FRAMES = st.integers(0, 5).flatmap(lambda last: st.tuples(st.integers(last, 9), st.just(last)))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9), VALUES, VALUES), min_size=1, max_size=60),
    st.sampled_from(["AVG", "SUM", "COUNT", "MIN", "MAX"]),
    FRAMES,
    st.sampled_from(RULES),
    st.sampled_from(RULES),
    st.integers(1, 9),
)
def test_any_rows_give_the_same_either_way(drawn, function, frame, rule, other_rule, at_once):
    who, moment, x, y = zip(*drawn, strict=True)
    rows = pa.table(
        {
            "id": list(range(len(drawn))),
            "who": pa.array(who, pa.int16()),
            "moment": [date(2024, 1, 1) + timedelta(days=row) for row in moment],
            "x": pa.array(x, pa.float64()),
            "y": pa.array(y, pa.float64()),
        }
    )
    over = f"OVER {EACH} ROWS BETWEEN {frame[0]} PRECEDING AND {frame[1]} PRECEDING)"
    definition = Definition(f"{function}(x) {over} + COALESCE(y, 1)", rule, "float64", "t")
    other = Definition(f"{function}(x) {over}", other_rule, "float64", "t")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(array_windows, "ROWS_AT_ONCE", at_once)
        values = [
            judge(table, ParityParameters()) for table in assert_the_same(rows, source_of(rows), definition, other)
        ]
    assert values[0] == values[1]
