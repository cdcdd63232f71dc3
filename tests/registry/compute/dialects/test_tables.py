"""The rows of the tables: each is well-formed, and the page of documents shows it."""

import pytest
import sqlglot

from registry.compute.dialects import TABLES
from registry.compute.dialects.forms import FORMS
from registry.compute.dialects.tables import table
from registry.compute.dialects.translator import LETTERS
from registry.compute.sandbox.acceptance.as_written import AsWritten
from tests.documents.dialects_page import PAGE, page
from tests.registry.compute.dialects.by_function import LOGICS, unwritten


@pytest.mark.parametrize("dialect", TABLES)
def test_every_row_has_known_forms_and_a_template_that_parses(dialect):
    for name, rows in TABLES[dialect].items():
        for row in rows:
            assert {form.removesuffix("…") for form in row.forms} <= set(FORMS), name
            if isinstance(row.runs, str):
                whole = ", ".join(f":{letter}" for letter in LETTERS[: len(row.forms)])
                assert sqlglot.parse_one(row.runs.replace(":all", whole), dialect=AsWritten), name


def test_a_row_that_is_no_call_is_an_error():
    with pytest.raises(ValueError, match="no call"):
        table({"no call": ("x", None)})


def test_the_page_shows_the_tables_as_they_are():
    assert PAGE.read_text() == page(), "run python3 -m tests.documents.dialects_page"


@pytest.mark.parametrize("dialect", LOGICS)
def test_every_function_is_compared_with_a_real_engine(dialect):
    assert unwritten(dialect) == set()
