"""A row of a file as a ticket, and everything that is wrong with a row, at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import Any, NamedTuple

from assessments.tickets.rules.columns import NEEDED, TYPES, ends_of
from platform_site.text.cells import original_text
from platform_site.text.csv_files import Row
from platform_site.text.dates import Moment, NotADate, in_order, is_empty, read_moment, zone_of
from platform_site.text.durations import read_hours

LONGEST = {"external_id": 120, "title": 500, "body": 20_000, "team": 120, "requester": 150}
LONGEST_LABELS = 500
YES, NO = {"1", "true", "yes", "y"}, {"0", "false", "no", "n"}
FIRST_YEAR = 1990
AHEAD = timedelta(days=1)  # clocks and time zones may differ, and a day without a time is its noon
LINES_SHOWN = 5  # of the lines that share a reason
VALUES = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|\d[\d,.]*")


class Reading(NamedTuple):
    """How the cells of a file are to be read, where they do not say it themselves; empty where nobody said it.

    ``date_format``: what comes first in a date of numbers. ``effort_unit``: what a bare number of the effort counts.
    ``repository``: that of issues which name none.
    """

    date_format: str = ""
    time_zone: str = ""
    effort_unit: str = ""
    repository: str = ""

    @property
    def zone(self) -> tzinfo:
        return zone_of(self.time_zone) if self.time_zone else UTC


class BadRow(NamedTuple):
    """A row that cannot become a ticket, and every reason."""

    line: int
    external_id: str
    reasons: list[str]


class GoodRow(NamedTuple):
    """A row as the fields of a ticket; ``fields`` holds the mapped fields alone. ``cut``: its body was too long."""

    line: int
    fields: dict[str, Any]
    cut: bool = False


class Cell(NamedTuple):
    """A cell, the column and field that it is of, and how its file is read."""

    field: str
    text: str
    column: str
    reading: Reading
    zone: tzinfo
    now: datetime

    def wrong(self, advice: str) -> ValueError:
        """What to raise: the column, the value, and what to write."""
        return ValueError(f"{self.column} is {self.text[:40]!r}. {advice}")


def tickets_of(
    rows: Iterable[Row], mapping: Mapping[str, str], reading: Reading | None = None, *, now: datetime
) -> Iterator[GoodRow | BadRow]:
    """Each row as a ticket, or with every reason why it cannot be one. An id may occur once in a file."""
    first_line: dict[str, int] = {}
    reading, ends, width = reading or Reading(), [], 0
    zone = reading.zone
    for row in rows:
        if len(row.cells) > width:  # the first row, but for one that is cut short
            width, ends = len(row.cells), ends_of(mapping, row.cells)
        cells = partial(_cell, row=row, reading=reading, zone=zone, now=now)
        ticket = _ticket(row, {**mapping, "resolved_at": _end(row, ends)} if len(ends) > 1 else mapping, cells)
        if isinstance(ticket, GoodRow):
            external_id = ticket.fields["external_id"]
            before = first_line.setdefault(external_id, row.line)
            if before != row.line:
                ticket = BadRow(row.line, external_id, [f"The id {external_id!r} is already on line {before}."])
        yield ticket


def _cell(field: str, column: str, *, row: Row, reading: Reading, zone: tzinfo, now: datetime) -> Cell:
    return Cell(field, row.cells.get(column, ""), column, reading, zone, now)


def _ticket(row: Row, mapping: Mapping[str, str], cells: Callable[[str, str], Cell]) -> GoodRow | BadRow:
    fields, reasons = {}, [row.fault] if row.fault else []
    for field, column in mapping.items():
        if not column or row.fault:
            continue
        try:
            fields[field] = READERS[field](cells(field, column))
        except ValueError as error:
            reasons.append(str(error))
    if not reasons:
        reasons += _put_in_order(fields)
    if reasons:
        return BadRow(row.line, row.cells.get(mapping.get("external_id", ""), "")[:120], reasons)
    cut = len(fields.get("body", "")) > LONGEST["body"]
    if cut:
        fields["body"] = fields["body"][: LONGEST["body"]]
    return GoodRow(row.line, _with_labels(fields, row.more.get(mapping.get("labels", ""), ())), cut)


def _end(row: Row, ends: Sequence[str]) -> str:
    """The column of the resolution that has a value, the mapped one first."""
    return next((column for column in ends if not is_empty(row.cells.get(column, ""))), ends[0])


def _put_in_order(fields: dict[str, Any]) -> list[str]:
    """Set the moments of a ticket, which is not resolved before it was opened; what is wrong with them."""
    opened, resolved = fields.get("opened_at"), fields.get("resolved_at")
    if opened and resolved:
        fields["opened_at"], fields["resolved_at"] = in_order(opened, resolved)
        if fields["resolved_at"] < fields["opened_at"]:
            return ["It was resolved before it was opened."]
        return []
    fields |= {name: moment.at for name, moment in (("opened_at", opened), ("resolved_at", resolved)) if moment}
    return []


def _with_labels(fields: dict[str, Any], more: Sequence[str]) -> dict[str, Any]:
    """Issue type and labels of the tracker as one text, as evidence for the type; what does not fit is left out."""
    if "labels" not in fields and "issue_type" not in fields:
        return fields
    words = [fields.pop("issue_type", ""), *fields.get("labels", "").split(","), *more]
    plain = [" ".join(word.replace("\0", " ").split()) for word in words]
    labels = ""
    for word in dict.fromkeys(filter(None, plain)):
        longer = f"{labels}, {word}" if labels else word
        labels = longer if len(longer) <= LONGEST_LABELS else labels
    return fields | {"labels": labels}


def _text(cell: Cell) -> str:
    if cell.field in NEEDED and not cell.text:
        raise ValueError(f"{cell.column} is empty.")
    if "\0" in cell.text:
        raise ValueError(f"{cell.column} holds a NUL character.")
    if cell.field != "body" and len(cell.text) > LONGEST[cell.field]:
        allowed = f"at most {LONGEST[cell.field]:,} are allowed"
        raise ValueError(f"{cell.column} has {len(cell.text):,} characters; {allowed}.")
    return original_text(cell.text)


def _moment(cell: Cell) -> Moment | None:
    if is_empty(cell.text) and cell.field not in NEEDED:
        return None
    zone = UTC if "utc" in re.findall(r"\w+", cell.column.lower()) else cell.zone
    try:
        moment = read_moment(cell.text, order=cell.reading.date_format, zone=zone)
    except NotADate as error:
        raise cell.wrong(str(error)) from error
    if moment.at > cell.now + AHEAD:
        advice = "Leave it empty while the ticket is open." if cell.field == "resolved_at" else "Correct it."
        raise cell.wrong(f"That is in the future. {advice}")
    if moment.at.year < FIRST_YEAR:
        raise cell.wrong(f"That is before {FIRST_YEAR}. Correct it, or leave it empty.")
    return moment


def _hours(cell: Cell) -> float | None:
    if is_empty(cell.text):
        return None
    try:
        return read_hours(cell.text, cell.reading.effort_unit)
    except ValueError as error:
        raise cell.wrong(str(error)) from error


def _yes_or_no(cell: Cell) -> bool | None:
    word = cell.text.lower()
    if is_empty(word):
        return None
    if word not in YES | NO:
        raise cell.wrong("Write yes or no, or leave it empty.")
    return word in YES


def _type(cell: Cell) -> str:
    word = re.sub(r"[\s-]+", "_", cell.text.lower())
    if word and word not in TYPES:
        raise cell.wrong(f"Choose {', '.join(sorted(TYPES))}, or leave it empty.")
    return word


READERS: dict[str, Callable[[Cell], Any]] = {
    **dict.fromkeys(LONGEST, _text),
    "on_platform": _yes_or_no,
    "opened_at": _moment,
    "resolved_at": _moment,
    "effort_hours": _hours,
    "type": _type,
    "issue_type": lambda cell: cell.text,
    "labels": lambda cell: cell.text,
}


class SharedReason(NamedTuple):
    """A reason as its first row has it, how many rows have it, and the first lines."""

    reason: str
    count: int  # type: ignore[assignment] # it hides tuple.count, which nobody calls
    lines: list[int]


def shared_reasons(rows: Iterable[Sequence[object]]) -> list[SharedReason]:
    """Rows (line, id, reasons) by reason, the most frequent first. Reasons that differ in their values alone are one.

    >>> shared_reasons([(2, "", ["Day is 'x'. Write a date."]), (3, "", ["Day is 'y'. Write a date.", "id is empty."])])
    [SharedReason(reason="Day is 'x'. Write a date.", count=2, lines=[2, 3]), SharedReason(reason='id is empty.', count=1, lines=[3])]
    """
    lines: dict[str, list[int]] = {}
    first: dict[str, str] = {}
    for line, _, reasons in rows:
        for reason in reasons:  # type: ignore[attr-defined] # the third of a row is a list of reasons
            kind = VALUES.sub("…", reason)
            first.setdefault(kind, reason)
            lines.setdefault(kind, []).append(line)  # type: ignore[arg-type]
    shared = [SharedReason(first[kind], len(all_lines), all_lines[:LINES_SHOWN]) for kind, all_lines in lines.items()]
    return sorted(shared, key=lambda reason: (-reason.count, reason.lines))
