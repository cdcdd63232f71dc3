"""Arguments that must be constants, and what they may be."""

import pytest

from registry.compute.sandbox.acceptance.engine_parser import parse
from registry.compute.sandbox.acceptance.grammar import FUNCTIONS, TAKES_A_PART
from registry.compute.sandbox.acceptance.guards import GUARDS, WIDEST, Constant, constant, guard_fault

COLUMN = None


def text(value):
    return Constant("STRING", value)


def whole(value):
    return Constant("INTEGER", str(value))


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("date_trunc", [text("month"), COLUMN]),
        ("lpad", [COLUMN, whole(WIDEST), text("0")]),
        ("replace", [COLUMN, text("ab"), text("b")]),
        ("replace", [COLUMN, text("ab"), text("")]),
        ("regexp_replace", [COLUMN, text("[^0-9]"), text(""), text("g")]),
        ("regexp_extract", [COLUMN, text("@(.+)$"), whole(1)]),
        ("strftime", [COLUMN, text("%Y-%m-%d %H:%M:%S 100%%")]),
        ("->>", [COLUMN, text("$.device.os[0]")]),
        ("timezone", [text("America/Argentina/Buenos_Aires"), COLUMN]),
        ("quantile_cont", [COLUMN, Constant("NUMERIC", "0.5")]),
        ("abs", [COLUMN]),
    ],
)
def test_constants_of_the_right_form_are_taken(name, arguments):
    assert guard_fault(name, arguments) == ""


@pytest.mark.parametrize(
    ("name", "arguments", "part"),
    [
        ("date_trunc", [COLUMN, COLUMN], "one of DAY"),
        ("lpad", [COLUMN, whole(WIDEST + 1), text("0")], "from 1 to 1000"),
        ("lpad", [COLUMN, COLUMN, text("0")], "from 1 to 1000"),
        ("rpad", [COLUMN, whole(5), text("")], "in quotes"),
        ("replace", [COLUMN, text("a"), COLUMN], "two texts in quotes"),
        ("replace", [COLUMN, text("a"), text("ab")], "not be longer"),
        ("replace", [COLUMN, text(""), text("")], "two texts in quotes"),
        ("regexp_replace", [COLUMN, text("a"), COLUMN], "replacement"),
        ("regexp_matches", [COLUMN, COLUMN], "pattern"),
        ("regexp_matches", [COLUMN, text("a"), text("z")], "options"),
        ("strftime", [COLUMN, text("%Q")], "format"),
        ("json_extract", [COLUMN, text("$..a")], "path"),
        ("timezone", [text("../UTC"), COLUMN], "time zone"),
        ("quantile_cont", [COLUMN, whole(2)], "0 to 1"),
        ("string_split", [COLUMN, text("")], "separator"),
    ],
)
def test_anything_else_is_refused_in_a_sentence_that_names_the_argument(name, arguments, part):
    sentence = guard_fault(name, arguments)
    assert part in sentence
    assert name in sentence
    assert sentence.endswith(".")


def test_guards_are_of_functions_that_may_be_called():
    assert set(GUARDS) - {"->>"} <= set(FUNCTIONS)
    assert set(GUARDS) >= TAKES_A_PART


def test_a_constant_is_read_from_the_engine_s_tree():
    assert constant(parse("'a'")) == text("a")
    assert constant(parse("12")) == whole(12)
    assert constant(parse("s || 'a'")) is None
