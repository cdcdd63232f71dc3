"""Files of adoption records: CSV, or a JSON list of objects, read to rows with every fault at its line and column.

>>> table = read(b"name;supported;on platform\\nBatch;yes;no\\nStreams;perhaps;no\\n", USE_CASES)
>>> table.rows[0].fields, table.faults[0][:3]
({'name': 'Batch', 'supported': True, 'on_platform': False}, (3, 'supported', 'perhaps'))
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Any, NamedTuple

from assessments.adoption.rules.adoption import folded
from platform_site.text import strict_json
from platform_site.text.csv_files import Row, Unreadable, columns_of, decode, rows_of
from platform_site.text.dates import NotADate, find_order, is_empty, read_moment

LARGEST_BYTES, MOST_ROWS = 2**20, 5_000
TRUE = {"true", "yes", "y", "1", "x", "on", "ja", "oui", "si", "succeeded", "success", "successful", "ok", "done"}
FALSE = {"false", "no", "n", "0", "off", "nein", "non", "failed", "failure", "error"}
BETWEEN_NAMES = re.compile(r"\s*[;|\n]\s*")
AHEAD = timedelta(days=1)  # clocks differ
SHOWN_VALUE = 80


class Content(StrEnum):
    """What the cells of a column hold."""

    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"
    TRUTH = "truth"
    NAMES = "names"


class Column(NamedTuple):
    """A field of a record: what it holds, whether every row needs it, its longest text, and other names of the column."""

    name: str
    content: Content = Content.TEXT
    required: bool = True
    longest: int = 120
    others: tuple[str, ...] = ()


class Kind(NamedTuple):
    """A kind of record: its columns, and by which of them a row is the same record as one on record."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]


class CellFault(NamedTuple):
    """One thing wrong with a cell, or (without a column) with a line."""

    line: int
    column: str
    value: str
    message: str


class Record(NamedTuple):
    """A good row: the line it begins on, and the fields that its file has."""

    line: int
    fields: dict[str, Any]


class Table(NamedTuple):
    """A file as records. ``unused`` are columns that nothing uses; ``note`` says what was assumed to read it."""

    rows: list[Record]
    faults: list[CellFault]
    unused: tuple[str, ...] = ()
    note: str = ""

    @property
    def reasons(self) -> list[tuple[str, str, int]]:
        """Each column and message once, with how many rows have it: the most frequent first."""
        counts = Counter((fault.column, fault.message) for fault in self.faults)
        return [(column, message, count) for (column, message), count in counts.most_common()]

    @property
    def bad_lines(self) -> int:
        """How many rows have a fault."""
        return len({fault.line for fault in self.faults})


TEAM = Column("team", others=("squad", "group", "team_name"))
NAME = Column("name", others=("title",))
ON_PLATFORM = Column("on_platform", Content.TRUTH, others=("platform", "on the platform"))
TRAINING_RUNS = Kind(
    "training-runs",
    (
        TEAM,
        Column("model", longest=128, others=("experiment", "job", "pipeline")),
        Column("started_at", Content.MOMENT, others=("started", "start", "start_time", "start_date")),
        Column("ended_at", Content.MOMENT, False, others=("ended", "end", "end_time", "end_date", "finished_at")),
        Column("succeeded", Content.TRUTH, others=("success", "status", "state", "outcome")),
        Column("orchestrator", required=False, longest=60),
        Column("external_id", required=False, others=("run_id", "id")),
    ),
    ("team", "orchestrator", "external_id"),
)
PROJECTS = Kind(
    "projects",
    (
        NAME._replace(others=("project", "project_name", "title")),
        TEAM,
        Column("started_on", Content.DAY, others=("started", "start", "start_date", "month")),
        ON_PLATFORM,
    ),
    ("team", "name"),
)
USE_CASES = Kind(
    "use-cases",
    (
        NAME._replace(others=("use_case", "title")),
        TEAM._replace(required=False),
        Column("supported", Content.TRUTH),
        ON_PLATFORM,
    ),
    ("name",),
)
SHOWSTOPPERS = Kind(
    "showstoppers",
    (TEAM, Column("answer", longest=300), Column("day", Content.DAY, others=("date", "answered_on"))),
    ("team", "answer", "day"),
)
RELEASES = Kind(
    "releases",
    (
        NAME._replace(others=("release", "capability", "title")),
        Column("started_on", Content.DAY, others=("started", "start", "start_date")),
        Column("released_on", Content.DAY, others=("released", "release_date", "shipped")),
        Column("answers", Content.NAMES, False, 3_000),
        Column("use_cases", Content.NAMES, False, 3_000),
    ),
    ("name",),
)
KINDS = {kind.name: kind for kind in (TRAINING_RUNS, PROJECTS, USE_CASES, SHOWSTOPPERS, RELEASES)}
INVERTED = (("released_on", "started_on"), ("ended_at", "started_at"))


