"""Parameters of checks: named, validated all at once, stored and shown.

>>> class Wanted(NamedTuple):
...     limit: float = 0.0
>>> parse(Wanted, {"limit": SHARE}, {"limit": 2, "other": 1})[0][1].message
'limit is a share: a number from 0 to 1.'
>>> parse(Wanted, {"limit": SHARE}, {"limit": 0.5})
([], Wanted(limit=0.5))
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeVar

RELATIVE = re.compile(r"^-\d{1,4}d$")
Wanted = TypeVar("Wanted", bound=NamedTuple)


class ParameterFault(NamedTuple):
    """One parameter to change."""

    field: str
    code: str
    message: str


class Rule(NamedTuple):
    """What a parameter must be: the test, and the words that complete "NAME is …"."""

    holds: Callable[[Any], bool]
    words: str


def parse(
    wanted: type[Wanted], rules: Mapping[str, Rule], values: Mapping[str, Any]
) -> tuple[list[ParameterFault], Wanted | None]:
    """Every fault of the given parameters, and the parameters with defaults where nothing was given; None with faults.

    ``wanted``: a NamedTuple; a field without a default must be given.
    """
    known = wanted._fields
    faults = [
        ParameterFault(name, "unknown", f"{name} is not a parameter. Choose from {', '.join(known)}.")
        for name in values
        if name not in known
    ]
    faults += [
        ParameterFault(name, "required", f"{name} is required.")
        for name in known
        if name not in wanted._field_defaults and name not in values
    ]
    faults += [
        ParameterFault(name, "out_of_range", f"{name} is {rule.words}.")
        for name, rule in rules.items()
        if name in values and not rule.holds(values[name])
    ]
    if faults:
        return faults, None
    complete = {**wanted._field_defaults, **values}
    return [], wanted._make(complete[name] for name in known)


def is_number(value: Any, low: float = -math.inf, high: float = math.inf) -> bool:
    """Whether it is a finite number within the bounds; a truth value is not a number."""
    is_finite = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return is_finite and low <= value <= high


def is_moment(value: Any) -> bool:
    """Whether it tells a time: ISO 8601, days before the run, or nothing.

    >>> [is_moment(value) for value in ("2013-01-31", "-7d", "", "tomorrow")]
    [True, True, True, False]
    """
    if value == "" or (isinstance(value, str) and RELATIVE.match(value)):
        return True
    try:
        return bool(datetime.fromisoformat(value))
    except (TypeError, ValueError):
        return False


def is_after(since: str, until: str) -> bool:
    """Whether no moment is in a period from ``since`` up to ``until``; only two of one kind can be compared.

    >>> is_after("2025-01-01", "2024-01-31"), is_after("-7d", "-28d"), is_after("-7d", "2024-01-31"), is_after("", "-1d")
    (True, True, False, False)
    """
    if not since or not until:
        return False
    if RELATIVE.match(since) or RELATIVE.match(until):
        both = RELATIVE.match(since) and RELATIVE.match(until)
        return bool(both) and int(since[:-1]) >= int(until[:-1])
    moments = [datetime.fromisoformat(text) for text in (since, until)]
    first, last = (moment if moment.tzinfo else moment.replace(tzinfo=UTC) for moment in moments)
    return first >= last


def _are_names(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(name, str) and name for name in value)


def below_zero(field: str, values: Any) -> Iterator[ParameterFault]:
    """The entries that are not numbers, or below 0.

    >>> [fault.message for fault in below_zero("limits", {"psi": -1, "ks": 0.1})]
    ['psi is -1. Give a number from 0.']
    """
    for name, value in values.items() if isinstance(values, Mapping) else ():
        if not is_number(value, 0):
            yield ParameterFault(field, "out_of_range", f"{name} is {value!r}. Give a number from 0.")


SHARE = Rule(lambda value: is_number(value, 0, 1), "a share: a number from 0 to 1")
POSITIVE = Rule(lambda value: is_number(value, 0), "a number from 0")
TOLERANCE = Rule(lambda value: value is None or is_number(value, 0), "a number from 0, or null")
TOLERANCE_SHARE = Rule(lambda value: value is None or is_number(value, 0, 1), "a share: a number from 0 to 1, or null")
COUNT = Rule(lambda value: is_number(value, 0) and value == int(value), "a whole number from 0")
ROWS = Rule(lambda value: is_number(value, 1) and value == int(value), "a number of rows, from 1")
NAME = Rule(lambda value: isinstance(value, str) and len(value) <= 128, "a name of up to 128 characters")
NAMES = Rule(_are_names, "a list of names")
LIMITS = Rule(lambda value: isinstance(value, Mapping), "an object of numbers from 0, by name")
LIMITS_BY_COLUMN = Rule(
    lambda value: isinstance(value, Mapping) and all(isinstance(limits, Mapping) for limits in value.values()),
    "an object of limits by statistic, by column",
)
MOMENT = Rule(is_moment, "a date, a time (2013-01-31T12:00), or days before the run (-7d)")
SWITCH = Rule(lambda value: isinstance(value, bool), "true or false")


def one_of(*words: str) -> Rule:
    """One of these words."""
    return Rule(lambda value: value in words, f"one of {', '.join(word or 'nothing' for word in words)}")
