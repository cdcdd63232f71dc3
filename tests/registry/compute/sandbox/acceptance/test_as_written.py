"""The tree is written as it was read."""

import pytest
import sqlglot
from sqlglot import exp

from registry.compute.sandbox.acceptance.as_written import NODES, SPECIAL_FORMS, AsWritten
from registry.compute.sandbox.acceptance.grammar import FUNCTIONS


@pytest.mark.parametrize(
    "logic",
    [
        "IF(a, 1, 0)",
        "payload ->> '$.device.os'",
        "payload ->> 'os'",
        "PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY x)",
        "LOG10(x) + LOG2(x) + LOG(x)",
        "EPOCH_MS(t)",
        "STRFTIME(t, '%Y-%m')",
        "REGEXP_EXTRACT(s, 'a(b)', 1)",
        "tags[1]",
        "t AT TIME ZONE 'UTC'",
        "s SIMILAR TO 'a|b'",
    ],
)
def test_nothing_is_replaced(logic):
    assert sqlglot.parse_one(logic, dialect=AsWritten).sql(AsWritten) == logic


def test_functions_that_windows_and_translations_work_on_are_nodes():
    assert {name.lower() for name in NODES} <= set(FUNCTIONS) | {"date"}
    assert set(AsWritten.Parser.FUNCTIONS) <= NODES
    assert set(AsWritten.Parser.FUNCTION_PARSERS) == SPECIAL_FORMS
    assert isinstance(sqlglot.parse_one("SUM(x)", dialect=AsWritten), exp.AggFunc)
    assert isinstance(sqlglot.parse_one("strftime(t, '%Y')", dialect=AsWritten), exp.Anonymous)
