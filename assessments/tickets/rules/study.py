"""What a file of tickets says about how it is to be read, and what has to be asked: the order of day and month, the unit
of the effort, the repository. Nothing is guessed silently: what was assumed is a note.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from assessments.tickets.rules.columns import Tracker, ends_of, tracker_of, unused_columns
from assessments.tickets.rules.files import Format
from assessments.tickets.rules.issues import NO_REPOSITORY, SAY_IT
from assessments.tickets.rules.rows import Reading
from platform_site.text.csv_files import Row
from platform_site.text.dates import FoundOrder, NotADate, Order, find_order, is_empty, read_moment
from platform_site.text.durations import says_its_unit, unit_in

READ_FOR_ZONES = 1_000
ORDERS = {
    Order.DAY_FIRST: "the day first", Order.MONTH_FIRST: "the month first", Order.YEAR_FIRST: "the year first",
}  # fmt: skip


class Study(NamedTuple):
    """How a file is read (``reading``, ``notes``), what a person has to say first (field, sentence), unused columns."""

    reading: Reading
    notes: list[str]
    questions: list[tuple[str, str]]
    unused: list[str]


@dataclass
class Seen:
    """What a walk over the rows has seen beside the dates."""

    bare_effort: str = ""
    no_repository: int = 0
    no_zone: str = ""
    dates: int = 0


def study(
    rows: Iterable[Row],
    columns: Sequence[str],
    mapping: Mapping[str, str],
    file_format: str,
    *,
    chosen: Reading,
    before: Reading,
) -> Study:
    """``chosen`` by a person decides; else the file itself; else how the file ``before`` of this source was read."""
    seen = Seen()
    dates = [column for column in (mapping.get("opened_at"), *ends_of(mapping, columns)) if column]
    order = find_order(_walk(rows, dates, mapping.get("effort_hours", ""), seen))
    tracker, zone = tracker_of(columns, file_format), chosen.time_zone or before.time_zone or "UTC"
    notes = [f"The columns are those of {tracker.name}."] if tracker and file_format != Format.JIRA else []
    date_format, date_notes, questions = _date_format(order, chosen.date_format, before.date_format)
    notes += date_notes
    if seen.no_zone:
        notes.append(f"Times that name no time zone, such as {seen.no_zone!r}, are read as {zone}.")
    unit, unit_notes, unit_questions = _effort_unit(
        mapping.get("effort_hours", ""), seen, chosen.effort_unit, before.effort_unit, tracker
    )
    if seen.no_repository:
        who = "1 issue does" if seen.no_repository == 1 else f"{seen.no_repository:,} issues do"
        questions.append(("repository", f"{who} not say of which repository. {SAY_IT}"))
    reading = Reading(date_format, zone, unit, chosen.repository)  # of the file before it may be another one
    ends = ends_of(mapping, columns)
    if len(ends) > 1:
        notes.append(f"Where {ends[0]} is empty, {' or '.join(ends[1:])} counts.")
    return Study(reading, notes + unit_notes, questions + unit_questions, unused_columns(mapping, columns))


def _walk(rows: Iterable[Row], dates: Sequence[str], effort: str, seen: Seen) -> Iterator[str]:
    """The texts of the dates; what else is of interest is noted on the way."""
    for row in rows:
        seen.no_repository += row.fault.startswith(NO_REPOSITORY)
        hours = row.cells.get(effort, "")
        if not seen.bare_effort and not is_empty(hours) and not says_its_unit(hours):
            seen.bare_effort = hours
        for column in dates:
            text = row.cells.get(column, "")
            if not is_empty(text):
                _look_for_zone(text, column, seen)
                yield text


def _look_for_zone(text: str, column: str, seen: Seen) -> None:
    seen.dates += 1
    if seen.no_zone or seen.dates > READ_FOR_ZONES or "utc" in column.lower():
        return
    try:
        moment = read_moment(text, order=Order.DAY_FIRST)
    except NotADate:
        return
    if not moment.has_zone and not moment.is_day:
        seen.no_zone = text


def _date_format(order: FoundOrder, chosen: str, before: str) -> tuple[str, list[str], list[tuple[str, str]]]:
    if chosen:
        return chosen, [], []
    if order.against:
        sentence = (
            f"{order.proof!r} has {ORDERS[Order(order.order)]}, {order.against!r} has not: say the date format of the "
            "file, and correct the other rows."
        )
        return "", [], [("date_format", sentence)]
    if order.order:
        note = f"Dates have {ORDERS[Order(order.order)]}, as {order.proof!r} shows."
        return order.order, [note] if order.unclear else [], []
    if order.unclear and not before:
        question = f"{order.unclear!r} has two readings: say whether the day or the month comes first."
        return "", [], [("date_format", question)]
    if order.unclear:
        return before, [f"Dates have {ORDERS[Order(before)]}, as in the last file of this source."], []
    return before, [], []


def _effort_unit(
    column: str, seen: Seen, chosen: str, before: str, tracker: Tracker | None
) -> tuple[str, list[str], list[tuple[str, str]]]:
    if not column or not seen.bare_effort:
        return chosen or (before if column else ""), [], []
    unit = chosen or unit_in(column)
    if unit:
        return str(unit), [], []
    if tracker and tracker.effort_unit:
        return tracker.effort_unit, [f"{column} is read as {tracker.effort_unit}, as {tracker.name} writes it."], []
    if before:
        return before, [f"{column} is read as {before}, as in the last file of this source."], []
    sentence = f"{column} is {seen.bare_effort[:40]!r}: say whether it is in hours, minutes, seconds or days."
    return "", [], [("effort_unit", sentence)]
