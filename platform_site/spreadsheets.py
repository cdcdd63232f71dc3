"""CSV answers whose cells no spreadsheet takes for a formula; what is stored stays as it was written."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # some read the wide letters too


def harmless(cell: Any) -> Any:
    """A text that a spreadsheet would run gets an apostrophe before it.

    >>> harmless("=1+1"), harmless("1+1"), harmless(-3)
    ("'=1+1", '1+1', -3)
    """
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def csv_answer(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The rows as a file to keep."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(answer)
    writer.writerow([harmless(name) for name in header])  # columns of people's data have people's names
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return answer
