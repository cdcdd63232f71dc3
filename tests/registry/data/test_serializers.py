"""What the API takes of data sets and source tables."""

from __future__ import annotations

import json

import pytest

from registry.data.serializers import DatasetInput, SourceTableInput, UpstreamInput

TABLE = {"name": "orders", "entity_key": ["customer_id"], "event_time": "date"}


@pytest.mark.parametrize(("count", "valid"), [(1, True), (50, True), (51, False), (0, False)])
def test_an_entity_has_one_to_fifty_columns(count, valid):
    assert SourceTableInput(data=TABLE | {"entity_key": ["x"] * count}).is_valid() == valid


def test_what_is_left_out_has_a_default():
    table = SourceTableInput(data=TABLE)
    assert table.is_valid()
    assert (table.validated_data["dataset"], table.validated_data["row_key"]) == (None, [])
    dataset = DatasetInput(data={"name": "x", "kind": "parquet", "location": "x.parquet"})
    assert dataset.is_valid()
    assert (dataset.validated_data["key"], dataset.validated_data["event_time"]) == ([], "")


def test_an_unknown_field_is_refused():
    assert not SourceTableInput(data=TABLE | {"entity": ["x"]}).is_valid()


def test_of_a_notebook_the_code_cells_count():
    def read(text: str) -> UpstreamInput:
        upstream = UpstreamInput(data={"kind": "python", "name": "train.ipynb", "text": text, "dialect": "python"})
        upstream.is_valid()
        return upstream

    cell = {"cell_type": "code", "source": "x = 1"}
    first, again, other = (
        read(json.dumps({"cells": [content]}))
        for content in (cell, cell | {"outputs": [{"text": "1"}], "execution_count": 7}, cell | {"source": "x = 2"})
    )
    assert first.validated_data["digest"] == again.validated_data["digest"] != other.validated_data["digest"]
    assert read("x = 1").errors["text"] == [
        "The text of train.ipynb cannot be read. The text is not JSON, as a notebook's file is."
    ]
