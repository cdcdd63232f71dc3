"""JSON read strictly: what two programs could read differently is refused.

>>> parse('{"a": [1, 0.5, null]}')
{'a': [1, 0.5, None]}
>>> parse('{"a": 1, "a": 2}')
Traceback (most recent call last):
    ...
ValueError: an object has a key twice
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

INTEGERS = range(-(2**63), 2**63)
MOST_DIGITS = 20  # of a 64-bit integer with its sign; int() of a longer text is not tried


def parse(content: str | bytes) -> Any:
    """The value that the text holds.

    Raises ValueError with a sentence for NaN and infinities, numbers too large for a float, integers beyond 64 bits,
    a key given twice in one object, nesting too deep to read, and anything that is not one JSON value.
    """
    try:
        return json.loads(
            content, object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer, parse_float=_float
        )
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error


def is_deeper(value: Any, limit: int) -> bool:
    """Whether lists and objects are nested in each other more than `limit` times.

    >>> is_deeper([[]], 2), is_deeper([[]], 1), is_deeper("text", 0)
    (False, True, False)
    """
    level = [value]
    for _ in range(limit):
        containers = [item for item in level if isinstance(item, dict | list) and item]
        level = [inner for item in containers for inner in (item.values() if isinstance(item, dict) else item)]
        if not level:
            return False
    return any(isinstance(item, dict | list) for item in level)


def text_fault(value: Any) -> str:
    """What a database refuses in a text of the value, at any depth, as a sentence; empty when every text can be stored.

    >>> text_fault({"a": ["b"]}), text_fault({"a\\0": []}), text_fault(["\\ud800"])
    ('', 'a text holds a NUL character', 'a text holds half a surrogate pair')
    """
    if isinstance(value, str):
        return _fault_of(value)
    if isinstance(value, Mapping):
        value = [item for pair in value.items() for item in pair]
    return next(filter(None, map(text_fault, value)), "") if isinstance(value, list) else ""


def is_storable(value: Any) -> bool:
    """Whether no text of the value, at any depth, holds a NUL character or half a surrogate pair."""
    return not text_fault(value)


def _fault_of(text: str) -> str:
    if "\0" in text:
        return "a text holds a NUL character"
    return "a text holds half a surrogate pair" if any("\ud800" <= letter <= "\udfff" for letter in text) else ""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("an object has a key twice")
    return fields


def _constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _integer(text: str) -> int:
    if len(text) > MOST_DIGITS or int(text) not in INTEGERS:
        raise ValueError("an integer is beyond 64 bits")
    return int(text)


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError("a number is too large")
    return value
