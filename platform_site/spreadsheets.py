"""CSV answers whose cells no spreadsheet takes for a formula; what is stored stays as it was written."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse

from platform_site.text.cells import safe_cell


def csv_answer(name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """The rows as a file to keep."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(answer)
    writer.writerow([safe_cell(name) for name in header])  # columns of people's data have people's names
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return answer
