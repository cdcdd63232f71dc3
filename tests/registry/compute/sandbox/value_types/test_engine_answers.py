"""Asking the engine for types, in a process of its own."""

from __future__ import annotations

import pytest

from registry.compute.sandbox.outcomes import SandboxCrashed, SandboxTimeout
from registry.compute.sandbox.value_types import engine_answers
from registry.compute.sandbox.value_types.engine_answers import LIMITS, Answer, answers

ROWS = {"amount": "DOUBLE", "country": "VARCHAR", 'odd "name"': "BIGINT"}


def test_each_statement_has_an_answer_in_its_place():
    statements = [(0, "amount + 1"), (1, "x"), (0, '"odd ""name"""'), (0, "AVG(amount) OVER (PARTITION BY country)")]
    assert [answer.type for answer in answers([ROWS, {"x": "DATE"}], statements)] == [
        "DOUBLE",
        "DATE",
        "BIGINT",
        "DOUBLE",
    ]


def test_one_that_cannot_be_computed_does_not_hide_the_others():
    statements = [(0, "amount + 1"), (0, "SUM(country)"), (0, "NTILE(0) OVER ()"), (0, "LOWER(country)")]
    first, text, ntile, last = answers([ROWS], statements)
    assert (first.type, last.type) == ("DOUBLE", "VARCHAR")
    assert (text.error, ntile.error) == ("BinderException", "InvalidInputException")
    assert "sum(VARCHAR)" in text.message


def test_nothing_is_started_for_nothing(monkeypatch):
    monkeypatch.setattr(engine_answers, "start", None)
    assert answers([ROWS], []) == []


def test_five_hundred_are_answered_in_one_process():
    logic = "AVG(amount) OVER (PARTITION BY country ORDER BY amount ROWS BETWEEN {} PRECEDING AND CURRENT ROW)"
    answered = answers([ROWS], [(0, logic.format(size)) for size in range(500)])
    assert answered == [Answer("DOUBLE")] * 500


def test_a_logic_without_columns_has_a_type():
    assert answers([{}], [(0, "1 + 1")]) == [Answer("INTEGER")]


@pytest.mark.parametrize("statement", ["(SELECT 1 FROM read_csv('/etc/passwd'))", "getenv('HOME')"])
def test_nothing_outside_is_read(statement):
    [answer] = answers([ROWS], [(0, statement)])
    assert answer.error in ("PermissionException", "CatalogException", "BinderException")
    assert "root:" not in answer.message


def test_an_answer_that_takes_too_long_is_no_answer():
    limits = LIMITS.__class__(**(LIMITS.as_dict() | {"wall_seconds": 0.001}))
    with pytest.raises(SandboxTimeout):
        answers([ROWS], [(0, "amount")], limits=limits)


def test_a_process_that_dies_is_no_answer():
    with pytest.raises(SandboxCrashed):
        answers([{"x": "NO SUCH TYPE AT ALL"}], [(0, "x")])
