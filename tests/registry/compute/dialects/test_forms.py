"""The forms that arguments may have, and how each is written for the engine."""

from __future__ import annotations

import pytest
from sqlglot import exp, parse_one

from registry.compute.dialects.forms import FORMS, UNITS, unit_of
from registry.compute.dialects.kinds import Kind
from registry.compute.dialects.nodes import RULES
from registry.compute.dialects.translator import Dialect, Translator
from registry.compute.sandbox.acceptance.as_written import AsWritten

KINDS = {"n": Kind.INT, "x": Kind.DOUBLE, "word": Kind.TEXT, "at": Kind.TIME, "day": Kind.DATE, "items": Kind.LIST}


def fitted(form: str, sql: str) -> str | None:
    """What an argument becomes under a form; None where it does not fit."""
    translator = Translator(Dialect("spark", {}, RULES, FORMS), KINDS)
    tree = FORMS[form](translator, parse_one(sql, dialect=AsWritten))
    assert translator.refusals == []
    return tree.sql(dialect=AsWritten) if tree is not None else None


@pytest.mark.parametrize(
    ("form", "fits", "misfits"),
    [
        ("value", ["n", "1", "'a'"], ["*"]),
        ("star", ["*"], ["n"]),
        ("number", ["n", "x", "1.5", "elsewhere"], ["word", "at"]),
        ("integer", ["n", "7", "elsewhere"], ["x", "word"]),
        ("text", ["word", "'a'", "elsewhere"], ["n", "day"]),
        ("moment", ["at", "day", "elsewhere"], ["n", "word"]),
        ("list", ["items", "elsewhere"], ["n", "word"]),
        ("constant", ["'a'", "''"], ["word", "1"]),
        ("count", ["0", "12"], ["-1", "1.5", "'1'", "n"]),
        ("position", ["1", "12"], ["0", "n"]),
        ("fraction", ["0", "0.5", "1"], ["1.1", "'0.5'", "x"]),
        ("pattern", ["'^[a-z]+@'", "'(?:ab|c){2,3}'", "'\\d+\\.'"], ["'a*?'", "'(?=a)'", "word", "'\\1'"]),
        ("whole_match", ["'a(b)c'", "'[ab]?'"], ["'a|b'", "'(a)?'", "'(a)*'"]),
        ("re2", ["'a|b'", "'a*?'"], ["word", "1"]),
    ],
)  # fmt: skip
def test_an_argument_fits_its_form_or_does_not(form, fits, misfits):
    assert {sql: fitted(form, sql) is not None for sql in (*fits, *misfits)} == dict.fromkeys(
        fits, True
    ) | dict.fromkeys(misfits, False)


@pytest.mark.parametrize(
    ("form", "sql", "written"),
    [
        ("unit", "MONTHS", "'month'"),
        ("unit", "'Day'", "'day'"),
        ("unit", "week", None),
        ("calendar", "quarter", "'quarter'"),
        ("calendar", "hour", None),
        ("clock", "hours", "'hour'"),
        ("clock", "month", None),
        ("monday_unit", "week", "'week'"),
        ("iso_unit", "isoweek", "'week'"),
        ("iso_unit", "week", None),
        ("java_unit", "'MM'", "'month'"),
        ("java_unit", "'yyyy'", "'year'"),
    ],
)
def test_a_part_of_a_date_has_one_name_for_the_engine(form, sql, written):
    assert fitted(form, sql) == written


@pytest.mark.parametrize(
    ("form", "text", "written"),
    [
        ("java_format", "yyyy-MM-dd HH:mm:ss", "%Y-%m-%d %H:%M:%S"),
        ("java_format", "dd.MMM.yy", "%d.%b.%y"),
        ("java_format", "EEEE", "%A"),
        ("java_format", "YYYY-MM", None),
        ("java_format", "yyyy-MM-dd''T''HH", None),
        ("oracle_format", "YYYY-MM-DD HH24:MI:SS", "%Y-%m-%d %H:%M:%S"),
        ("oracle_format", "yyyy-mm-dd", None),
        ("snowflake_format", "yyyy-mm-dd", "%Y-%m-%d"),
        ("strftime_format", "%F %T", "%Y-%m-%d %H:%M:%S"),
        ("strftime_format", "%Q", None),
        ("strftime_format", "", None),
    ],
)
def test_a_format_of_dates_is_written_in_terms_of_strftime(form, text, written):
    assert fitted(form, f"'{text}'") == (None if written is None else f"'{written}'")


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_is_known_as_a_word_and_as_a_text(unit):
    assert unit_of(exp.var(unit.upper())) == unit_of(exp.Literal.string(unit)) == unit
