"""Dates and times as files write them: by a number or a name for the month, with or without a time and a zone.

`09/18/2026` can only be read one way, `02/03/2024` in two: the order of day and month is found in the whole column
(`find_order`) or said by a person, and never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

WRITE = "Write a date and time, for example 2026-01-05 09:12."
EMPTY = {"", "-", "–", "—", "null", "none", "n/a", "nan", "nat"}
NOON = time(12)
SHORTEST_NAME = 3
# English, German, French, Spanish, Italian, Portuguese, Dutch, the Scandinavian languages and Polish, without accents.
MONTHS = (
    "january januar janvier enero gennaio janeiro januari jaenner styczen stycznia",
    "february februar fevrier febrero febbraio fevereiro februari luty lutego",
    "march maerz marz mars marzo marco maart mrt marts marzec marca",
    "april avril abril aprile kwiecien kwietnia",
    "may mai mayo maggio maio mei maj maja",
    "june juni juin junio giugno junho czerwiec czerwca",
    "july juli juillet julio luglio julho lipiec lipca",
    "august aout agosto augustus augusti sierpien sierpnia",
    "september septembre septiembre settembre setembro wrzesien wrzesnia",
    "october oktober octobre octubre ottobre outubro pazdziernik pazdziernika",
    "november novembre noviembre novembro listopad listopada",
    "december dezember decembre diciembre dicembre dezembro desember grudzien grudnia",
)
# RFC 2822 section 4.3, and the two of Central Europe. Other abbreviations mean several zones.
ZONES = {
    "Z": 0, "UTC": 0, "GMT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "CET": 1, "CEST": 2,
}  # fmt: skip
LETTERS = r"[^\W\d_]"
NUMBERS = re.compile(r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<third>\d{4}|\d{2})(?!\d)")
DATES = (
    re.compile(r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})"),
    re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?=T|\Z)"),
    NUMBERS,
    re.compile(rf"(?P<day>\d{{1,2}})\.?(?:[ /-]|de )+(?P<name>{LETTERS}{{3,}})\.?(?:[ /,-]|de )+(?P<year>\d{{4}}|\d{{2}})(?!\d)"),
    re.compile(rf"(?P<name>{LETTERS}{{3,}})\.?[ -]+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ ,-]+(?P<year>\d{{4}})(?!\d)"),
)  # fmt: skip
WEEKDAY = re.compile(rf"\A{LETTERS}{{2,12}}\.?(?:,\s*|\s+)(?=\d|{LETTERS}{{3,}}\.?\s+\d)")
TIME = re.compile(
    r"(?:T|[ ,]\s*(?:at )?)(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    r"(?:\s*(?P<half>[AaPp])\.?[Mm]\.?(?![A-Za-z]))?"
)
ZONE = re.compile(r"\s*(?P<name>[A-Za-z]{1,4})?(?P<offset>\s*[+-]\d{2}(?::?\d{2})?)?(?:\s*\([^)]*\))?")


class Order(StrEnum):
    """What comes first in a date written in numbers: 03/02/2024 is 3 February day first, and 2 March month first."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    YEAR_FIRST = "year_first"


class Moment(NamedTuple):
    """An aware time; of a date without a time it is noon, and ``is_day`` is true. ``has_zone``: the text says its zone."""

    at: datetime
    is_day: bool = False
    has_zone: bool = True


class FoundOrder(NamedTuple):
    """The order that a column's dates prove, with the text that proves it; else the first text that has two readings."""

    order: str = ""
    proof: str = ""
    unclear: str = ""
    against: str = ""  # a text that proves the other order


class NotADate(ValueError):
    """The text is not a date, or more than one date; the message says what to write."""


def read_moment(text: str, *, order: str = "", zone: tzinfo = UTC) -> Moment:
    """The moment of a text; ``zone`` is of times that name none. NotADate when there is none, or more than one.

    >>> read_moment("Feb 3, 2024 2:15 PM").at.isoformat(), read_moment("03/févr./24 2:15 PM").at.isoformat()
    ('2024-02-03T14:15:00+00:00', '2024-02-03T14:15:00+00:00')
    >>> read_moment("09/18/2026 02:00 +02:00").at.isoformat(), read_moment("03.02.2024").at.isoformat()
    ('2026-09-18T00:00:00+00:00', '2024-02-03T12:00:00+00:00')
    >>> read_moment("02/03/2024")
    Traceback (most recent call last):
    platform_site.text.dates.NotADate: It has two readings: say whether the day or the month comes first.
    """
    match = _date_in(text)
    if match is None:
        raise NotADate(WRITE)
    try:
        year, month, day = _parts(match, order)
        return _with_time(datetime(year, month, day), match.string[match.end() :], zone)  # noqa: DTZ001 - zone follows
    except NotADate:
        raise
    except (ValueError, OverflowError) as error:
        raise NotADate("There is no such day or time.") from error


def is_empty(text: str) -> bool:
    """Whether a cell says that there is no value, in the words that trackers and tools write.

    >>> is_empty(" "), is_empty("NULL"), is_empty("0")
    (True, True, False)
    """
    return text.strip().lower() in EMPTY


