"""Stated capabilities as a file: CSV or JSON, read with every bad row at its line.

>>> read_sheet("capability,status\\nlineage,partial\\n").items
({'capability': 'lineage', 'status': 'partial'},)
>>> read_sheet("capability,status\\nlineage,half\\n").faults
('Line 2: status is half; write implemented, partial, missing or not_applicable.',)
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from assessments.organizations.rules.catalogue import Priority, Status
from platform_site.text.cells import original_text

COLUMNS = ("capability", "status", "priority", "notes", "evidence_url")
WORDS = {"status": tuple(map(str, Status)), "priority": tuple(map(str, Priority))}
MOST_ROWS = 1_000


class Sheet(NamedTuple):
    """What a file states, and everything that is wrong with it; take nothing from one with faults."""

    items: tuple[dict[str, str], ...]
    faults: tuple[str, ...]


def read_sheet(text: str) -> Sheet:
    """Read a JSON list (or an object with `items`) or a CSV with a line of column names. Empty cells state nothing."""
    text = text.removeprefix("\ufeff")
    try:
        rows = list(_json_rows(text) if text.lstrip()[:1] in {"[", "{"} else _csv_rows(text))
    except (ValueError, RecursionError, csv.Error) as error:
        return Sheet((), (f"The file is neither a table nor a JSON list: {error}.",))
    if not rows:
        return Sheet((), ("The file states no capability.",))
    if len(rows) > MOST_ROWS:
        return Sheet((), (f"The file has {len(rows)} rows; at most {MOST_ROWS} are read.",))
    items = tuple({name: value for name in COLUMNS if (value := _text(row.get(name)))} for _, row in rows)
    places = [place for place, _ in rows]
    return Sheet(items, tuple(_faults(places, items)))


def _json_rows(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    told = json.loads(text)
    rows = told.get("items") if isinstance(told, dict) else told
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("a list of objects is needed")
    yield from ((f"Item {number}", row) for number, row in enumerate(rows, start=1))


def _csv_rows(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if "capability" not in (reader.fieldnames or ()):
        raise ValueError(f"its first line names the columns {', '.join(COLUMNS)}")
    yield from ((f"Line {reader.line_num}", row) for row in reader)


def _text(value: Any) -> str:
    return "" if value is None else original_text(str(value).strip())


def _faults(places: Sequence[str], items: Sequence[dict[str, str]]) -> Iterator[str]:
    seen: set[str] = set()
    for place, item in zip(places, items, strict=True):
        name = item.get("capability", "")
        if not name or name in seen:
            yield f"{place}: {f'{name} is stated twice' if name else 'name the capability'}."
        seen.add(name)
        for column, words in WORDS.items():
            if column in item and item[column] not in words:
                yield f"{place}: {column} is {item[column]}; write {', '.join(words[:-1])} or {words[-1]}."
