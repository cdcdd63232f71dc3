"""What a new drift check proposes, from the data: periods, windows with rows enough, kinds, and what is not worth comparing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.utils import timezone

from registry.compute.engines import duck
from registry.compute.engines.columns import Reader, Side
from registry.compute.kinds.drift.parameters import WINDOWS
from registry.compute.places import inside
from registry.compute.stats.calibration import FEWEST_WINDOWS
from registry.compute.stats.drift import MINIMUM_ROWS
from registry.data.queries import locations
from registry.data.queries.row_selection import side
from registry.models import Dataset

SAMPLE = 10_000
MOST_CELLS, FEWEST_ROWS, FEWEST_DAYS = 400_000, 500, 5
CURRENT = timedelta(days=28)
MOST_CODES = 12  # distinct whole numbers that look like codes of categories
Rows = Sequence[dict[str, Any]]


def proposed(dataset: Dataset) -> dict[str, Any]:
    """Values of the form: ``ignore``, ``kinds`` as lines of text, and the periods and windows."""
    data = locations.of(dataset)
    rows = data.first_rows(min(SAMPLE, max(MOST_CELLS // max(len(data.describe()), 1), FEWEST_ROWS)))
    ignored = _not_worth_comparing(rows, dataset)
    kinds = "\n".join(f"{name} category" for name in _codes(rows, {*dataset.key, dataset.event_time, *ignored}))
    return {"ignore": ignored, "kinds": kinds} | _periods(dataset)


def _not_worth_comparing(rows: Rows, dataset: Dataset) -> list[str]:
    """Columns that are constant, or different in each row unless they are measured, or of the calendar: each day would differ
    from the others."""
    beside = {*dataset.key, dataset.event_time}
    names = [name for name in (rows[0] if rows else ()) if name not in beside]
    distinct = {name: len({repr(row[name]) for row in rows}) for name in names}
    measured = {name for name in names if any(isinstance(row[name], float) for row in rows)}
    calendar = _of_the_calendar(rows, dataset.event_time)
    worth = {name for name in names if 1 < distinct[name] < len(rows) + (name in measured)} - calendar
    return [name for name in names if name not in worth] if worth else []


def _codes(rows: Rows, beside: set[str]) -> list[str]:
    """Columns of a few whole numbers in many rows: codes, whose distances mean nothing."""
    if len(rows) < FEWEST_ROWS:
        return []
    by_name = {
        name: {row[name] for row in rows} - {None} for name in rows[0] if name not in beside and _is_whole(rows, name)
    }
    return [name for name, values in by_name.items() if 2 < len(values) <= MOST_CODES]


def _is_whole(rows: Rows, name: str) -> bool:
    return all(isinstance(row[name], int | None) and not isinstance(row[name], bool) for row in rows)


def _of_the_calendar(rows: Rows, event_time: str) -> set[str]:
    """The columns that take a new value each day, or two where days begin at another hour there: dates, day numbers."""
    if not rows or not event_time:
        return set()
    by_day: dict[str, dict[str, set[str]]] = {}
    for row in rows:
        if row[event_time] is not None:
            day = by_day.setdefault(str(row[event_time])[:10], {name: set() for name in row})
            for name, value in row.items():
                day[name].add(repr(value))
    days = [*by_day.values()]
    if len(days) < FEWEST_DAYS:
        return set()
    few_a_day = (name for name in rows[0] if all(len(day[name]) <= 2 for day in days))
    return {name for name in few_a_day if len(set.union(*(day[name] for day in days))) >= len(days) - 1} - {event_time}


def _periods(dataset: Dataset) -> dict[str, Any]:
    """The last four weeks against everything before, by the smallest windows that usually have rows enough."""
    if not dataset.event_time:
        return {}
    days = _days(side(dataset.name, now=timezone.now(), timed=True))
    if not days:
        return {}
    first, last = days[0][0], days[-1][0]
    cut = max(last - CURRENT, first + (last - first) / 2)
    before = [(day, rows) for day, rows in days if day < cut]
    return {"reference_to": f"{cut:%Y-%m-%d}", "current_from": f"{cut:%Y-%m-%d}"} | _windows(before, last - cut)


def _windows(before: Sequence[tuple[date, int]], current: timedelta) -> dict[str, Any]:
    """The smallest window of which the reference's usually have rows enough, and whether limits can be calibrated."""
    for window, length in zip(WINDOWS, (1, 7, 28), strict=True):
        counted: Counter[date] = Counter()
        for day, rows in before:
            counted[_start(day, window)] += rows
        if len(counted) > 1 and current.days >= length and median(counted.values()) >= MINIMUM_ROWS:
            return {"window": window, "calibrated": len(counted) >= FEWEST_WINDOWS}
    return {"window": "", "calibrated": False}


def _start(day: date, window: str) -> date:
    if window == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if window == "month" else day


def _days(whole: Side) -> list[tuple[date, int]]:
    if table := inside.remote(whole.files):
        return table.days(whole.event_time)
    with (
        TemporaryDirectory(prefix="plumbline-rows-") as folder,
        duck.opened(memory_bytes=settings.CHECK_MEMORY_BYTES) as engine,
    ):
        return Reader(engine, whole.at_hand(Path(folder))).days()
