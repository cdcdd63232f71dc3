"""Which column of a file holds which field of a ticket, by the headers that trackers write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from assessments.tickets.rules.files import Format
from assessments.tickets.rules.tickets import TicketType
from platform_site.text.csv_files import Row

# For each field of a ticket, the names that trackers give its column, the likeliest first: those of Jira, GitLab,
# Linear, Zendesk (tickets and Explore), ServiceNow (labels and column names), and what people write themselves.
NAMES = {
    "external_id": (
        "external id", "issue key", "key", "ticket id", "ticket", "number", "id", "issue id", "ticket number",
        "ticket key", "ticket no", "ticket no.", "ticket nr", "no", "no.", "nr", "#",
    ),
    "title": ("title", "summary", "subject", "short description", "ticket subject"),
    "body": ("body", "description", "text", "details"),
    "team": (
        "team", "custom field (team)", "requesting team", "team name", "squad", "department", "component/s", "components",
        "component", "group", "ticket group", "assignment group",
    ),
    "requester": (
        "requester", "reporter", "user", "author", "requested by", "creator", "caller", "caller id", "requester name",
        "opened by", "submitter",
    ),
    "on_platform": ("on platform", "platform user"),
    "opened_at": (
        "opened at", "created at", "created", "opened", "date opened", "open date", "created at (utc)", "created on",
        "created date", "date created", "creation date", "requested", "requested on", "reported on", "reported at", "ticket created timestamp", "sys created on",
        "date",
    ),
    "resolved_at": (
        "resolved at", "solved at", "closed at", "resolved", "solved", "completed", "closed", "date closed",
        "resolution date", "closed at (utc)", "completed at", "resolved on", "closed on", "fixed on", "fixed at", "done on", "date resolved",
        "ticket solved timestamp", "canceled", "cancelled", "canceled at",
    ),
    "effort_hours": (
        "effort hours", "hours spent", "hours", "effort", "time spent", "σ time spent", "time worked", "hours worked",
        "time spent (hours)", "actual effort", "logged hours", "work hours", "minutes spent", "effort minutes",
    ),
    "type": ("type", "category"),
    "issue_type": ("issue type", "ticket type", "request type", "type", "category", "kind", "tracker"),
    "labels": ("labels", "label", "tags", "ticket tags"),
}  # fmt: skip
FIELDS = tuple(NAMES)
NEEDED = ("external_id", "title", "opened_at")
EFFORT = re.compile(r"\b(effort|(time|hours?|minutes|days) (spent|worked|logged))\b")
GITHUB_MAPPING = {
    "external_id": "id", "title": "title", "body": "body", "team": "team", "requester": "user",
    "opened_at": "created_at", "resolved_at": "closed_at", "issue_type": "issue_type", "labels": "labels",
}  # fmt: skip
TYPES = {word.value for word in TicketType}
READ_FOR_TYPES = 1_000


class Tracker(NamedTuple):
    """A product that writes files of tickets, and columns that it alone writes together."""

    name: str
    columns: frozenset[str]
    effort_unit: str = ""
    ends: tuple[str, ...] = ()  # columns that also say when a ticket was resolved


TRACKERS = (
    Tracker("Jira", frozenset({"issue key", "issue type", "issue id"}), "seconds"),
    Tracker("GitLab", frozenset({"issue id", "url", "author username"}), "seconds"),
    Tracker("Linear", frozenset({"cycle number", "completed", "canceled"}), ends=("completed", "canceled")),
    Tracker("Zendesk", frozenset({"ticket id", "subject", "requester"})),
    Tracker(
        "ServiceNow",
        frozenset({"number", "short description"}),
        ends=("resolved at", "closed at", "resolved", "closed"),
    ),
)


def plain_name(column: str) -> str:
    """A column's name as the names above are written.

    >>> plain_name("short_description "), plain_name("Ticket created - Timestamp")
    ('short description', 'ticket created timestamp')
    """
    return re.sub(r"[\s_-]+", " ", column).strip().lower()


def tracker_of(columns: Iterable[str], file_format: str = Format.CSV) -> Tracker | None:
    """Who wrote a file, by its columns; None when they do not say."""
    if file_format == Format.JIRA:
        return TRACKERS[0]
    names = {plain_name(column) for column in columns}
    return next((tracker for tracker in TRACKERS if tracker.columns <= names), None)


def propose_mapping(columns: Iterable[str], file_format: str = Format.CSV, rows: Sequence[Row] = ()) -> dict[str, str]:
    """Field of a ticket to column of the file, where a column's name matches.

    A column named type holds labels by people where its values are our types; else it is what the tracker calls it.

    >>> propose_mapping(["Issue key", "Summary", "Created"], "jira")
    {'external_id': 'Issue key', 'title': 'Summary', 'opened_at': 'Created'}
    """
    if file_format == Format.GITHUB:
        return dict(GITHUB_MAPPING)
    known: dict[str, str] = {}
    for column in columns:
        known.setdefault(plain_name(column), column)
    mapping: dict[str, str] = {}
    for field, names in NAMES.items():
        column = next((known[name] for name in names if name in known and known[name] not in mapping.values()), "")
        if field == "type" and (file_format == Format.JIRA or not _holds_types(rows, column)):
            column = ""
        mapping[field] = column
    if not mapping["effort_hours"]:
        mapping["effort_hours"] = next((column for name, column in known.items() if _is_effort(name)), "")
    return {field: column for field, column in mapping.items() if column}


def extended_mapping(before: Mapping[str, str], unused: Iterable[str], proposed: Mapping[str, str]) -> dict[str, str]:
    """The mapping of the file before, and a field that it left out where this file has a new column for it."""
    known = {*before.values(), *unused}
    return dict(before) | {
        field: column for field, column in proposed.items() if not before.get(field) and column not in known
    }


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


def ends_of(mapping: Mapping[str, str], columns: Iterable[str]) -> list[str]:
    """The columns that say when a ticket was resolved: the mapped one, then others that count where it is empty.

    Linear writes completed and canceled issues into two columns, ServiceNow resolved and closed ones.

    >>> ends_of({"resolved_at": "Completed"}, ["Cycle Number", "Completed", "Canceled", "Archived"])
    ['Completed', 'Canceled']
    """
    columns, mapped = list(columns), mapping.get("resolved_at")
    tracker = tracker_of(columns) if mapped else None
    others = tracker.ends if tracker else ()
    used = set(mapping.values())
    return [*([mapped] if mapped else []), *(c for c in columns if plain_name(c) in others and c not in used)]


def unused_columns(mapping: Mapping[str, str], columns: Sequence[str]) -> list[str]:
    """The columns of the file that no field of a ticket is read from."""
    used = {*mapping.values(), *ends_of(mapping, columns)}
    return [column for column in columns if column not in used]


def _holds_types(rows: Iterable[Row], column: str) -> bool:
    values = {re.sub(r"[\s-]+", "_", row.cells.get(column, "").lower()) for row in rows} - {""}
    return values <= TYPES


def _is_effort(name: str) -> bool:
    return bool(EFFORT.search(name)) and "estimate" not in name
