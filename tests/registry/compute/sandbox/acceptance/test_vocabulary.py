"""The nodes that allowed functions become: those of the list, and none that reads, guesses or asks the clock."""

import pytest
import sqlglot
from sqlglot import exp

from registry.compute.sandbox.acceptance.as_written import AsWritten
from registry.compute.sandbox.acceptance.vocabulary import FUNCTION_NODES


@pytest.mark.parametrize(
    "call",
    [
        "AVG(x)",
        "EXTRACT(hour FROM t)",
        "DATE_DIFF('day', t, u)",
        "LAG(x, 1, 0)",
        "TRIM(s)",
        "COUNT(*)",
        "DATE '2024-01-01'",
    ],
)
def test_what_the_list_allows_is_known_to_the_second_parser(call):
    nodes = sqlglot.parse_one(call, dialect=AsWritten).walk()
    assert {type(node) for node in nodes if isinstance(node, exp.Func | exp.Cast)} <= FUNCTION_NODES


@pytest.mark.parametrize(
    "call",
    [
        "READ_CSV('a')",
        "RANDOM()",
        "CURRENT_TIMESTAMP",
        "LIST(x)",
        "REGEXP_MATCHES(s, 'a')",
        "GENERATE_SERIES(1, 2)",
    ],
)
def test_what_the_list_does_not_allow_is_not(call):
    assert type(sqlglot.parse_one(call, dialect=AsWritten)) not in FUNCTION_NODES


def test_a_function_that_the_second_parser_does_not_know_is_decided_by_its_name():
    assert exp.Anonymous not in FUNCTION_NODES
