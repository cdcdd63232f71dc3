"""Both definitions over the same rows: the null rule and the type are executed, not only declared."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from registry.compute.definition import Definition
from registry.compute.engines.feature_sql import NotComputable, Source, parity_select
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.compute.kinds.parity.definition_parity import judge
from registry.compute.sandbox.limits import Limits
from registry.compute.sandbox.run import Job, run
from tests.golden import load

pytestmark = pytest.mark.slow

ROWS = {
    "id": [1, 2, 3, 4, 5, 6],
    "who": ["a", "a", "a", "a", "b", "b"],
    "day": [date(2024, 1, day) for day in (1, 2, 3, 4, 1, 1)],
    "x": [None, 4.0, None, 8.0, 1.0, 3.0],
    'odd "name"': [1, 2, 3, 4, 5, 6],
}
SOURCE = Source(list(ROWS), ["who"], "day", ["id"])


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    path = tmp_path_factory.mktemp("rows") / "rows.parquet"
    pq.write_table(pa.table(ROWS), path)
    return [str(path)]


def computed(rows, logic, rule, data_type="float64", *, against=None, **others):
    definition = Definition(logic, rule, data_type, "t")
    select = parity_select(SOURCE, definition, against or definition, **others)
    ran = run(Job(select.sql, rows, select.columns, Limits()))
    return sorted(ran.table.to_pylist(), key=lambda row: row["key:id"])


BY_HAND = [
    ("x", "none", [None, 4, None, 8, 1, 3], "as it is"),
    ("x", "zero_fill", [0, 4, 0, 8, 1, 3], "nulls are zero"),
    ("x", "forward_fill", [None, 4, 4, 8, 1, 3], "leading nulls stay, the last value is carried within the entity"),
    ("x", "drop", [None, 4, None, 8, 1, 3], "rows with a null have no value"),
    (
        "SUM(x) OVER (PARTITION BY who ORDER BY day, id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)",
        "forward_fill",
        [None, 4, 8, 12, 1, 4],
        "the rule runs before the logic",
    ),
    (
        "SUM(x) OVER (PARTITION BY who ORDER BY day, id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)",
        "drop",
        [None, 4, None, 12, 1, 4],
        "dropped rows are not counted by the frame",
    ),
    ("SUM(x)", "none", [12, 12, 12, 12, 4, 4], "a bare aggregate is taken for each entity"),
    ("SUM(x) / COUNT(*)", "zero_fill", [3, 3, 3, 3, 2, 2], "several of them too"),
    ("COALESCE(x, -1)", "none", [-1, 4, -1, 8, 1, 3], "the logic's own rule"),
    ("MEAN(x) + MAD(x) * 0", "none", [6, 6, 6, 6, 2, 2], "aggregates that only the engine knows by name too"),
    ("SUM(x) FILTER (WHERE id > 2)", "none", [8, 8, 8, 8, 4, 4], "a filtered one too"),
    ("x / SUM(x) OVER (PARTITION BY who)", "zero_fill", [0, 1 / 3, 0, 2 / 3, 0.25, 0.75], "a share of a window"),
    ("SUM(x)", "drop", [None, 12, None, 12, 4, 4], "of the kept rows alone"),
    (
        "COUNT(*) OVER (PARTITION BY who) + x * 0",
        "drop",
        [None, 2, None, 2, 2, 2],
        "kept rows are not counted with others",
    ),
    ("+".join(["x"] * 178), "drop", [None, 712, None, 1424, 178, 534], "as deep as it is accepted"),
    ('"odd ""name""" + 1', "none", [2, 3, 4, 5, 6, 7], "a name with quotes"),
]


@pytest.mark.parametrize(("logic", "rule", "expected", "why"), BY_HAND)
def test_values_computed_by_hand(rows, logic, rule, expected, why):
    assert [row["trained"] for row in computed(rows, logic, rule)] == expected, why


def test_a_dropped_row_is_present_on_one_side_alone(rows):
    rows_by_side = computed(rows, "x", "drop", against=Definition("x", "none", "float64", "t"))
    assert [row["in_trained"] for row in rows_by_side] == [False, True, False, True, True, True]
    assert all(row["in_current"] for row in rows_by_side)


TYPES = [
    ("float32", 0.1, 0.10000000149011612),
    ("float64", 0.1, 0.1),
    ("int64", 2.6, 3),
    ("string", 1.5, "1.5"),
    ("bool", 2, True),
]


@pytest.mark.parametrize(("data_type", "value", "expected"), TYPES)
def test_the_type_is_executed(rows, data_type, value, expected):
    assert computed(rows, f"CAST({value} AS DOUBLE)", "none", data_type)[0]["trained"] == expected


def test_a_tie_in_a_window_s_order_is_said(rows):
    tied = computed(rows, "SUM(x) OVER (PARTITION BY who ORDER BY day ROWS 1 PRECEDING)", "none")
    assert [row["ambiguous"] for row in tied] == [False] * 4 + [True] * 2


TIED = [
    ("ROW_NUMBER() OVER (PARTITION BY who)", "none", [True] * 6, "a place without an order"),
    ("FIRST(x)", "none", [True] * 6, "any of the entity's values"),
    ("SUM(x) OVER (PARTITION BY day ROWS 1 PRECEDING)", "drop", [False] * 4 + [True] * 2, "of kept rows alone"),
    ("LAG(x) OVER (PARTITION BY who ORDER BY x)", "zero_fill", [True, False] * 2 + [False] * 2, "after the null rule"),
]


