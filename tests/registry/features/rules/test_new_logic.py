"""What new logic has to say exactly, and what it is asked."""

from __future__ import annotations

import pytest

from registry.compute.sandbox.acceptance.accept import Accepted, accept
from registry.features.rules.new_logic import faults, warnings

COLUMNS = ["Amount", "customer_id", "region", "date"]


def _accepted(text: str, columns: list[str] | None = COLUMNS) -> Accepted:
    accepted = accept(text, columns=columns)
    assert isinstance(accepted, Accepted), accepted
    return accepted


def _messages(text: str, columns: list[str] | None = COLUMNS) -> list[str]:
    return [fault.message for fault in faults(_accepted(text, columns), columns=columns)]


@pytest.mark.parametrize(
    "text",
    [
        "Amount + 1",
        '"Amount"',
        "AVG(Amount) OVER ()",
        "SUM(Amount) FILTER (WHERE region > 1) OVER (PARTITION BY customer_id)",
    ],
)
def test_exact_logic_has_neither_fault_nor_warning(text):
    assert _messages(text) == []
    assert warnings(_accepted(text), entity_key=["customer_id"]) == ()


def test_a_name_in_another_case_is_refused_with_the_exact_one():
    assert _messages("amount + CUSTOMER_ID") == [
        "There is no column amount; names are exact. Write Amount.",
        "There is no column CUSTOMER_ID; names are exact. Write customer_id.",
    ]


def test_names_of_columns_that_are_not_known_are_taken_as_they_are():
    assert _messages("amount + Amount", columns=None) == []


@pytest.mark.parametrize(
    ("text", "entity_key", "aggregate", "entity"),
    [
        ("AVG(Amount)", ("customer_id",), "AVG(Amount)", "customer_id"),
        ("1 + SUM(Amount) FILTER (WHERE region > 1)", ("customer_id", "region"), "SUM(Amount) FILTER(WHERE region > 1)", "customer_id, region"),
        ("COUNT(*)", (), "COUNT(*)", "the entity key"),
    ],
)  # fmt: skip
def test_an_aggregate_is_asked_over_which_rows_it_goes(text, entity_key, aggregate, entity):
    assert _messages(text) == []
    assert warnings(_accepted(text), entity_key=entity_key) == (
        f"{aggregate} has no OVER: it is computed over all rows of each entity, later ones too, as {aggregate} OVER "
        f"(PARTITION BY {entity}). If you mean the whole table, write {aggregate} OVER ().",
    )
