"""The expectations of a schema check are validated column by column."""

import pytest

from registry.compute.kinds.schema.parameters import Expectation, SchemaParameters


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"dataset": "orders"}, []),
        ({}, ["dataset"]),
        ({"dataset": "orders", "columns": "x"}, ["columns"]),
        ({"dataset": "orders", "columns": [{"name": ""}, {"name": "x", "nullable": 1}]}, ["columns[0].name", "columns[1].nullable"]),
        ({"dataset": "orders", "columns": [{"type": "int64"}]}, ["columns[0].name"]),
        ({"dataset": "orders", "columns": [{"name": "x", "least": 3}]}, ["columns[0].least"]),
        ({"dataset": "orders", "columns": [{"name": "x", "allowed": None}]}, []),
    ],
)  # fmt: skip
def test_every_fault_is_at_its_field(values, fields):
    assert [fault.field for fault in SchemaParameters.parse(values)[0]] == fields


def test_columns_become_expectations():
    parameters = SchemaParameters("orders", columns=[{"name": "x", "unique": True}])
    assert parameters.expectations == [Expectation("x", unique=True)]