def find_order(texts: Iterable[str]) -> FoundOrder:
    """What the dates of a column prove about their order: a part above 12 is a day, one above 31 a year.

    >>> find_order(["02/03/2024", "18/03/2024 14:15"])
    FoundOrder(order='day_first', proof='18/03/2024 14:15', unclear='02/03/2024', against='')
    """
    proofs: dict[str, str] = {}
    unclear = ""
    for text in texts:
        match = _date_in(text)
        if match is None or match.re is not NUMBERS:
            continue
        order = _proven(match)
        if order:
            proofs.setdefault(order, text)
        elif not unclear and match["first"] != match["second"] and match["mark"] != ".":
            unclear = text
    if not proofs:
        return FoundOrder(unclear=unclear)
    (order, proof), *others = proofs.items()
    return FoundOrder(str(order), proof, unclear, others[0][1] if others else "")


def zone_of(name: str) -> tzinfo:
    """The time zone of an IANA name such as Europe/Berlin; ValueError when there is none."""
    if name not in zone_names():
        raise ValueError(f"{name[:60]!r} is not a time zone. Write a name such as Europe/Berlin, or UTC.")
    return UTC if name == "UTC" else ZoneInfo(name)


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every time zone that this installation knows."""
    return frozenset(available_timezones()) | {"UTC"}


def in_order(opened: Moment, ended: Moment) -> tuple[datetime, datetime]:
    """A beginning and an end; where one of them is known to the day alone, it is not before the other on that day.

    >>> begun = read_moment("2024-02-03 14:15")
    >>> in_order(begun, read_moment("2024-02-03"))[1].isoformat()
    '2024-02-03T14:15:00+00:00'
    """
    if ended.at >= opened.at or opened.is_day == ended.is_day:
        return opened.at, ended.at
    known = ended if opened.is_day else opened
    same_day = abs(ended.at - opened.at) <= timedelta(hours=12)  # the one that is a day is noon
    return (known.at, known.at) if same_day else (opened.at, ended.at)


def _date_in(text: str) -> re.Match[str] | None:
    text = " ".join(text.split())
    for rest in (text, WEEKDAY.sub("", text, count=1)):
        if match := next((match for pattern in DATES if (match := pattern.match(rest))), None):
            return match
    return None


def _parts(match: re.Match[str], order: str) -> tuple[int, int, int]:
    parts = match.groupdict()
    if "name" in parts:
        return _year(parts["year"]), _month(parts["name"]), int(parts["day"])
    if "first" not in parts:
        return int(parts["year"]), int(parts["month"]), int(parts["day"])
    order = order or _proven(match) or (Order.DAY_FIRST if parts["mark"] == "." else "")
    first, second, third = int(parts["first"]), int(parts["second"]), _year(parts["third"])
    if not order and first != second:
        raise NotADate("It has two readings: say whether the day or the month comes first.")
    if order == Order.YEAR_FIRST and len(parts["third"]) == 2:
        return _year(parts["first"]), second, int(parts["third"])
    return (third, first, second) if order == Order.MONTH_FIRST else (third, second, first)


def _proven(match: re.Match[str]) -> str:
    first, second = int(match["first"]), int(match["second"])
    if first > 31:
        return Order.YEAR_FIRST
    if first > 12 >= second:
        return Order.DAY_FIRST
    return Order.MONTH_FIRST if second > 12 >= first else ""


def _year(digits: str) -> int:
    return int(digits) + (0 if len(digits) == 4 else 2000)


def _month(name: str) -> int:
    """A month by its name, or by three or more of its first letters."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    matches = {
        number
        for number, names in enumerate(MONTHS, start=1)
        if any(word.startswith(plain) and len(plain) >= SHORTEST_NAME for word in names.split())
    }
    if len(matches) != 1:
        raise NotADate(f"{name} is not a month.")
    return matches.pop()


def _with_time(day: datetime, rest: str, zone: tzinfo) -> Moment:
    match = TIME.match(rest)
    if match is None:
        if rest.strip(" ,"):
            raise NotADate(WRITE)
        return Moment(_aware(datetime.combine(day, NOON), zone), True, False)
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            raise ValueError("hour")
        hour = hour % 12 + 12 * (match["half"] in "Pp")
    named = _zone(rest[match.end() :])
    return Moment(_aware(day.replace(hour=hour, minute=minute, second=second), named or zone), False, named is not None)


def _zone(rest: str) -> tzinfo | None:
    match = ZONE.fullmatch(rest)
    if match is None or (match["name"] and match["name"].upper() not in ZONES):
        raise NotADate("Write its time zone as a difference from UTC, for example 2026-01-05 09:12 +02:00.")
    if not match["name"] and not match["offset"]:
        return None
    hours = ZONES[match["name"].upper()] if match["name"] else 0
    if not match["offset"]:
        return timezone(timedelta(hours=hours))
    sign, digits = match["offset"].strip()[0], match["offset"].strip()[1:].replace(":", "")
    return timezone(int(f"{sign}1") * timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0)))


def _aware(naive: datetime, zone: tzinfo) -> datetime:
    return naive.replace(tzinfo=zone).astimezone(UTC)
