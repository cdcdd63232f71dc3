"""The code of a notebook: outputs and notes change nothing, code does."""

from __future__ import annotations

import json
from typing import Any

import pytest

from registry.compute.notebook import NotANotebook, code_of


def notebook(*cells: tuple[str, Any], **more: Any) -> str:
    written = [{"cell_type": kind, "source": source, **more} for kind, source in cells]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": written})


CODE = [
    ("code", ["import pandas as pd\n", "df = pd.read_parquet('a')"]),
    ("markdown", "# Notes"),
    ("code", "df.fillna(0)"),
]


def test_code_cells_are_read_in_their_order():
    assert code_of(notebook(*CODE)) == "# %%\nimport pandas as pd\ndf = pd.read_parquet('a')\n# %%\ndf.fillna(0)"


@pytest.mark.parametrize(
    "other",
    [
        notebook(*CODE, outputs=[{"output_type": "stream", "text": "3"}], execution_count=7),
        notebook(*CODE, metadata={"collapsed": True}, id="a1"),
        notebook(*[cell if cell[0] == "code" else ("markdown", "# Other notes") for cell in CODE]),
        notebook(*[cell for cell in CODE if cell[0] == "code"]),
    ],
)
def test_outputs_counters_and_notes_change_nothing(other):
    assert code_of(other) == code_of(notebook(*CODE))


def test_a_cell_that_is_split_is_other_code():
    assert code_of(notebook(("code", "a = 1\nb = 2"))) != code_of(notebook(("code", "a = 1"), ("code", "b = 2")))


@pytest.mark.parametrize("text", ["", "x = 1", "[]", "{}", '{"cells": {}}', '{"cells": [1]}', "[" * 100_000])
def test_what_is_not_a_notebook_is_refused(text):
    with pytest.raises(NotANotebook):
        code_of(text)


@pytest.mark.parametrize("source", [7, [7], {"a": 1}])
def test_a_cell_whose_source_is_not_text_is_refused(source):
    with pytest.raises(NotANotebook, match="source of a cell"):
        code_of(notebook(("code", source)))
