"""What the engine could never compute is said at once: the function or operator, the operands, their types."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot

from registry.compute.sandbox.acceptance.accept import Accepted, accept
from registry.compute.sandbox.outcomes import SandboxFailure
from registry.compute.sandbox.value_types import binding, engine_answers
from registry.compute.sandbox.value_types.binding import Bound, Logic, bind

TYPES = {
    "id": "BIGINT", "customer_id": "BIGINT", "amount": "DOUBLE", "country": "VARCHAR", "date": "DATE", "ts": "TIMESTAMP",
    "p": "BOOLEAN", "tags": "VARCHAR[]",
}  # fmt: skip
OVER = "OVER (PARTITION BY customer_id)"
NEVER = [
    (f"SUM(country) {OVER}", "SUM takes numbers; country is text."),
    ("country + 1", "+ cannot combine country (text) with 1 (a whole number). Cast one of them."),
    ("LOWER(amount)", "LOWER takes text; amount is a float64."),
    ("ROUND(country)", "ROUND takes numbers; country is text."),
    ("-country", "- takes numbers or intervals; country is text."),
    ("date + country", "+ cannot combine date (a date) with country (text). Cast one of them."),
    ("amount > country", "> cannot compare amount (a float64) with country (text). Cast one of them."),
    ("amount LIKE 'a%'", "LIKE cannot combine amount (a float64) with 'a%' (text). Cast one of them."),
    ("CAST(amount AS DECIMAL(99, 1))", "CAST(amount AS DECIMAL(99, 1)) can never be computed: DECIMAL type width must be between 1 and 38."),
    ("NTILE(0) OVER (ORDER BY id)", "NTILE(0) OVER (ORDER BY id) can never be computed: Argument for ntile must be greater than zero."),
    ("CAST(date AS INTEGER)", "date is a date, which can never be cast to INT."),
    ("CAST('abc' AS BIGINT)", "CAST('abc' AS BIGINT) can never be computed: Could not convert string 'abc' to INT64."),
    ("CASE WHEN p THEN amount ELSE country END", "CASE mixes text and a float64. Cast them to one type."),
    ("COALESCE(amount, country)", "COALESCE mixes a float64 and text. Cast them to one type."),
    ("GREATEST(amount, country)", "GREATEST mixes a float64 and text. Cast them to one type."),
    ("amount IN ('a')", "amount IN ('a') can never be computed: Could not convert string 'a' to DOUBLE."),
    ("date_diff('day', date, country)", "DATE_DIFF takes dates and timestamps or times of day; country is text."),
    ("YEAR(country)", "YEAR takes dates and timestamps or intervals; country is text."),
    (
        "AVG(amount) OVER (ORDER BY country RANGE BETWEEN INTERVAL 7 DAY PRECEDING AND CURRENT ROW)",
        "The frame's RANGE counts in an interval, but ORDER BY gives text. Use ROWS, or order by a matching type.",
    ),
    (f"1 + SUM(LOWER(amount)) {OVER}", "LOWER takes text; amount is a float64."),
    (f"SUM(amount) {OVER} / ROUND(country)", "ROUND takes numbers; country is text."),
    (f"SUM(amount) FILTER (WHERE LOWER(id) = 'a') {OVER}", "LOWER takes text; id is a whole number."),
]  # fmt: skip
COMPUTABLE = [
    ("amount", "DOUBLE"),
    (f"AVG(amount) {OVER}", "DOUBLE"),
    (
        f"AVG(amount) {OVER.replace(')', ' ORDER BY date RANGE BETWEEN INTERVAL 7 DAY PRECEDING AND CURRENT ROW)')}",
        "DOUBLE",
    ),
    ("LAG(amount, 1, 0) OVER (ORDER BY id)", "DOUBLE"),
    ("LAST_VALUE(country IGNORE NULLS) OVER (ORDER BY id)", "VARCHAR"),
    ("CAST(country AS BIGINT)", "BIGINT"),
    ("TRY_CAST(country AS DATE)", "DATE"),
    ("date - INTERVAL 7 DAY", "TIMESTAMP"),
    ("date > '2024-01-01'", "BOOLEAN"),
    ("amount / NULLIF(id, 0)", "DOUBLE"),
    ("LN(COALESCE(amount, 0))", "DOUBLE"),
    ("1", "INTEGER"),
]


def _bound(*texts: str) -> list[Bound]:
    logics = []
    for text in texts:
        accepted = accept(text, columns=list(TYPES))
        assert isinstance(accepted, Accepted), accepted
        logics.append(Logic(accepted.tree, {name: TYPES[name] for name in accepted.columns}))
    return bind(logics)


@pytest.fixture(scope="module")
def never():
    """All at once, as a call with many definitions binds them."""
    return dict(zip([text for text, _ in NEVER], _bound(*(text for text, _ in NEVER)), strict=True))


@pytest.mark.parametrize(("text", "sentence"), NEVER, ids=[text for text, _ in NEVER])
def test_what_can_never_be_computed_is_said_in_a_sentence(never, text, sentence):
    assert [fault.message for fault in never[text].faults] == [sentence]
    assert {fault.code for fault in never[text].faults} == {"types"}


def test_what_can_be_computed_has_its_type():
    bound = _bound(*(text for text, _ in COMPUTABLE))
    assert bound == [Bound(kind) for _, kind in COMPUTABLE]


def test_a_value_that_the_data_decides_is_no_fault():
    """The row of nulls fails where the text is 'none', other rows may not."""
    assert _bound("CAST(COALESCE(country, 'none') AS BIGINT)") == [Bound("")]


def test_one_among_many_is_found():
    first, wrong, last = _bound("amount + 1", "LOWER(amount)", "amount")
    assert (first.type, wrong.type, last.type) == ("DOUBLE", "", "DOUBLE")
    assert wrong.faults


def test_tables_whose_columns_differ_in_type_are_kept_apart():
    trees = [accept(text, columns=["x"]).tree for text in ("x + 1", "LOWER(x)", "x || 'a'")]
    kinds = [{"x": "BIGINT"}, {"x": "VARCHAR"}, {"x": "VARCHAR"}]
    assert [bound.type for bound in bind([Logic(*pair) for pair in zip(trees, kinds, strict=True)])] == [
        "BIGINT",
        "VARCHAR",
        "VARCHAR",
    ]


def test_a_long_part_is_cut():
    [bound] = _bound(f"LOWER({' + '.join(['amount'] * 60)})")
    assert "…" in bound.faults[0].message
    assert len(bound.faults[0].message) < 300


def test_a_logic_is_bound_once_over_columns_of_the_same_types(monkeypatch):
    monkeypatch.setattr(binding, "REMEMBERED", {})
    logic = Logic(sqlglot.parse_one("LOWER(amount)", dialect="duckdb"), {"amount": "DOUBLE"})
    (first,) = bind([logic])
    monkeypatch.setattr(engine_answers, "CHILD", Path("/nowhere/at/all.py"))
    assert bind([logic, logic]) == [first, first]
    with pytest.raises(SandboxFailure):
        bind([logic._replace(types={"amount": "VARCHAR"})])
