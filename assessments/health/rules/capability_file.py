"""Statuses of capabilities in a file, CSV or JSON; every bad row is reported with its line.

>>> read_capability_file("capability,status\\nlineage,partial\\n").items
({'capability': 'lineage', 'status': 'partial'},)
>>> read_capability_file("capability,status\\nlineage,half\\n").faults
('Line 2: half is not a status. Choose implemented, partial, missing or not_applicable.',)
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from assessments.organizations.rules.catalogue import Priority, Status
from platform_site.text.cells import original_text

COLUMNS = ("capability", "status", "priority", "notes", "evidence_url", "group", "description")
WORDS = {"status": tuple(map(str, Status)), "priority": tuple(map(str, Priority))}
MOST_ROWS = 1_000


class CapabilityFile(NamedTuple):
    """The items of a file, and everything that is wrong with it; use no items of a file with faults."""

    items: tuple[dict[str, str], ...]
    faults: tuple[str, ...]


def read_capability_file(text: str) -> CapabilityFile:
    """Read a CSV with a header line, or JSON: a list, a report of ours (`items`), or an object with `capabilities` by `name`.

    The case of a status and of a priority does not matter. Empty cells are left out.
    """
    text = text.removeprefix("\ufeff")
    try:
        rows = list(_json_rows(text) if text.lstrip()[:1] in {"[", "{"} else _csv_rows(text))
    except (ValueError, RecursionError, csv.Error) as error:
        return CapabilityFile((), (f"The file is neither a CSV table nor a JSON list: {error}.",))
    if not rows:
        return CapabilityFile((), ("The file has no rows.",))
    if len(rows) > MOST_ROWS:
        return CapabilityFile((), (f"The file has {len(rows):,} rows; at most {MOST_ROWS:,} are allowed.",))
    items = tuple(_item(row) for _, row in rows)
    places = [place for place, _ in rows]
    return CapabilityFile(items, tuple(_faults(places, items)))


def _json_rows(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    content = json.loads(text)
    rows = content.get("items", content.get("capabilities")) if isinstance(content, dict) else content
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ValueError("it must be a list of objects, or an object with such a list as `items` or `capabilities`")
    yield from ((f"Item {number}", row) for number, row in enumerate(rows, start=1))


def _csv_rows(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if "capability" not in (reader.fieldnames or ()):
        raise ValueError(f"its first line must name the columns {', '.join(COLUMNS)}")
    yield from ((f"Line {reader.line_num}", row) for row in reader)


def _item(row: dict[str, Any]) -> dict[str, str]:
    """
    >>> _item({"name": "lineage", "status": "Not Applicable", "priority": "HIGH", "notes": ""})
    {'capability': 'lineage', 'status': 'not_applicable', 'priority': 'high'}
    """
    named = {"capability": row.get("name")} | row
    item = {name: value for name in COLUMNS if (value := _text(named.get(name)))}
    return item | {name: _word(item[name]) for name in WORDS if name in item}


def _word(text: str) -> str:
    return text.lower().replace(" ", "_").replace("-", "_")


def _text(value: Any) -> str:
    return "" if value is None else original_text(str(value).strip())


def _faults(places: Sequence[str], items: Sequence[dict[str, str]]) -> Iterator[str]:
    seen: set[str] = set()
    for place, item in zip(places, items, strict=True):
        name = item.get("capability", "")
        if not name or name in seen:
            yield f"{place}: {f'{name} is in the file twice' if name else 'capability is empty; name one'}."
        seen.add(name)
        for column, words in WORDS.items():
            if column in item and item[column] not in words:
                yield f"{place}: {item[column]} is not a {column}. Choose {', '.join(words[:-1])} or {words[-1]}."
