"""Templates, rows and refusals of the translator, with a dialect of two functions."""

from __future__ import annotations

import pytest
from sqlglot import exp, parse_one

from registry.compute.dialects.forms import FORMS
from registry.compute.dialects.kinds import Kind
from registry.compute.dialects.nodes import RULES
from registry.compute.dialects.translator import (
    AMBIGUOUS,
    APPROXIMATE,
    CLOCK,
    LETTERS,
    Dialect,
    Refusal,
    Row,
    Translator,
    over_aggregates,
    written,
)
from registry.compute.sandbox.acceptance.as_written import AsWritten

TABLE = {
    "twice": [Row(("number",), ":a * 2", None), Row(("text",), "repeat(:a, 2)", Kind.TEXT)],
    "joined": [Row(("value…",), "concat(:all)", Kind.TEXT)],
    "shifted": [Row(("moment", "count"), "date_add(:a, :b)", Kind.DATE)],
}
KINDS = {"n": Kind.INT, "word": Kind.TEXT, "day": Kind.DATE, "flag": Kind.TRUTH}


def parsed(sql: str) -> exp.Expr:
    return parse_one(sql, dialect=AsWritten)


def translator() -> Translator:
    return Translator(Dialect("spark", TABLE, RULES, FORMS), KINDS)


def call(name: str, *arguments: str) -> tuple[str, Kind]:
    typed = translator().call(name, [parsed(argument) for argument in arguments])
    return typed.tree.sql(dialect=AsWritten).lower(), typed.kind


@pytest.mark.parametrize(
    ("template", "parts", "sql"),
    [
        (":a + :b", ["n", "1"], "n + 1"),
        (":a * :b", ["n + 1", "2"], "(n + 1) * 2"),
        (":a * :a", ["n - 1"], "(n - 1) * (n - 1)"),
        ("abs(:a)", ["n + 1"], "ABS(n + 1)"),
        ("greatest(:all)", ["a", "b", "c"], "GREATEST(a, b, c)"),
        (":a", ["n + 1"], "n + 1"),
        ("-:a", ["abs(n)"], "-ABS(n)"),
    ],
)
def test_a_template_takes_its_arguments_in_parentheses_where_they_are_needed(template, parts, sql):
    assert written(template, [parsed(part) for part in parts]).sql("duckdb") == sql


def test_of_more_arguments_than_letters_nothing_is_written():
    with pytest.raises(Refusal, match=f"At most {len(LETTERS)} arguments"):
        written("greatest(:all)", [parsed("n")] * (len(LETTERS) + 1))


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("twice", ["n"], ("n * 2", Kind.INT)),
        ("twice", ["1.5"], ("1.5 * 2", Kind.DECIMAL)),
        ("twice", ["word"], ("repeat(word, 2)", Kind.TEXT)),
        ("twice", ["twice(n)"], ("(n * 2) * 2", Kind.INT)),  # the kind of the inner call decides
        ("joined", ["n", "word", "1"], ("concat(n, word, 1)", Kind.TEXT)),
        ("shifted", ["day", "3"], ("date_add(day, 3)", Kind.DATE)),
    ],
)
def test_the_first_row_that_fits_is_taken(name, arguments, expected):
    assert call(name, *arguments) == expected


@pytest.mark.parametrize(
    ("name", "arguments", "part"),
    [
        ("twice", ["flag"], "twice of Spark is translated as twice(number) or twice(text)"),
        ("twice", ["n", "n"], "is translated as twice(number) or twice(text)"),
        ("shifted", ["day", "-1"], "is translated as shifted(moment, count)"),
        ("twyce", ["n"], "Did you mean twice?"),
        ("unheard_of", [], "docs/dialects.md lists the functions that are."),
        (sorted(CLOCK)[0], [], "gives a different value each time"),
        (sorted(APPROXIMATE)[0], ["n"], "is an approximation"),
        (sorted(AMBIGUOUS)[0], ["n"], "Write"),
    ],
)
def test_what_is_not_translated_says_what_to_write(name, arguments, part):
    with pytest.raises(Refusal) as refused:
        call(name, *arguments)
    assert part in str(refused.value)


def test_refusals_are_noted_together_and_stand_as_null():
    own = translator()
    typed = own.of(parsed("first_wrong(n) + second_wrong(n)"))
    assert [refusal.split()[0] for refusal in own.refusals] == ["first_wrong", "second_wrong"]
    assert typed.tree.sql("duckdb") == "NULL + NULL"


def test_a_node_without_a_rule_is_named():
    own = translator()
    own.of(parsed("EXISTS(SELECT 1)"))
    assert "is not translated from" in own.refusals[0]


def test_logic_that_becomes_too_long_is_refused(monkeypatch):
    monkeypatch.setattr("registry.compute.dialects.translator.MOST_NODES", 3)
    own = translator()
    own.of(parsed("n + n + n"))
    assert own.refusals[0].startswith("This becomes too long for the data engine.")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("round(avg(x), 6)", "ROUND(F(AVG(x)), 6)"),
        ("avg(x)", "F(AVG(x))"),
        ("sum(x) / count(*)", "F(SUM(x)) / F(COUNT(*))"),
        ("x + 1", "x + 1"),
    ],
)
def test_every_aggregate_is_replaced_where_it_stands(sql, expected):
    tree = over_aggregates(parsed(sql), lambda aggregate: exp.Anonymous(this="F", expressions=[aggregate]))
    assert tree.sql("duckdb") == expected
