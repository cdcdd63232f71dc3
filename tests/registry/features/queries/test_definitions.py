"""Whether a definition can be computed."""

from __future__ import annotations

import pytest

from registry.data.actions.datasets import add_dataset
from registry.features.queries.definitions import definition_faults, faults_over, held_out_faults
from tests.registry.conftest import FIXED, TRAINED


def test_a_definition_over_known_columns_has_no_faults(orders):
    assert definition_faults(TRAINED) == []


@pytest.mark.parametrize(
    ("changed", "dialect", "field", "message"),
    [
        ({}, "spark", "dialect", "'spark' is not a dialect that can be executed here. Use duckdb."),
        ({"null_handling": "guess"}, "duckdb", "null_handling", "'guess' is not a null rule. Choose none,"),
        ({"data_type": "quark"}, "duckdb", "data_type", "'quark' is not a data type. Choose "),
        ({"source_table": "A B"}, "duckdb", "source_table", "Write a lower-case letter"),
        ({"computation_logic": "nobody + 1"}, "duckdb", "computation_logic", "nobody"),
    ],
)
def test_each_fault_names_its_field_and_its_value(changed, dialect, field, message):
    (fault,) = faults_over(TRAINED._replace(**changed), ["customer_id", "date", "order_count"], dialect)
    assert fault.field == field
    assert message in fault.message


def test_columns_that_are_not_known_are_not_faults():
    assert faults_over(TRAINED._replace(computation_logic="anything + 1"), None) == []


def test_a_held_out_data_set_needs_the_columns_of_both_definitions_and_of_the_table(orders, cora):
    assert held_out_faults("orders", [TRAINED, FIXED], orders) == []
    more = TRAINED._replace(computation_logic="order_count + missing_one")
    (fault,) = held_out_faults("orders", [TRAINED, more], orders)
    assert (fault.field, fault.code) == ("dataset", "unknown_column")
    assert fault.message.startswith("Data set orders has no missing_one, which the definitions need. It has ")


def test_the_keys_of_the_source_table_are_needed_too(orders, cora, data_root):
    (data_root / "held.csv").write_text("order_count\n1\n")
    add_dataset(name="held", kind="csv", location="held.csv", actor=cora)
    plain = TRAINED._replace(computation_logic="order_count + 1")
    assert held_out_faults("held", [plain], None) == []
    (fault,) = held_out_faults("held", [plain], orders)
    assert "has no customer_id, date, order_id" in fault.message


def test_a_held_out_data_set_that_does_not_exist_is_named(orders):
    (fault,) = held_out_faults("nobody", [TRAINED], orders)
    assert (fault.field, fault.code) == ("dataset", "unknown")
