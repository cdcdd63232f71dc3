"""What sqlglot raises is on the list, also where it is not an error of its own."""

from __future__ import annotations

import pytest
import sqlglot
from sqlglot.errors import ParseError, TokenError

from registry.compute.parser_errors import PARSER_ERRORS

RAISED = [
    ("a b c", "duckdb", ParseError),
    ("'x", "duckdb", TokenError),
    ("date_trunc()", "spark", ValueError),
    ("DATE_ADD()", "bigquery", AttributeError),
    ("REGEXP_EXTRACT()", "bigquery", IndexError),
    ("(" * 3_000 + "1", "duckdb", RecursionError),
]


@pytest.mark.parametrize(("text", "dialect", "error"), RAISED, ids=[error.__name__ for *_, error in RAISED])
def test_what_the_parser_raises_is_on_the_list(text, dialect, error):
    with pytest.raises(PARSER_ERRORS) as raised:
        sqlglot.parse(text, dialect=dialect)
    assert isinstance(raised.value, error)
