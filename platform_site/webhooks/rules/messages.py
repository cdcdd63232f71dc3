"""An event that is sent, and what its payload says: as a line, as the message that it carries. Pure: standard library alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

SUMMARY_FIELDS = (
    "title",
    "summary",
    "reason",
    "sentence",
    "name",
    "model",
    "check",
    "decision",
    "until",
)  # the best first
LONGEST_SUMMARY = 300


class Event(NamedTuple):
    """One event to send: ``sequence`` is its number in the audit log, None for a test; ``link`` may be empty."""

    name: str
    sequence: int | None
    at: str
    actor: str
    subject: str
    payload: Any
    link: str = ""


def sentence(event: Event) -> str:
    """One line for people: what happened, to what, by whom, and the best summary in the payload."""
    payload = event.payload if isinstance(event.payload, Mapping) else {}
    why = next((str(payload[name]) for name in SUMMARY_FIELDS if payload.get(name)), "")
    line = f"{event.name.replace('.', ' ').replace('_', ' ')}: {event.subject}, by {event.actor}"
    return " ".join(f"{line}. {why}".split())[: LONGEST_SUMMARY + len(line)].rstrip()


def whole_message(event: Event) -> str:
    """The message for people that the payload carries, as that of a gate does; empty where it has none."""
    message = event.payload.get("message") if isinstance(event.payload, Mapping) else None
    return message.strip() if isinstance(message, str) else ""


def shortened(message: str, longest: int) -> str:
    """As many whole lines as fit, and how many were left out.

    >>> shortened("BLOCKED: demand v1\\nBlocks: it changed.", 20)
    'BLOCKED: demand v1\\n… and 1 more line.'
    """
    lines, shown, used = message.split("\n"), [], 0
    for line in lines:
        used += len(line) + 1
        if used > longest:
            break
        shown.append(line)
    shown = shown or [f"{lines[0][:longest]} …"]
    left = len(lines) - len(shown)
    return "\n".join([*shown, *([f"… and {left:,} more line{'s' if left > 1 else ''}."] if left else [])])
