"""The base of the rules: a node without a rule is refused, values get one kind, repeated expressions have a limit."""

import pytest
import sqlglot
from sqlglot import exp

from registry.compute.engines.value_kinds import Kind
from registry.compute.pushdown.translation.translator import (
    MOST_REPEATED,
    NotTranslatable,
    Translator,
    Typed,
    as_double,
    name_of,
    whole_of,
    written,
)

COLUMN = {exp.Column: lambda translator, node: Typed(node.copy(), translator.kinds[node.name])}
KINDS = {"n": Kind.WHOLE, "d": Kind.DECIMAL, "x": Kind.DOUBLE, "f": Kind.SINGLE, "s": Kind.TEXT}


def translator(dialect="postgres"):
    return Translator(KINDS, dialect, COLUMN)


def columns(*names):
    return [exp.column(name) for name in names]


def test_a_node_without_a_rule_is_refused_by_name_and_engine():
    node = sqlglot.parse_one("LEVENSHTEIN(s, s)", dialect="duckdb")
    with pytest.raises(NotTranslatable, match=r"^LEVENSHTEIN cannot be computed inside Spark: "):
        translator("spark").translate(node)


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (("n", "n"), Kind.WHOLE),
        (("n", "d"), Kind.DECIMAL),
        (("n", "d", "x"), Kind.DOUBLE),
        (("s",), Kind.TEXT),
        ((), Kind.NOTHING),
    ],
)
def test_numbers_get_the_kind_that_holds_them_all(names, kind):
    assert translator().alike(columns(*names), "CASE")[1] is kind


@pytest.mark.parametrize("names", [("n", "s"), ("f", "x")])
def test_kinds_that_engines_convert_differently_are_refused(names):
    with pytest.raises(NotTranslatable, match=r"CASE of .* and .* CAST one of them"):
        translator().alike(columns(*names), "CASE")


def test_a_repeated_expression_may_have_400_nodes_and_no_more():
    largest = exp.Tuple(expressions=[exp.Null() for _ in range(MOST_REPEATED - 1)])
    assert translator().repeated(largest) is largest
    with pytest.raises(NotTranslatable, match="split it into several features"):
        translator().repeated(exp.Tuple(expressions=[exp.Null() for _ in range(MOST_REPEATED)]))


def test_a_float64_is_not_cast_again():
    x, n = columns("x", "n")
    assert as_double(Typed(x, Kind.DOUBLE)) is x
    assert as_double(Typed(n, Kind.WHOLE)).sql() == "CAST(n AS DOUBLE)"


def test_names_and_whole_numbers_of_nodes():
    assert name_of(sqlglot.parse_one("my_func(1)")) == "MY_FUNC"
    assert name_of(exp.NullSafeEQ()) == "NULL SAFE EQ"
    assert whole_of(exp.Literal.number(12)) == 12
    assert [whole_of(node) for node in (None, exp.Literal.string("12"), exp.Literal.number("1.5"))] == [None] * 3


def test_placeholders_become_expressions_in_parentheses():
    parts = {"v": sqlglot.parse_one("a + b")}
    assert written("ABS(:v) * :v", parts).sql() == "(ABS((a + b)) * (a + b))"
