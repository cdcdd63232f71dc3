"""The code of a Jupyter notebook: its code cells, without outputs, counters and notes.

>>> print(code_of('{"cells": [{"cell_type": "code", "source": ["import math\\\\n", "x = 1"], "outputs": [{"text": "1"}]}]}'))
# %%
import math
x = 1
"""

from __future__ import annotations

import json
from typing import Any

SUFFIX = ".ipynb"
CELL = "# %%"  # how editors mark a cell of a notebook that is kept as Python


class NotANotebook(ValueError):
    """The text is not the JSON of a notebook."""


def code_of(text: str) -> str:
    """The code cells of a notebook, each below a line `# %%`. NotANotebook when there are none to read."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotANotebook("The text is not JSON, as a notebook's file is.") from error
    cells = document.get("cells") if isinstance(document, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise NotANotebook("The text has no list of cells, as a notebook's file has from format version 4 on.")
    return "\n".join(f"{CELL}\n{_source(cell)}" for cell in cells if cell.get("cell_type") == "code")


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source", "")
    lines = [source] if isinstance(source, str) else source
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise NotANotebook("The source of a cell is neither a text nor a list of texts.")
    return "".join(lines)
