"""A stranger's JSON: bounded before it is parsed, and every wrong type of it said at once.

>>> reader = Reader()
>>> reader.text({"name": 7}, "name", "views[0]"), reader.objects({"views": {}}, "views", "")
('', [])
>>> [fault.message for fault in reader.faults]
['views[0].name is no text.', 'views is no list of objects.']
>>> document(b'{"a": ' + b"[" * 99 + b"]" * 99 + b"}")
Traceback (most recent call last):
    ...
registry.domain.importing.found.Unreadable: The file is nested deeper than 64.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from registry.domain.importing.found import Fault, Unreadable

LARGEST_BYTES, MOST_VALUES, DEEPEST, MOST_FAULTS = 32 * 2**20, 3_000_000, 64, 50
INTEGERS = range(-(2**63), 2**63)
LONGEST_TEXT = 20_000


def document(content: bytes) -> dict[str, Any]:
    """The object that a file holds; Unreadable when it is none, or larger or deeper than is read."""
    if len(content) > LARGEST_BYTES:
        raise _whole("too_large", f"The file is larger than {LARGEST_BYTES // 2**20} MiB.")
    if sum(map(content.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise _whole("too_large", f"The file holds more than {MOST_VALUES:,} values.")
    try:
        value = json.loads(content, parse_int=_integer, parse_constant=_no_number, object_pairs_hook=_once_each)
    except (ValueError, RecursionError) as error:
        told = "nested too deep" if isinstance(error, RecursionError) else str(error)
        raise _whole("malformed", f"The file is no JSON that can be read: {told}.") from error
    if not isinstance(value, dict):
        raise _whole("malformed", "The file is no JSON object.")
    if is_deeper(value, DEEPEST):
        raise _whole("malformed", f"The file is nested deeper than {DEEPEST}.")
    return value


def is_deeper(value: Any, limit: int) -> bool:
    """Whether lists and objects lie in each other more than so many times."""
    level = [value]
    for _ in range(limit):
        inside = [one for one in level if isinstance(one, dict | list) and one]
        level = [inner for one in inside for inner in (one.values() if isinstance(one, dict) else one)]
        if not level:
            return False
    return any(isinstance(one, dict | list) for one in level)


def is_storable(value: Any) -> bool:
    """Whether no text in it, however deep, holds what a database refuses: NUL, or half a surrogate pair.

    >>> is_storable({"a": ["b"]}), is_storable({"a\\0": []}), is_storable(["\\ud800"])
    (True, False, False)
    """
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, Mapping):
        return all(is_storable(one) for pair in value.items() for one in pair)
    return not isinstance(value, list) or all(map(is_storable, value))


class Reader:
    """Reads parts of a document, and keeps every fault with its place. What is not there is empty, never a fault."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def text(self, of: Mapping[str, Any], name: str, place: str) -> str:
        """A text, at most ``LONGEST_TEXT`` characters of it."""
        value = of.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            return self._fault(place, name, "no text", "")
        if not is_storable(value):
            return self._fault(place, name, "a text with a NUL character or half a surrogate pair", "")
        return value[:LONGEST_TEXT]

    def texts(self, of: Mapping[str, Any], name: str, place: str) -> list[str]:
        """A list of texts; one text alone is a list of it."""
        value = of.get(name)
        if value is None:
            return []
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(one, str) and is_storable(one) for one in listed):
            return self._fault(place, name, "no list of texts", [])
        return listed

    def object(self, of: Mapping[str, Any], name: str, place: str) -> dict[str, Any]:
        """An object."""
        value = of.get(name)
        return {} if value is None else value if isinstance(value, dict) else self._fault(place, name, "no object", {})

    def objects(self, of: Mapping[str, Any], name: str, place: str) -> list[tuple[str, dict[str, Any]]]:
        """A list of objects, each with its place."""
        value = of.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            return self._fault(place, name, "no list of objects", [])
        return [(f"{_joined(place, name)}[{number}]", one) for number, one in enumerate(value)]

    def named(self, of: Mapping[str, Any], name: str, place: str) -> list[tuple[str, dict[str, Any]]]:
        """The objects of an object, by their names."""
        value = self.object(of, name, place)
        if not all(isinstance(one, dict) for one in value.values()):
            return self._fault(place, name, "no object of objects", [])
        return list(value.items())

    def finish(self) -> None:
        """Unreadable with every fault, when there is one."""
        if self.faults:
            raise Unreadable(self.faults[:MOST_FAULTS])

    def _fault(self, place: str, name: str, what: str, instead: Any) -> Any:
        here = _joined(place, name)[:200].replace("\0", "?")
        self.faults.append(Fault(here, "malformed", f"{here} is {what}."))
        return instead


def _joined(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _whole(code: str, sentence: str) -> Unreadable:
    return Unreadable([Fault("file", code, sentence)])


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has a key twice")
    return found


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _integer(text: str) -> int:
    if len(text) > 20 or int(text) not in INTEGERS:
        raise ValueError("an integer is beyond 64 bits")
    return int(text)
