"""Spans of time as files write them: a number in some unit, `2h 30m`, or `1:30`."""

from __future__ import annotations

import math
import re
from enum import StrEnum

HOURS_A_DAY, DAYS_A_WEEK = 8, 5  # of work, as trackers count them
MOST_HOURS = 1e6


class Unit(StrEnum):
    """What a bare number counts; a day is eight hours of work."""

    HOURS = "hours"
    MINUTES = "minutes"
    SECONDS = "seconds"
    DAYS = "days"


HOURS_OF = {Unit.HOURS: 1.0, Unit.MINUTES: 1 / 60, Unit.SECONDS: 1 / 3600, Unit.DAYS: float(HOURS_A_DAY)}
LETTERS = {
    "w": HOURS_A_DAY * DAYS_A_WEEK, "d": HOURS_A_DAY, "h": 1.0, "m": 1 / 60, "s": 1 / 3600,
}  # fmt: skip
WORDS = {
    Unit.HOURS: {"hours", "hour", "hrs", "hr", "h", "stunden", "heures"},
    Unit.MINUTES: {"minutes", "minute", "mins", "min", "minuten"},
    Unit.SECONDS: {"seconds", "second", "secs", "sec", "s", "sekunden"},
    Unit.DAYS: {"days", "day", "d", "tage"},
}
PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*(weeks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)(?![a-z])")
CLOCK = re.compile(r"(?:(\d+)\s*(?:days?|d)?[ ,]+)?(\d{1,5}):(\d{2})(?::(\d{2}))?")
THOUSANDS = re.compile(
    r"-?[1-9]\d{0,2}(?:[,' \u00a0\u202f]\d{3})+(?:\.\d+)?|-?[1-9]\d{0,2}(?:\.\d{3})+,\d+|-?[1-9]\d{0,2}(?:\.\d{3}){2,}"
)


def unit_in(name: str) -> Unit | None:
    """The unit that a column's name says; None when it says none, or two.

    >>> unit_in("Hours spent"), unit_in("Effort (min)"), unit_in("Time spent")
    (<Unit.HOURS: 'hours'>, <Unit.MINUTES: 'minutes'>, None)
    """
    words = set(re.findall(r"[^\W\d_]+", name.lower()))
    units = [unit for unit, names in WORDS.items() if words & names]
    return units[0] if len(units) == 1 else None


def says_its_unit(text: str) -> bool:
    """Whether a text is a span by itself, whatever the unit of its column is.

    >>> says_its_unit("1h 30m"), says_its_unit("1:30"), says_its_unit("1.5")
    (True, True, False)
    """
    return not re.fullmatch(r"[\s\d.,'+-]*", text)


def read_hours(text: str, unit: str = "") -> float:
    """The hours of a text; ``unit`` is of bare numbers. ValueError when it is not a span, or its unit is not said.

    >>> read_hours("2h 30m"), read_hours("1:30"), read_hours("1,5", "hours"), read_hours("5400", "seconds")
    (2.5, 1.5, 1.5, 1.5)
    """
    plain = text.strip().lower()
    if says_its_unit(plain):
        hours = _by_itself(plain)
    elif not unit:
        raise ValueError("Say whether it is in hours, minutes, seconds or days.")
    else:
        hours = read_number(plain) * HOURS_OF[Unit(unit)]
    if not 0 <= hours <= MOST_HOURS:
        raise ValueError("Write a number of hours from 0.")
    return hours


def read_number(text: str) -> float:
    """A number with a point or a comma before its decimals; NaN when it is none, ValueError when it could be two.

    >>> read_number("1,5"), read_number("1,234.5"), read_number("1.234,5")
    (1.5, 1234.5, 1234.5)
    """
    plain = text.strip()
    if re.fullmatch(r"-?[1-9]\d{0,2},\d{3}", plain):
        raise ValueError(
            f"It could be {plain.replace(',', '.')} or {plain.replace(',', '')}: write it without a comma."
        )
    if THOUSANDS.fullmatch(plain):
        decimal = "," if plain.count(",") == 1 and plain.rfind(",") > plain.rfind(".") >= 0 else "."
        whole, _, part = plain.partition(decimal) if plain.count(decimal) == 1 else (plain, "", "")
        plain = re.sub(r"[^\d-]", "", whole) + (f".{part}" if part else "")
    elif plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        return float(plain)
    except ValueError:
        return math.nan


def _by_itself(text: str) -> float:
    if clock := CLOCK.fullmatch(text):
        days, hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return days * 24 + hours + minutes / 60 + seconds / 3600
    if PART.sub("", text).strip(" ,"):
        return math.nan
    return math.fsum(float(number.replace(",", ".")) * LETTERS[word[0]] for number, word in PART.findall(text))