def read(content: bytes, kind: Kind, *, order: str = "", zone: tzinfo = UTC, now: datetime | None = None) -> Table:
    """The records of a file. Unreadable when it is not such a file at all, or lacks a column that every row needs.

    ``order`` says whether day or month comes first where dates are ambiguous, ``zone`` is of times that name none.
    """
    if len(content) > LARGEST_BYTES:
        raise Unreadable(f"The file has {len(content):,} bytes; send at most {LARGEST_BYTES:,} at once.")
    text, note = decode(content)
    columns, rows = _json(text) if text.lstrip()[:1] in ("[", "{") else (columns_of(text), list(rows_of(text)))
    if len(rows) > MOST_ROWS:
        raise Unreadable(f"The file has {len(rows):,} rows; send at most {MOST_ROWS:,} at once.")
    found_columns = _columns(columns, kind)
    faults: list[CellFault] = []
    orders = _orders(found_columns, rows, order)
    records = [_record(row, found_columns, orders, zone, faults) for row in rows]
    bad = {fault.line for fault in faults}
    good = [record for record in records if record.line not in bad]
    faults += list(_row_faults(good, kind, now))
    bad = {fault.line for fault in faults}
    unused = tuple(name for name in columns if name not in found_columns)
    return Table([record for record in good if record.line not in bad], sorted(faults), unused, note)


def key_of(fields: Mapping[str, Any], kind: Kind) -> tuple[Any, ...]:
    """By what a row is the same record as another: a run without an identifier by its team, model and start."""
    if kind is TRAINING_RUNS and not fields.get("external_id"):
        return fields["team"], fields["model"], fields["started_at"]
    return tuple(folded(value) if name == "answer" else value for name in kind.key for value in [fields.get(name, "")])


def _columns(columns: Sequence[str], kind: Kind) -> dict[str, Column]:
    """Which column of the file is which field, by its name or another that people use; the first of two counts."""
    names = {_plain(column.name): column for column in kind.columns}
    for column in kind.columns:
        for other in column.others:
            names.setdefault(_plain(other), column)
    matches: dict[str, Column] = {}
    for exact in (True, False):
        for name in columns:
            match = names.get(_plain(name))
            is_own = match is not None and _plain(name) == _plain(match.name)
            if match and is_own is exact and match not in matches.values():
                matches[name] = match
    missing = [column.name for column in kind.columns if column.required and column not in matches.values()]
    if missing:
        known = ", ".join(columns[:20]) or "none"
        raise Unreadable(f"A column is missing: {', '.join(missing)}. The file has {known}.")
    return matches


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def _orders(columns: Mapping[str, Column], rows: Sequence[Row], order: str) -> dict[str, str]:
    """The order of day and month in each column of dates: as somebody says, else as the column itself proves."""
    dated = [name for name, column in columns.items() if column.content in (Content.DAY, Content.MOMENT)]
    return {name: order or find_order(row.cells.get(name, "") for row in rows).order for name in dated}


