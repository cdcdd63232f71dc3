"""The sections of a review: a sentence built from the values that decided it, and the rows behind it.

A section without rows says in its sentence what is not there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from statistics import median
from typing import Any, NamedTuple

from assessments.health.rules.recommendations import listed
from assessments.review.rules.moves import GAINED, EvidenceMove, Move, Stand
from platform_site.text.wording import counted, grouped_number, label, plural

TEXT, WORD, STATE, NUMBER, POINTS, DAY, MONTH = "text", "word", "state", "number", "points", "day", "month"
MOST_OWNERS = 5  # named in a sentence
MOST_SHOWN = 50  # rows of a section on a page; its files have all
LAST = chr(0x10FFFF)  # sorts what nobody owns behind every name


class Column(NamedTuple):
    """A column of a section: its name in the API, its title, and what its cells are."""

    name: str
    title: str
    kind: str = TEXT


class Row(NamedTuple):
    """The values of a row by column, and the number of the record that it is about (None: it has no page)."""

    values: Mapping[str, Any]
    id: int | None = None


class Section(NamedTuple):
    """One section: its name in the API, its title, its sentence, and the rows behind it."""

    name: str
    title: str
    sentence: str
    columns: tuple[Column, ...]
    rows: Sequence[Row] = ()

    @property
    def cells(self) -> list[tuple[Row, list[tuple[Column, str]]]]:
        """Each row with the text of its cells."""
        return self._cells(self.rows)

    @property
    def first_cells(self) -> list[tuple[Row, list[tuple[Column, str]]]]:
        """The same of the rows that a page shows."""
        return self._cells(self.rows[:MOST_SHOWN])

    def _cells(self, rows: Sequence[Row]) -> list[tuple[Row, list[tuple[Column, str]]]]:
        return [(row, [(column, text(column, row.values[column.name])) for column in self.columns]) for row in rows]


class Period(NamedTuple):
    """The days that a review covers, both included."""

    since: date
    until: date

    @property
    def words(self) -> str:
        return f"since {day(self.since)}"


class Load(NamedTuple):
    """Tickets and engineering hours per week, and how many of the hours are estimated; None: no hours are recorded."""

    tickets: float
    hours: float | None
    estimated: float = 0.0

    @property
    def words(self) -> str:
        """
        >>> Load(12.25, 30.5).words, Load(1, None).words
        ('12.2 tickets and 30.5 engineering hours a week', '1 ticket a week (no hours recorded)')
        >>> Load(2, 4.0, 1.5).words
        '2 tickets and 4 engineering hours (1.5 of them estimated) a week'
        """
        tickets = f"{grouped_number(self.tickets, 3)} {plural('ticket', self.tickets)}"
        if self.hours is None:
            return f"{tickets} a week (no hours recorded)"
        estimated = f" ({grouped_number(self.estimated, 3)} of them estimated)" if self.estimated else ""
        return f"{tickets} and {grouped_number(self.hours, 3)} engineering hours{estimated} a week"


class Loads(NamedTuple):
    """The load since a day and before it, from the first day that was counted; None: less than a week of tickets.

    ``first_on``: the day of the first ticket on record, where it was opened after the day that the period begins with.
    """

    now: Load | None
    before: Load | None
    before_from: date
    first_on: date | None = None


def day(value: date) -> str:
    """
    >>> day(date(2026, 11, 2))
    '2 Nov 2026'
    """
    return f"{value.day} {value:%b %Y}"


def text(column: Column, value: Any) -> str:
    """A cell as people read it.

    >>> text(Column("points", "Points", POINTS), 5.9), text(Column("due_on", "Due", DAY), None)
    ('+5.9', '–')
    >>> text(Column("month", "Month", MONTH), date(2026, 11, 1)), text(Column("points", "Points", POINTS), 0.0)
    ('Nov 2026', '0')
    """
    if value is None or value == "":
        return "–"
    if column.kind == POINTS:
        return f"{value:+.1f}" if value else "0"
    if column.kind in (DAY, MONTH):
        return day(value) if column.kind == DAY else f"{value:%b %Y}"
    if column.kind == NUMBER:
        return grouped_number(value, 3)
    return label(value) if column.kind in (STATE, WORD) else str(value)


def score_and_level(before: Stand | None, after: Stand | None, moved: Sequence[Move], period: Period) -> Section:
    """What happened to the score and the level, and which capability did it."""
    columns = (
        Column("capability", "Capability"), Column("before", "Before", STATE), Column("after", "Now", STATE),
        Column("points", "Points of the score", POINTS), Column("level", "Level moved"),
    )  # fmt: skip
    rows = [Row({"capability": move.title} | move._asdict()) for move in moved]
    return Section("score", "Score and level", _score_sentence(before, after, period), columns, rows)


def evidence(before: Stand | None, after: Stand | None, moved: Sequence[EvidenceMove], measured: int = 0) -> Section:
    """Which capabilities gained and lost evidence; ``measured``: how many are measured in the later assessment."""
    columns = (
        Column("capability", "Capability"), Column("before", "Before"), Column("after", "Now"),
        Column("change", "Change", STATE),
    )  # fmt: skip
    gained = [move.title for move in moved if move.change == GAINED]
    lost = [move.title for move in moved if move.change != GAINED]
    if before is None or after is None or before == after:
        sentence = "There are not two assessments whose stored evidence could be compared."
    elif not moved and not measured:
        sentence = (
            f"Nothing was measured when the assessments of {day(before.day)} and {day(after.day)} were published."
        )
    elif not moved:
        days = f"{day(before.day)} and {day(after.day)}"
        sentence = f"No share moved between the assessments of {days}; {measured} {'capability is' if measured == 1 else 'capabilities are'} measured."
    else:
        parts = [f"Gained: {listed(gained)}." if gained else "", f"Lost: {listed(lost)}." if lost else ""]
        sentence = " ".join(filter(None, parts))
    rows = [Row({"capability": move.title} | move._asdict()) for move in moved]
    return Section("evidence", "Evidence", sentence, columns, rows)


def initiatives(rows: Sequence[Row], period: Period, undated: int = 0) -> Section:
    """Initiatives that are done, late or due, by owner. Each row has `owner`, `title`, `progress` and `due_on`.

    ``undated``: open ones without a due date, which nobody can be late with.
    """
    columns = (
        Column("owner", "Owner"), Column("title", "Initiative"), Column("progress", "State", STATE),
        Column("due_on", "Due", DAY),
    )  # fmt: skip
    ordered = sorted(rows, key=lambda row: (row.values["owner"] or LAST, row.values["due_on"] or date.max))
    sentence = f"No initiative was done {period.words}, and none has a due date."
    if undated and not rows:
        sentence = f"No initiative was done {period.words}."
    if rows:
        by_owner = groupby(ordered, key=lambda row: row.values["owner"])
        parts = [f"{owner or 'Without an owner'}: {_progress(own)}." for owner, own in by_owner]
        more = len(parts) - MOST_OWNERS
        sentence = " ".join(parts[:MOST_OWNERS]) + (f" And {counted(more, 'more owner')}." if more > 0 else "")
    if undated:
        sentence += f" {counted(undated, 'open initiative')} {'has' if undated == 1 else 'have'} no due date."
    return Section("initiatives", "Initiatives by owner", sentence, columns, ordered)


def incidents(rows: Sequence[Row], prevented_by: Sequence[str], period: Period) -> Section:
    """Incidents and what would have prevented them; ``prevented_by`` names a capability for each incident and prevention."""
    columns = (
        Column("title", "Incident"), Column("happened_on", "Happened", DAY), Column("prevented_by", "Prevented by"),
        Column("delay", "How late it was seen"),
    )  # fmt: skip
    if not rows:
        return Section("incidents", "Incidents", f"No postmortem was published {period.words}.", columns)
    counts = Counter(prevented_by)
    most = [f"{title} ({number})" for title, number in counts.most_common()]
    sentence = f"{counted(len(rows), 'postmortem')} published. Would have prevented them: {listed(most)}."
    return Section("incidents", "Incidents", sentence, columns, rows)


def tickets(rows: Sequence[Row], planned_on: date | None, loads: Loads, period: Period) -> Section:
    """Tickets of each type against the newest plan, and the load before and since."""
    columns = (
        Column("type", "Type", WORD), Column("tickets_before", "Tickets a week before", NUMBER),
        Column("tickets_planned", "Planned", NUMBER), Column("tickets_since", "Since the plan", NUMBER),
        Column("hours_planned", "Hours planned", NUMBER), Column("hours_since", "Hours since", NUMBER),
        Column("as_planned", "Result", STATE),
    )  # fmt: skip
    sentence = f"{_load_sentence(loads, period)} {_plan_sentence(rows, planned_on)}"
    return Section("tickets", "Tickets", sentence, columns, rows)


def teams(rows: Sequence[Row], since: date, known: bool) -> Section:
    """Teams won and lost, by name; ``known``: some month before is on record."""
    columns = (
        Column("team", "Team"), Column("change", "Change", STATE), Column("month", "First or last active month", MONTH),
    )  # fmt: skip
    names = {word: [row.values["team"] for row in rows if row.values["change"] == word] for word in ("won", "lost")}
    if not known:
        sentence = f"No training run from before {since:%B %Y} is on record, so nobody can be won or lost."
    elif not rows:
        sentence = f"No team was won or lost since {since:%B %Y}."
    else:
        parts = (f"{label(word)}: {listed(teams)}." for word, teams in names.items() if teams)
        sentence = f"Since {since:%B %Y}, by months with training runs. {' '.join(parts)}"
    return Section("teams", "Teams", sentence, columns, rows)


def releases(rows: Sequence[Row], period: Period) -> Section:
    """What was released, and how many weeks each took."""
    columns = (
        Column("name", "Release"), Column("released_on", "Released", DAY), Column("weeks", "Weeks", NUMBER),
    )  # fmt: skip
    sentence = f"Nothing was released {period.words}."
    if rows:
        weeks = grouped_number(median(row.values["weeks"] for row in rows), 3)
        sentence = f"{counted(len(rows), 'release')} {period.words}, with a median of {weeks} weeks."
    return Section("releases", "Releases", sentence, columns, rows)


def blocked(rows: Sequence[Row], in_production: int) -> Section:
    """The production model versions that their gate blocks now; ``in_production``: of how many, where none is blocked."""
    columns = (Column("model", "Model"), Column("version", "Version"), Column("features", "Features in conflict"))
    sentence = "No model version is in production here, so no gate was compared."
    if rows:
        names = listed([_version(row) for row in rows])
        sentence = f"{counted(len(rows), 'production model version')} blocked: {names}."
    elif in_production:
        sentence = f"None of {counted(in_production, 'production model version')} is blocked now."
    return Section("blocked", "Models blocked now", sentence, columns, rows)


def overrides(rows: Sequence[Row], decisions: int, period: Period) -> Section:
    """The overrides that opened a gate in the time; ``decisions``: of how many, where none did."""
    columns = (
        Column("model", "Model"), Column("version", "Version"), Column("reason", "Reason"),
        Column("approved_by", "Approved by"), Column("last_used_on", "Last used", DAY),
    )  # fmt: skip
    sentence = f"No gate was asked {period.words}."
    if decisions:
        sentence = f"None of {counted(decisions, 'gate decision')} {period.words} rests on an override."
    if rows:
        names = listed(list(dict.fromkeys(_version(row) for row in rows)))
        sentence = f"{counted(len(rows), 'override')} opened a gate {period.words}: {names}."
    return Section("overrides", "Overrides used", sentence, columns, rows)


def _progress(rows: Iterable[Row]) -> str:
    counts = Counter(row.values["progress"] for row in rows)
    return ", ".join(f"{counts[word]} {word}" for word in ("done", "overdue", "due") if counts[word])


def _load_sentence(loads: Loads, period: Period) -> str:
    if loads.now is None:
        return f"It is less than a week since {day(loads.first_on or period.since)}: too short for a load."
    if not loads.now.tickets and not (loads.before and loads.before.tickets):
        return f"No ticket was opened {period.words}."
    if loads.first_on:
        return f"{loads.now.words} since {day(loads.first_on)}, when the first ticket on record was opened."
    if loads.before is None:
        return f"{loads.now.words} {period.words}; there is no full week of tickets before to compare with."
    return f"{loads.now.words} {period.words}; before, from {day(loads.before_from)} on: {loads.before.words}."


def _plan_sentence(rows: Sequence[Row], planned_on: date | None) -> str:
    if planned_on is None:
        return "No plan for the tickets is stored."
    results = Counter(row.values["as_planned"] for row in rows)
    if results["too_early"]:
        return f"The plan of {day(planned_on)} is less than a week old: too early to compare."
    return f"Of the plan of {day(planned_on)}, {results['as_planned']} of {counted(len(rows), 'type')} came as planned."


def _version(row: Row) -> str:
    return f"{row.values['model']} {row.values['version']}"


def _score_sentence(before: Stand | None, after: Stand | None, period: Period) -> str:
    if after is None:
        return "No assessment is published yet, so there is no score and no level."
    now = f"{_percent(after.score)}, {after.level.label}"
    if before is None:
        return f"No assessment is from {day(period.since)} or earlier to compare with that of {day(after.day)}: {now}."
    if before == after:
        return f"No assessment was published {period.words}: the last is of {day(after.day)}, {now}."
    score = f"The score went from {_percent(before.score)} to {_percent(after.score)}"
    if before.score == after.score:
        score = f"The score stayed at {_percent(after.score)}"
    if tuple(before.levels) != tuple(after.levels):
        return f"{score}. The levels are judged by another rubric now: {after.level.label}."
    if before.level == after.level:
        return f"{score}; the level stayed {after.level.label}."
    return f"{score}, the level from {before.level.label} to {after.level.label}."


def _percent(score: float | None) -> str:
    return "no score" if score is None else f"{score:g}%"
