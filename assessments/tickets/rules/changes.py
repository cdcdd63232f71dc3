"""What changed of a ticket, as its audit event says it: old and new value of each field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

LONGEST_TEXT = 200  # of a text in an event; the ticket has the whole of it


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The fields that differ, each with `from` and `to`.

    >>> changes({"type": "bug", "team": "ads"}, {"type": "access", "team": "ads"})
    {'type': {'from': 'bug', 'to': 'access'}}
    """
    return {
        name: {"from": _plain(before[name]), "to": _plain(value)}
        for name, value in after.items()
        if before[name] != value
    }


def _plain(value: Any) -> Any:
    """As JSON has it; a long text is cut."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return f"{value[:LONGEST_TEXT]}…"
    return value