def _record(
    row: Row, columns: Mapping[str, Column], orders: Mapping[str, str], zone: tzinfo, faults: list[CellFault]
) -> Record:
    fields: dict[str, Any] = {}
    if row.fault:
        faults.append(CellFault(row.line, "", "", row.fault))
        return Record(row.line, fields)
    for name, column in columns.items():
        cell = row.cells.get(name, "").strip()
        try:
            fields[column.name] = _value(cell, column, orders.get(name, ""), zone)
        except ValueError as error:
            faults.append(CellFault(row.line, name, cell[:SHOWN_VALUE], str(error)))
    return Record(row.line, fields)


def _value(cell: str, column: Column, order: str, zone: tzinfo) -> Any:
    if fault := strict_json.text_fault(cell):
        raise ValueError(f"The {fault}." if fault.startswith("text") else f"{fault[0].upper()}{fault[1:]}.")
    if len(cell) > column.longest:
        raise ValueError(f"It has {len(cell)} characters; at most {column.longest} are stored.")
    if column.content is Content.NAMES:
        return [name for name in BETWEEN_NAMES.split(cell) if name]
    if column.content is Content.TEXT:
        if not cell and column.required:
            raise ValueError(f"Write the {column.name.replace('_', ' ')}.")
        return cell
    if column.content is Content.TRUTH:
        return _truth(cell)
    if is_empty(cell):
        if column.required:
            raise ValueError("Write a date, for example 2026-11-02.")
        return None
    return _when(cell, column, order, zone)


def _truth(cell: str) -> bool:
    word = cell.casefold()
    if word not in TRUE | FALSE:
        raise ValueError("Write yes or no.")
    return word in TRUE


def _when(cell: str, column: Column, order: str, zone: tzinfo) -> date | datetime:
    if column.content is Content.DAY and re.fullmatch(r"\d{4}-\d{2}", cell):
        cell += "-01"  # a month, in which the day does not matter
    try:
        moment = read_moment(cell, order=order, zone=zone)
    except NotADate as error:
        raise ValueError(str(error)) from error
    if column.content is Content.DAY:
        return moment.at.astimezone(zone).date()
    if moment.is_day:
        raise ValueError("Write the time too, for example 2026-11-02 09:00: a run is measured in minutes.")
    return moment.at


def _row_faults(records: Sequence[Record], kind: Kind, now: datetime | None) -> Iterator[CellFault]:
    """What is wrong with a row as a whole: an end before its start, a start to come, the same record twice."""
    seen: dict[tuple[Any, ...], int] = {}
    for line, fields in records:
        for later, earlier in INVERTED:
            if fields.get(later) and fields.get(earlier) and fields[later] < fields[earlier]:
                sentence = f"It is before {earlier.replace('_', ' ')}, {fields[earlier]:%Y-%m-%d}."
                yield CellFault(line, later, f"{fields[later]:%Y-%m-%d}", sentence)
        start = fields.get("started_at")
        if now and start and start > now + AHEAD:
            yield CellFault(line, "started_at", f"{start:%Y-%m-%d %H:%M}", "It is in the future.")
        first = seen.setdefault(key_of(fields, kind), line)
        if first != line:
            yield CellFault(line, "", "", f"The same record is on line {first} already.")


def _json(text: str) -> tuple[list[str], list[Row]]:
    """The columns and rows of a list of objects, or of the page of one that the API answers; a row's line is its place."""
    try:
        value = strict_json.parse(text)
    except ValueError as error:
        raise Unreadable(f"The file is not readable JSON: {error}.") from error
    if isinstance(value, dict) and isinstance(value.get("results"), list):
        value = value["results"]
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise Unreadable("The file is not a JSON list of objects. Write [{…}, {…}].")
    rows = [Row(place, {name: _cell(cell) for name, cell in item.items()}) for place, item in enumerate(value, 1)]
    return list(dict.fromkeys(name for item in value for name in item)), rows


def _cell(value: Any) -> str:
    """As a CSV file would have it; a list of texts is a list of names."""
    if isinstance(value, list):
        return ";".join(map(_cell, value))
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
