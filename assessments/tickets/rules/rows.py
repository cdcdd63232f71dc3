"""A row of a file as a ticket: which column means what, and everything that is wrong with a row, at once."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from assessments.tickets.rules.files import Format
from assessments.tickets.rules.tickets import TicketType
from platform_site.text.csv_files import Row

# For each field of a ticket, the names that trackers give its column, the likeliest first.
NAMES = {
    "external_id": ("external id", "issue key", "key", "ticket id", "ticket", "number", "id", "issue id"),
    "title": ("title", "summary", "subject"),
    "body": ("body", "description", "text", "details"),
    "team": ("team", "custom field (team)", "department", "component/s", "components", "component"),
    "requester": ("requester", "reporter", "user", "author", "requested by", "creator"),
    "on_platform": ("on platform", "platform user"),
    "opened_at": ("opened at", "created at", "created", "opened", "date opened", "open date"),
    "resolved_at": ("resolved at", "closed at", "resolved", "closed", "date closed", "resolution date"),
    "effort_hours": ("effort hours", "hours", "effort", "time spent", "σ time spent"),
    "type": ("type", "category"),
}
FIELDS = tuple(NAMES)
GITHUB_MAPPING = {
    "external_id": "id", "title": "title", "body": "body", "team": "team", "requester": "user",
    "opened_at": "created_at", "resolved_at": "closed_at",
}  # fmt: skip
NEEDED = ("external_id", "title", "opened_at")
LONGEST = {"external_id": 120, "title": 500, "body": 20_000, "team": 120, "requester": 150}
YES, NO = {"1", "true", "yes", "y"}, {"0", "false", "no", "n"}
TYPES = {word.value for word in TicketType}
SECONDS = {"time spent", "σ time spent"}
MOST_HOURS = 1e6
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Jira's date format: 05/Jan/26 9:12 AM
JIRA_MOMENT = re.compile(r"(\d{1,2})/([A-Za-z]{3})/(\d{2}|\d{4})(?: (\d{1,2}):(\d{2})(?: ([AaPp])[Mm])?)?")


class BadRow(NamedTuple):
    """A row that cannot become a ticket, and every reason."""

    line: int
    external_id: str
    reasons: list[str]


class GoodRow(NamedTuple):
    """A row as the fields of a ticket; ``fields`` holds the mapped fields alone."""

    line: int
    fields: dict[str, Any]


def propose_mapping(columns: Iterable[str], file_format: str = Format.CSV) -> dict[str, str]:
    """Field of a ticket to column of the file, where a column's name matches. Jira's issue types are not ours, so they are left out.

    >>> propose_mapping(["Issue key", "Summary", "Created"], "jira")
    {'external_id': 'Issue key', 'title': 'Summary', 'opened_at': 'Created'}
    """
    known: dict[str, str] = {}
    for column in columns:
        known.setdefault(re.sub(r"[\s_-]+", " ", column).strip().lower(), column)
    if file_format == Format.GITHUB:
        return dict(GITHUB_MAPPING)
    mapping = {field: next((known[name] for name in names if name in known), "") for field, names in NAMES.items()}
    if file_format == Format.JIRA:
        mapping.pop("type")
    return {field: column for field, column in mapping.items() if column}


def mapping_faults(mapping: Mapping[str, str], columns: Iterable[str]) -> list[tuple[str, str]]:
    """What is wrong with a mapping, as (field, sentence)."""
    columns = set(columns)
    missing = [
        (field, f"Choose the column that holds {field.replace('_', ' ')}.")
        for field in NEEDED
        if not mapping.get(field)
    ]
    unknown = [
        (field, f"A ticket has no field {field!r}. Choose {', '.join(FIELDS)}.")
        for field in mapping
        if field not in FIELDS
    ]
    absent = [
        (field, f"The file has no column {column!r}.")
        for field, column in mapping.items()
        if field in FIELDS and column and column not in columns
    ]
    return missing + unknown + absent


def tickets_of(rows: Iterable[Row], mapping: Mapping[str, str]) -> Iterator[GoodRow | BadRow]:
    """Each row as a ticket, or with every reason why it cannot be one. An id may occur once in a file."""
    first_line: dict[str, int] = {}
    for row in rows:
        ticket = _ticket(row, mapping)
        if isinstance(ticket, GoodRow):
            external_id = ticket.fields["external_id"]
            before = first_line.setdefault(external_id, row.line)
            if before != row.line:
                ticket = BadRow(row.line, external_id, [f"The id {external_id} is already on line {before}."])
        yield ticket


def _ticket(row: Row, mapping: Mapping[str, str]) -> GoodRow | BadRow:
    fields, reasons = {}, [row.fault] if row.fault else []
    for field, column in mapping.items():
        if not column:
            continue
        try:
            fields[field] = READERS[field](field, row.cells.get(column, ""), column)
        except ValueError as error:
            reasons.append(str(error))
    if not reasons and fields.get("resolved_at") and fields["resolved_at"] < fields["opened_at"]:
        reasons.append("It was resolved before it was opened.")
    if reasons:
        return BadRow(row.line, row.cells.get(mapping.get("external_id", ""), "")[:120], reasons)
    return GoodRow(row.line, fields)


def _text(field: str, cell: str, column: str) -> str:
    if field in NEEDED and not cell:
        raise ValueError(f"{column} is empty.")
    if "\0" in cell:
        raise ValueError(f"{column} holds a NUL character.")
    if len(cell) > LONGEST[field]:
        raise ValueError(f"{column} has {len(cell):,} characters; at most {LONGEST[field]:,} are allowed.")
    return cell


def _moment(field: str, cell: str, column: str) -> datetime | None:
    if not cell and field not in NEEDED:
        return None
    when = moment(cell)
    if when is None:
        raise ValueError(f"{column} is {cell[:40]!r}. Write a date and time, for example 2026-01-05 09:12.")
    return when


def moment(text: str) -> datetime | None:
    """ISO 8601 or Jira's format; without a time zone it is UTC. None for what is ambiguous.

    >>> moment("05/Jan/26 9:12 PM").isoformat(), moment("2026-01-05T09:12:00+02:00").isoformat(), moment("01/02/2026")
    ('2026-01-05T21:12:00+00:00', '2026-01-05T07:12:00+00:00', None)
    """
    try:
        when = datetime.fromisoformat(text) if text[4:5] == "-" else _jira_moment(text)
        if when is None:
            return None
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _jira_moment(text: str) -> datetime | None:
    match = JIRA_MOMENT.fullmatch(text)
    if match is None or match[2].lower() not in MONTHS:
        return None
    year, hour = int(match[3]), int(match[4] or 0)
    if match[6]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (match[6] in "Pp")
    year += 2000 if year < 100 else 0
    return datetime(year, MONTHS.index(match[2].lower()) + 1, int(match[1]), hour, int(match[5] or 0), tzinfo=UTC)


def _hours(field: str, cell: str, column: str) -> float | None:
    if not cell:
        return None
    try:
        hours = float(cell.replace(",", ".") if cell.count(",") == 1 and "." not in cell else cell)
    except ValueError:
        hours = math.nan
    hours /= 3600 if column.strip().lower() in SECONDS else 1
    if not 0 <= hours <= MOST_HOURS:
        raise ValueError(f"{column} is {cell[:40]!r}. Write a number of hours from 0.")
    return hours


def _yes_or_no(field: str, cell: str, column: str) -> bool:
    word = cell.lower()
    if word and word not in YES | NO:
        raise ValueError(f"{column} is {cell[:40]!r}. Write yes or no.")
    return word not in NO


def _type(field: str, cell: str, column: str) -> str:
    word = re.sub(r"[\s-]+", "_", cell.lower())
    if word and word not in TYPES:
        raise ValueError(f"{column} is {cell[:40]!r}. Choose {', '.join(sorted(TYPES))}, or leave it empty.")
    return word


READERS: dict[str, Callable[[str, str, str], Any]] = {
    **dict.fromkeys(LONGEST, _text),
    "on_platform": _yes_or_no,
    "opened_at": _moment,
    "resolved_at": _moment,
    "effort_hours": _hours,
    "type": _type,
}
