"""How states, counts, numbers, shares, digests and times read; the same in a sentence, a table and a chart's caption."""

from __future__ import annotations

import math
from datetime import date, datetime
from decimal import Decimal
from numbers import Integral, Real

NOTHING = "–"
EXACT_BELOW = 1_000  # a float above it is shown as a whole number: its decimals are noise
SPANS = (("year", 365 * 86_400), ("month", 30 * 86_400), ("day", 86_400), ("hour", 3_600), ("minute", 60))


def in_words(name: object) -> str:
    """A state or another name of a value, as a sentence has it.

    >>> in_words("not_applicable"), in_words("BLOCKED")
    ('not applicable', 'BLOCKED')
    """
    return str(name).replace("_", " ")


def label(name: object) -> str:
    """A state or the name of a field as a label: a capital first; a decision in capitals keeps them.

    >>> label("not_applicable"), label("PROCEED"), label("")
    ('Not applicable', 'PROCEED', '')
    """
    words = in_words(name)
    return words[:1].upper() + words[1:]


def plural(noun: str, count: float) -> str:
    """The noun as it stands after the count.

    >>> plural("day", 1), plural("day", 0), plural("standard deviation", 0.05)
    ('day', 'days', 'standard deviations')
    """
    return noun if count == 1 else f"{noun}s"


def counted(count: int | None, noun: str) -> str:
    """A count with its noun, thousands grouped; None is an unknown count.

    >>> counted(1, "model team"), counted(1_200, "model team"), counted(None, "model team")
    ('1 model team', '1,200 model teams', 'an unknown number of model teams')
    """
    if count is None:
        return f"an unknown number of {noun}s"
    return f"{count:,} {plural(noun, count)}"


def grouped_number(value: object, digits: int = 4) -> str:
    """A count with its thousands grouped, a measurement with `digits` significant digits, None as a dash.

    >>> grouped_number(336776), grouped_number(0.0351234), grouped_number(41.0), grouped_number(None)
    ('336,776', '0.03512', '41', '–')
    >>> grouped_number(12345.6), grouped_number(1.2e-7), grouped_number(float("nan")), grouped_number("n/a")
    ('12,346', '1.2e-07', 'NaN', 'n/a')
    >>> grouped_number(156.57142857, 6)
    '156.571'
    """
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool) or not isinstance(value, Real | Decimal):
        return str(value)
    if isinstance(value, Integral):
        return f"{int(value):,}"
    return _measurement(float(value), digits)


def _measurement(value: float, digits: int) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:,.0f}" if abs(value) >= EXACT_BELOW else f"{value:.{digits}g}"


def percent_of_share(share: object) -> str:
    """A share 0..1 as a percentage with one decimal; a few of many are never shown as none, nor nearly all as all.

    >>> percent_of_share(0.12), percent_of_share(1), percent_of_share(0), percent_of_share(None)
    ('12.0%', '100.0%', '0.0%', '–')
    >>> percent_of_share(3 / 336_776), percent_of_share(0.99999)
    ('< 0.1%', '> 99.9%')
    """
    if isinstance(share, bool) or not isinstance(share, Real | Decimal) or math.isnan(share):
        return NOTHING
    share = float(share)
    if 0 < share < 0.0005:
        return "< 0.1%"
    if 0.9995 <= share < 1:
        return "> 99.9%"
    return f"{share * 100:.1f}%"


def short_digest(digest: object) -> str:
    """The first 12 hex digits, by which a version is named.

    >>> short_digest("sha256:9f86d081884c7d659a2feaa0c55ad015"), short_digest("")
    ('9f86d081884c', '–')
    """
    return str(digest or "").removeprefix("sha256:")[:12] or NOTHING


def age(moment: datetime, *, now: datetime) -> str:
    """How long ago, or how soon, in the largest unit that fits.

    >>> from datetime import UTC, timedelta
    >>> noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    >>> age(noon - timedelta(hours=3), now=noon), age(noon + timedelta(days=2), now=noon), age(noon, now=noon)
    ('3 hours ago', 'in 2 days', 'just now')
    """
    seconds = (now - moment).total_seconds()
    for unit, length in SPANS:
        count = int(abs(seconds) // length)
        if count:
            span = counted(count, unit)
            return f"{span} ago" if seconds > 0 else f"in {span}"
    return "just now"


def age_in_days(day: date, *, today: date) -> str:
    """How many days ago a day was, for what is dated and has no clock time.

    >>> age_in_days(date(2026, 2, 28), today=date(2026, 3, 1)), age_in_days(date(2026, 3, 1), today=date(2026, 3, 1))
    ('yesterday', 'today')
    """
    days = (today - day).days
    named = {0: "today", 1: "yesterday", -1: "tomorrow"}
    return named.get(days) or (f"{days} days ago" if days > 0 else f"in {-days} days")
