"""JSON from outside: limited before it is parsed, and every value of a wrong type reported at once.

>>> reader = Reader()
>>> reader.text({"name": 7}, "name", "views[0]"), reader.objects({"views": {}}, "views", "")
('', [])
>>> [fault.message for fault in reader.faults]
['views[0].name is not a text.', 'views is not a list of objects.']
>>> document(b'{"a": ' + b"[" * 99 + b"]" * 99 + b"}")
Traceback (most recent call last):
    ...
registry.imports.rules.candidates.Unreadable: The file is nested deeper than 64.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platform_site.text.strict_json import is_deeper, is_storable, parse
from registry.imports.rules.candidates import Fault, Unreadable

LARGEST_BYTES, MOST_VALUES, DEEPEST, MOST_FAULTS = 32 * 2**20, 3_000_000, 64, 50
LONGEST_TEXT = 20_000


def document(content: bytes, what: str = "file") -> dict[str, Any]:
    """The JSON object in a file, or in ``what`` else came; Unreadable when it is not one, too large or nested too deeply."""
    if len(content) > LARGEST_BYTES:
        raise _whole("too_large", f"The {what} is larger than {LARGEST_BYTES // 2**20} MiB.")
    if sum(map(content.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise _whole("too_large", f"The {what} holds more than {MOST_VALUES:,} values.")
    try:
        value = parse(content)
    except ValueError as error:
        raise _whole("malformed", f"The {what} is not JSON that can be read: {error}.") from error
    if not isinstance(value, dict):
        raise _whole("malformed", f"The {what} is not a JSON object.")
    if is_deeper(value, DEEPEST):
        raise _whole("malformed", f"The {what} is nested deeper than {DEEPEST}.")
    return value


class Reader:
    """Reads parts of a document and collects every fault with its place. A missing part is empty, not a fault."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def code(self, of: Mapping[str, Any], name: str, place: str) -> str:
        """A text of code, whole: each character of it counts."""
        return self.text(of, name, place, longest=LARGEST_BYTES)

    def text(self, of: Mapping[str, Any], name: str, place: str, *, longest: int = LONGEST_TEXT) -> str:
        """A text, at most ``longest`` characters of it."""
        value = of.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self._fault(place, name, "not a text")
            return ""
        if not is_storable(value):
            self._fault(place, name, "a text with a NUL character or half of a surrogate pair")
            return ""
        return value[:longest]

    def texts(self, of: Mapping[str, Any], name: str, place: str) -> list[str]:
        """A list of texts; a single text is a list of one."""
        value = of.get(name)
        if value is None:
            return []
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(item, str) and is_storable(item) for item in listed):
            self._fault(place, name, "not a list of texts")
            return []
        return listed

    def object(self, of: Mapping[str, Any], name: str, place: str) -> dict[str, Any]:
        """An object."""
        value = of.get(name)
        if isinstance(value, dict):
            return value
        if value is not None:
            self._fault(place, name, "not an object")
        return {}

    def objects(self, of: Mapping[str, Any], name: str, place: str) -> list[tuple[str, dict[str, Any]]]:
        """A list of objects, each with its place."""
        value = of.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self._fault(place, name, "not a list of objects")
            return []
        return [(f"{_joined(place, name)}[{number}]", item) for number, item in enumerate(value)]

    def named(self, of: Mapping[str, Any], name: str, place: str) -> list[tuple[str, dict[str, Any]]]:
        """The objects of an object, by their names."""
        value = self.object(of, name, place)
        if not all(isinstance(item, dict) for item in value.values()):
            self._fault(place, name, "not an object of objects")
            return []
        return list(value.items())

    def finish(self) -> None:
        """Raise Unreadable with every fault, if there is any."""
        if self.faults:
            raise Unreadable(self.faults[:MOST_FAULTS])

    def _fault(self, place: str, name: str, what: str) -> None:
        here = _joined(place, name)[:200].replace("\0", "?")
        self.faults.append(Fault(here, "malformed", f"{here} is {what}."))


def _joined(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _whole(code: str, sentence: str) -> Unreadable:
    return Unreadable([Fault("file", code, sentence)])
