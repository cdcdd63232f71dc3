"""What a dbt project promises of columns: only what fails a build."""

from __future__ import annotations

from typing import Any

import pytest

from registry.imports.rules.dbt_promises import Promise, by_contract, by_tests
from registry.imports.rules.document import Reader

ITEMS = "model.shop.items"


def one_test(name: str = "not_null", *, attached: str | None = ITEMS, on: tuple[str, ...] = (), **config: Any) -> dict:
    kwargs = config.pop("kwargs", {})
    return {
        "resource_type": "test",
        "column_name": "w",
        "attached_node": attached,
        "test_metadata": {"name": name, "kwargs": kwargs},
        "config": {"severity": "ERROR", "where": None} | config,
        "depends_on": {"nodes": list(on or [ITEMS])},
    }


def read(*tests: dict) -> tuple[dict[str, dict[str, Promise]], list[str]]:
    promises, others = by_tests(Reader(), {"nodes": {f"test.shop.{number}": test for number, test in enumerate(tests)}})
    return dict(promises), [other.external_id for other in others]


@pytest.mark.parametrize(
    ("test", "left_out"),
    [
        (one_test(severity="warn"), "1 × not_null with severity warn"),
        (one_test(severity="WARN"), "1 × not_null with severity warn"),
        (one_test(error_if="> 100"), "1 × not_null with error_if"),
        (one_test(where="at > '2024-01-01'"), "1 × narrowed by where"),
        (one_test("relationships"), "1 × relationships"),
        (one_test("unique", attached=None, on=(ITEMS, "model.shop.other")), "1 × unique"),
        (one_test("unique", attached=None, on=("macro.shop.x",)), "1 × unique"),
    ],
)
def test_what_does_not_fail_a_build_is_counted_and_no_promise(test, left_out):
    assert read(test) == ({}, [left_out])


def test_each_reason_is_said():
    _, others = by_tests(
        Reader(), {"nodes": {"a": one_test(severity="warn"), "b": one_test(error_if=">9"), "c": one_test("x")}}
    )
    assert [other.reason.partition(".")[0] for other in others] == [
        "It fails only from a number of rows on (error_if); a schema check tolerates none",
        "dbt only warns where it fails; a schema check would close gates",
        "A schema check covers not_null, unique and accepted_values of single columns, over all rows",
    ]


@pytest.mark.parametrize("error_if", ["!= 0", ">0", None, "> 0"])
def test_a_test_that_fails_at_any_row_is_a_promise(error_if):
    assert read(one_test(error_if=error_if)) == ({ITEMS: {"w": Promise(not_null=True)}}, [])


def test_a_test_of_a_source_belongs_to_what_it_depends_on():
    source = "source.shop.raw.clicks"
    promises, others = read(one_test("unique", attached=None, on=(source,)), one_test(attached=None, on=(source,)))
    assert promises == {source: {"w": Promise(not_null=True, unique=True)}}
    assert others == []


@pytest.mark.parametrize(
    ("values", "quote", "allowed"),
    [
        ([True, False], False, ("true", "false")),
        ([True, False], True, ("True", "true", "False", "false")),
        ([1, 2.5], False, ("1", "2.5")),
        (["a", "True"], True, ("a", "True")),
    ],
)
def test_accepted_values_are_spelled_as_a_column_shows_them(values, quote, allowed):
    promises, _ = read(one_test("accepted_values", kwargs={"values": values, "quote": quote}))
    assert promises[ITEMS]["w"].allowed == allowed


def test_a_contract_promises_where_it_is_enforced():
    columns = {
        "k": {"name": "k", "constraints": [{"type": "primary_key"}]},
        "v": {"constraints": [{"type": "not_null"}]},
    }
    node = {"columns": columns, "config": {"contract": {"enforced": True}}}
    assert dict(by_contract(Reader(), node, "")) == {"k": Promise(True, True), "v": Promise(True)}
    assert set(dict(by_contract(Reader(), node | {"config": {}}, "")).values()) == {Promise()}
