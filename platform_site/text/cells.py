"""Cells of a CSV file that no spreadsheet takes for a formula; stored values stay unchanged."""

from __future__ import annotations

from typing import Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # some read the wide letters too
FORMULA_PATTERN = "^[" + "".join(FORMULA_STARTS).replace("-", r"\-") + "]"  # for whole columns at once


def safe_cell(cell: Any) -> Any:
    """A text that a spreadsheet would run gets an apostrophe before it; any other cell comes back as it is.

    >>> safe_cell("=1+1"), safe_cell("1+1"), safe_cell(-3), safe_cell(None)
    ("'=1+1", '1+1', -3, None)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def original_text(cell: str) -> str:
    """The text that `safe_cell` made the cell of.

    >>> original_text("'=1+1"), original_text("'quoted'")
    ('=1+1', "'quoted'")
    """
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell
