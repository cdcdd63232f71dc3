"""The form that is fingerprinted: what the engine reads, without how it is spelled."""

from __future__ import annotations

import os
from random import Random

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.compute.sandbox.acceptance.accept import Accepted, accept
from registry.compute.sandbox.acceptance.canonical import canonical_form
from registry.compute.sandbox.acceptance.grammar import FUNCTIONS
from registry.compute.sandbox.acceptance.synonyms import FUNCTION_SYNONYMS, PART_FUNCTIONS, PART_SYNONYMS, TYPE_SYNONYMS
from tests.registry.compute.sandbox.logics import (
    COLUMNS,
    changed,
    disturbed,
    engine_with_rows,
    grown,
    over_rows,
    spelled,
)

ENGINE = engine_with_rows()
ALIASES = ENGINE.execute("SELECT function_name, alias_of FROM duckdb_functions() WHERE alias_of <> ''").fetchall()
X, ONE = ["column", "x"], ["literal", "INTEGER", "1"]
# What is stored is a digest of these: if an engine's new version reads one of them otherwise, stored versions need a migration.
FORMS = [
    ("x", X),
    ('"X y"', ["column", "X y"]),
    ("x + 1", ["call", "+", X, ONE]),
    ("-x * 1.50", ["call", "*", ["call", "-", X], ["literal", "NUMERIC", "1.50"]]),
    ("NOT (x > 1 AND (x < 1 AND TRUE))", [
        "not",
        ["CONJUNCTION_AND", ["COMPARE_GREATERTHAN", X, ONE], ["COMPARE_LESSTHAN", X, ONE], ["literal", "BOOLEAN", "true"]],
    ]),
    ("x IS NOT NULL", ["not", ["OPERATOR_IS_NULL", X]]),
    ("x NOT IN (1)", ["not", ["COMPARE_IN", X, ONE]]),
    ("x BETWEEN 1 AND 1", ["between", X, ONE, ONE]),
    ("CASE WHEN x THEN 1 END", ["case", [[X, ONE]], ["null"]]),
    ("TRY_CAST(x AS INT8)", ["try_cast", X, ["BIGINT"]]),
    ("x - INTERVAL 2 WEEKS", ["call", "-", X, ["interval", 0, 14, 0]]),
    ("INTERVAL '1 month 3 seconds'", ["interval", 1, 0, 3_000_000]),
    ("COALESCE(x, 1)", ["OPERATOR_COALESCE", X, ONE]),
    ("COUNT(DISTINCT x) FILTER (WHERE x)", ["call", "count", X, {"distinct": True, "filter": X}]),
    ("LAG(x) OVER (PARTITION BY x ORDER BY x DESC)", [
        "over",
        ["call", "lag", X],
        {
            "partitions": [X], "orders": [["DESCENDING", "NULLS LAST", X]], "start": "UNBOUNDED_PRECEDING",
            "end": "CURRENT_ROW_RANGE",
        },
    ]),
    ("SUM(x) OVER (ROWS 1 PRECEDING)", [
        "over",
        ["call", "sum", X],
        {"partitions": [], "orders": [], "start_expr": ONE, "start": "EXPR_PRECEDING_ROWS", "end": "CURRENT_ROW_ROWS"},
    ]),
    ("LAST_VALUE(x IGNORE NULLS) OVER (ORDER BY x)", [
        "over",
        ["call", "last_value", X],
        {
            "partitions": [], "orders": [["ASCENDING", "NULLS LAST", X]], "start": "UNBOUNDED_PRECEDING",
            "end": "CURRENT_ROW_RANGE", "ignore_nulls": True,
        },
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "form"), FORMS, ids=[text for text, _ in FORMS])
def test_the_form_of(text, form):
    assert canonical_form(text) == form


@pytest.mark.parametrize("text", ["AVG((", "SELECT 1; SELECT 2", "1 FROM t", "x -- a\r FROM t\n"])
def test_text_that_the_engine_does_not_read_as_one_expression_has_no_form(text):
    assert canonical_form(text) is None


def test_logic_as_deep_as_allowed_has_a_form():
    assert canonical_form(" + ".join(["x"] * 170)) is not None
    assert canonical_form("(" * 35 + "x" + ")" * 35) == X


def _value(expression: str) -> str:
    rows = "(VALUES (TIMESTAMP '2024-02-29 23:59:58.7', 3.7, 2, 'aXa'), (TIMESTAMP '1969-01-01', -2.5, 3, NULL)) r(d, x, k, s)"
    return repr(ENGINE.execute(f"SELECT {expression}, typeof({expression}) FROM {rows}").fetchall())


CALLS = {
    "strings": ("s, 'a'", "s", "s, 1, 2", "s, 2"), "numbers": ("x, k", "x", "x, 0.5", "k", "k, 2"),
    "dates": ("'day', d, d", "'year', d", "d"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "same"), sorted(FUNCTION_SYNONYMS.items()))
def test_a_synonym_is_the_same_function_to_the_engine(name, same):
    targets = {other for pair in ALIASES if same in pair for other in pair}
    if name in targets:
        return
    computed = 0
    for arguments in (arguments for group in CALLS.values() for arguments in group):
        try:
            value = _value(f"{name}({arguments})")
        except duckdb.Error:
            continue
        computed += 1
        assert value == _value(f"{same}({arguments})"), arguments
    assert computed, f"{name} takes none of these arguments, so that nothing was compared"


@pytest.mark.parametrize(("name", "part"), sorted(PART_FUNCTIONS.items()))
def test_a_part_and_its_function_are_the_same(name, part):
    assert name in FUNCTIONS
    assert _value(f"{name}(d)") == _value(f"date_part('{part}', d)")


@pytest.mark.parametrize(("name", "part"), sorted(PART_SYNONYMS.items()))
def test_a_part_is_the_same_in_another_spelling(name, part):
    assert _value(f"date_part('{name}', d)") == _value(f"date_part('{part}', d)")


@pytest.mark.parametrize(("name", "same"), sorted(TYPE_SYNONYMS.items()))
def test_a_type_is_the_same_by_another_name(name, same):
    assert _type(name) == _type(same)


def _type(name: str) -> str:
    ((written,),) = ENGINE.execute(f"SELECT typeof(NULL::{name})").fetchall()
    return written


seeds = st.integers(0, 2**48).map(Random)
EXAMPLES = int(os.environ.get("FINGERPRINT_EXAMPLES", "2000"))  # others on each run
few, many = settings(max_examples=200, deadline=None), settings(max_examples=EXAMPLES, deadline=None)


def every_spelling_has_one_form_and_one_value(random: Random) -> None:
    tree = grown(random)
    first, other = spelled(tree, random), spelled(tree, random)
    form = canonical_form(first)
    assert form is not None
    assert form == canonical_form(other)
    assert over_rows(ENGINE, first) == over_rows(ENGINE, other)


def another_computation_has_another_form(random: Random) -> None:
    tree = grown(random)
    first, other = spelled(tree, random), spelled(changed(tree, random), random)
    if canonical_form(first) == canonical_form(other):
        assert over_rows(ENGINE, first) == over_rows(ENGINE, other)


def whatever_is_accepted_is_run_as_it_is_fingerprinted(random: Random) -> None:
    text = disturbed(spelled(grown(random), random), random).replace("\r\n", "\n")  # as it is stored
    accepted = accept(text, columns=COLUMNS)
    if isinstance(accepted, Accepted):
        run = accepted.tree.sql("duckdb")
        assert canonical_form(text) == canonical_form(run)
        assert over_rows(ENGINE, text) == over_rows(ENGINE, run)


def generated_logic_is_accepted(random: Random) -> None:
    text = spelled(grown(random), random)
    accepted = accept(text, columns=COLUMNS)
    assert isinstance(accepted, Accepted), accepted
    assert over_rows(ENGINE, text) == over_rows(ENGINE, accepted.tree.sql("duckdb"))


LAWS = [
    every_spelling_has_one_form_and_one_value,
    another_computation_has_another_form,
    whatever_is_accepted_is_run_as_it_is_fingerprinted,
    generated_logic_is_accepted,
]


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_laws_of_fingerprints_hold_for_generated_logic(law):
    few(given(seeds)(law))()


@pytest.mark.slow
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_the_laws_of_fingerprints_hold_for_thousands(law):
    many(given(seeds)(law))()
