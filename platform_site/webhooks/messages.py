"""The messages of an event: JSON, a text for Slack, a mail. Pure: standard library alone."""

from __future__ import annotations

import json
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
LONGEST_CHAT, LONGEST_MAIL = (
    3_000,
    20_000,
)  # characters of a message: what a chat shows without folding, and a page or two


class Event(NamedTuple):
    """One event to send: ``sequence`` is its number in the audit log, None for a test; ``link`` may be empty."""

    name: str
    sequence: int | None
    at: str
    actor: str
    subject: str
    payload: Any
    link: str = ""


def as_json(event: Event) -> str:
    """The whole event: `{"event", "sequence", "at", "actor", "subject", "payload", "link"}`."""
    content = {"event": event.name} | {name: value for name, value in event._asdict().items() if name != "name"}
    return json.dumps(content, sort_keys=True)


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


def as_slack(event: Event) -> str:
    """`{"text"}` as Slack, Mattermost and Rocket.Chat take it; text that people wrote makes no links and mentions nobody."""
    message = whole_message(event)
    text = f"{shortened(message, LONGEST_CHAT)}\nBy {event.actor}." if message else sentence(event)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return json.dumps({"text": f"{text} <{event.link}|Open>" if event.link else text})


def as_mail(event: Event) -> str:
    """`{"subject", "text"}` of a mail."""
    message = whole_message(event)
    content = shortened(message, LONGEST_MAIL) if message else sentence(event)
    text = [content, "", f"Event: {event.name}", f"Subject: {event.subject}", f"By: {event.actor}"]
    text += [f"At: {event.at} UTC", *([f"See: {event.link}"] if event.link else []), "", "-- ", "Plumbline"]
    about = message.split("\n")[0] if message else f"{event.name} {event.subject}"
    return json.dumps({"subject": " ".join(f"[Plumbline] {about}".split())[:150], "text": "\n".join(text)})
