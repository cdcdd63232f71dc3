"""What changed of a record, as its audit event says it: old and new value of each field, bounded in size. Pure."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Collection, Mapping
from datetime import date, time
from typing import Any

LONGEST_TEXT = 200  # of a text that an event holds whole
MOST_SHOWN = 40  # of many changed records, those whose values an event holds
LONGEST_VALUE = 2_000  # of a list or an object that it holds whole, as JSON


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The fields of ``after`` that differ from ``before``, each with `from` and `to`; a field that was not there was None.

    >>> changes({"type": "bug", "team": "ads"}, {"type": "access", "team": "ads"})
    {'type': {'from': 'bug', 'to': 'access'}}
    """
    return {
        name: {"from": plain(before.get(name)), "to": plain(value)}
        for name, value in after.items()
        if before.get(name) != value
    }


def plain(value: Any) -> Any:
    """A value as JSON has it. Of a long text: its length, its SHA-256 and how it begins; of a long list or object, of its
    JSON the same."""
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, date | time):  # a datetime is a date
        return value.isoformat()
    if isinstance(value, Mapping | list | tuple | set | frozenset):
        whole = _whole(value)
        text = json.dumps(whole, sort_keys=True, default=str)
        return whole if len(text) <= LONGEST_VALUE else _summary(text)
    text = str(value)
    return text if len(text) <= LONGEST_TEXT else _summary(text)


class ManyChanges:
    """What changed of many records, for one event: how many changed, one digest of all changes, and the first of them."""

    def __init__(self) -> None:
        self.count, self.first, self._hash = 0, dict[str, Any](), hashlib.sha256()

    def add(self, name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Take in a record, if anything of it differs."""
        if differences := changes(before, after):
            self.count += 1
            self._hash.update(f"{json.dumps({name: differences}, sort_keys=True)}\n".encode())
            if self.count <= MOST_SHOWN:
                self.first[name] = differences

    def summary(self) -> dict[str, Any]:
        """As an event holds it."""
        return {"changed": self.count, "sha256": self._hash.hexdigest(), "changes": self.first}


def _whole(values: Mapping[Any, Any] | Collection[Any]) -> Any:
    if isinstance(values, Mapping):
        return {str(name): plain(value) for name, value in values.items()}
    return [plain(value) for value in (sorted(values, key=str) if isinstance(values, set | frozenset) else values)]


def _summary(text: str) -> dict[str, Any]:
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
    return {"length": len(text), "sha256": digest, "head": text[:LONGEST_TEXT]}