@pytest.mark.parametrize(("logic", "rule", "expected", "why"), TIED)
def test_a_value_that_chance_decides_is_said(rows, logic, rule, expected, why):
    assert [row["ambiguous"] for row in computed(rows, logic, rule)] == expected, why


def test_columns_may_be_called_as_anything_here_is(tmp_path):
    names = ["rid", "c0", "trained", "current", "ambiguous", "trained_c0", "trained_kept", "in_trained", "source_rows"]
    path = tmp_path / "named.parquet"
    pq.write_table(pa.table({name: [index, None] for index, name in enumerate(names, 1)} | {"key:": [1, 2]}), path)
    source = Source([*names, "key:"], ["key:"], "key:", ["key:"])
    for rule in ("none", "forward_fill", "zero_fill", "drop"):
        sides = [Definition(" + ".join(names), rule, "int64", "t"), Definition("rid", "drop", "int64", "t")]
        select = parity_select(source, *sides)
        ran = run(Job(select.sql, [str(path)], select.columns, Limits()))
        computed = ran.table.sort_by("key:key:").to_pydict()  # its rows come in any order
        assert (computed["key:key:"], computed["trained"][0], computed["current"]) == ([1, 2], 45, [1, None]), rule
        assert computed["trained"][1] == (0 if rule == "zero_fill" else None), rule


UNFIT = [
    (Definition("x", "guess", "float64", "t"), "guess"),
    (Definition("x", "none", "quark", "t"), "quark"),
    (Definition("COUNT(who)", "zero_fill", "int64", "t"), "type string has no zero"),
]


@pytest.mark.parametrize(("definition", "why"), UNFIT)
def test_what_cannot_be_computed_says_what_to_change(definition, why):
    source = SOURCE._replace(types={"who": "string", "x": "double"})
    with pytest.raises(NotComputable, match=why):
        parity_select(source, definition, Definition("x", "zero_fill", "float64", "t"))


@pytest.mark.parametrize(
    "logic",
    [
        "SUM(x) OVER (PARTITION BY who ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)",
        "SUM(x) OVER (PARTITION BY who ORDER BY day, id ROWS 1 PRECEDING)",
        "SUM(x) OVER (PARTITION BY who ORDER BY day)",
        "RANK() OVER (PARTITION BY who ORDER BY day)",
        "SUM(x) OVER (PARTITION BY who)",
    ],
)
def test_an_order_that_ties_do_not_matter_to_is_not(rows, logic):
    assert not any(row["ambiguous"] for row in computed(rows, logic, "none"))


def test_columns_that_differ_by_case_are_refused_when_the_logic_reads_one():
    source = Source(["id", "k", "t", "Amount", "amount", "x"], ["k"], "t", ["id"])
    x, either = (Definition(logic, "none", "float64", "rows") for logic in ("x", '"Amount"'))
    assert parity_select(source, x, x).columns == ("x", "k", "t", "id")
    with pytest.raises(NotComputable, match="The columns Amount and amount differ only by the case"):
        parity_select(source, x, either)


def test_a_slice_comes_along(rows):
    assert {row["slice"] for row in computed(rows, "x", "none", slice_by="who")} == {"a", "b"}


def test_what_the_source_has_not_is_said_before_anything_runs():
    with pytest.raises(NotComputable, match="nosuch"):
        parity_select(SOURCE, Definition("nosuch", "none", "float64", "t"), Definition("x", "none", "float64", "t"))
    with pytest.raises(NotComputable, match="nosuch"):
        parity_select(SOURCE._replace(row_key=["nosuch"]), *[Definition("x", "none", "float64", "t")] * 2)


def test_the_flights_differ_as_they_were_found_to_without_any_sql_engine():
    golden = load("flights")["parity"]
    sides = [Definition(**golden[side], data_type="float64", source_table="flights") for side in ("trained", "serving")]
    source = Source(["tailnum", "time_hour", "flight_id", "arr_delay"], ["tailnum"], "time_hour", ["flight_id"])
    select = parity_select(source, *sides)
    flights = ["platform_site/roof/demo/flights.parquet"]
    ran = run(Job(select.sql, [str(_here(flights[0]))], select.columns, Limits()))
    content, expected = judge(ran.table, ParityParameters()).content, dict(golden["expect"])
    distribution = expected.pop("distribution")
    assert {name: content[name] for name in expected} == pytest.approx(expected, rel=1e-12)
    assert {name: content["distribution"][name] for name in distribution} == pytest.approx(distribution, rel=1e-9)
    assert content["distributions_alarm"] is False


def _here(path):
    from pathlib import Path

    return Path(__file__).parents[4] / path


@pytest.mark.parametrize("logic", ["Amount", '"amount"', "AVG(AMOUNT) OVER (PARTITION BY who)"])
def test_names_that_differ_only_by_case_are_not_computed(logic):
    source = Source([*ROWS, "Amount", "amount"], ["who"], "day", ["id"])
    definition = Definition(logic, "none", "float64", "t")
    with pytest.raises(NotComputable, match="Amount and amount differ only by the case"):
        parity_select(source, definition, definition)


def test_keys_that_differ_only_by_case_are_not_computed():
    definition = Definition("x", "none", "float64", "t")
    with pytest.raises(NotComputable, match="differ only by the case of their names"):
        parity_select(Source([*ROWS, "WHO"], ["who"], "day", ["id"]), definition, definition)
