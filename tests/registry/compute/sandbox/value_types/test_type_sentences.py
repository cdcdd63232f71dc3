"""Sentences from the engine's answers; test_binding has those of whole logics."""

from __future__ import annotations

import pytest
import sqlglot

from registry.compute.sandbox.value_types.engine_answers import Answer
from registry.compute.sandbox.value_types.type_sentences import Part, sentence

NO_MATCH = "Binder Error: No function matches the given name and argument types '{}'. You might need casts.\n\tCandidate functions:\n{}"


def _sentence(text: str, operands: list[tuple[str, str]], message: str) -> str:
    return sentence(Part(sqlglot.parse_one(text, dialect="duckdb"), text, operands), Answer(error="e", message=message))


@pytest.mark.parametrize(
    ("candidates", "takes"),
    [
        ("\tabs(x DOUBLE, /) -> DOUBLE\n", "numbers"),
        ("\tabs(x DOUBLE, /) -> DOUBLE\n\tabs(x INTERVAL) -> INTERVAL\n", "numbers or intervals"),
        ('\tabs("x" DECIMAL(18,3)) -> DOUBLE\n', "numbers"),
    ],
)
def test_what_a_function_takes_is_what_its_candidates_take(candidates, takes):
    message = NO_MATCH.format("abs(VARCHAR)", candidates)
    assert _sentence("ABS(s)", [("s", "VARCHAR")], message) == f"ABS takes {takes}; s is text."


def test_without_a_candidate_the_operands_are_named():
    message = NO_MATCH.format("abs(VARCHAR)", "")
    assert _sentence("ABS(s)", [("s", "VARCHAR")], message) == "ABS cannot be computed of s (text)."


def test_any_other_reason_is_the_engines_first_line():
    assert _sentence("ABS(s)", [], "Binder Error: Too much.\nLINE 1") == "ABS(s) can never be computed: Too much."
