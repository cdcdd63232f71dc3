"""The form of a data set."""

from __future__ import annotations

import pytest

from registry.data.forms.datasets import ColumnsField, DatasetForm


@pytest.mark.parametrize(
    ("text", "columns"), [("a, b", ["a", "b"]), (" a ,, b ,", ["a", "b"]), ("", []), ("a b", ["a b"])]
)
def test_columns_are_split_at_commas(text, columns):
    assert ColumnsField(required=False).clean(text) == columns


def test_columns_are_shown_as_they_are_typed():
    field = ColumnsField(required=False)
    assert field.prepare_value(["a", "b"]) == "a, b"
    assert not field.has_changed(["a", "b"], "a, b")
    assert field.has_changed(["a", "b"], "b, a")


def test_only_connections_that_an_administrator_defined_are_offered(settings):
    settings.CONNECTIONS = {"warehouse": "postgresql://nowhere"}
    values = {"name": "x", "kind": "table", "location": "a.b"}
    assert DatasetForm(values | {"connection": "warehouse"}).is_valid()
    assert "connection" in DatasetForm(values | {"connection": "other"}).errors
