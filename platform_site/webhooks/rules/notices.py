"""What an event says to people, whatever the kind of destination: title, facts, what happened, ways out. Pure.

A gate's event carries the one message of the gate; a notice has the same sentences, in the same order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from platform_site.text.wording import counted, in_words
from platform_site.webhooks.rules.messages import Event, sentence, shortened, whole_message
from platform_site.webhooks.rules.severity import ORDER, Severity, severity_of

WAYS_OUT = "Ways out:"
DIGEST = "notifications.digest"
PREFIXES = {"acknowledged": "Acknowledged: ", "resolved": "Resolved: ", "reopened": "Opened again: "}
MOST_SECTIONS, MOST_FACTS, MOST_WAYS = 20, 20, 20
LONGEST_TITLE, LONGEST_SECTION, LONGEST_FACT, LONGEST_WAY = 300, 2_000, 300, 500
LINES_OF_A_SECTION = 8  # of a digest


class Fact(NamedTuple):
    """One thing to know: its label and its text."""

    label: str
    text: str


class Details(NamedTuple):
    """What the owner of a noun adds to an event about it: the owning teams, its page, and what to know and to do."""

    teams: tuple[str, ...] = ()
    path: str = ""
    facts: tuple[Fact, ...] = ()
    ways_out: tuple[str, ...] = ()


NO_DETAILS = Details()


class Held(NamedTuple):
    """An event that waited: when it happened, how severe it is, and the title of its notice."""

    at: str
    severity: str
    title: str


class Notice(NamedTuple):
    """One event for people."""

    title: str
    severity: Severity
    facts: tuple[Fact, ...]
    sections: tuple[str, ...]
    ways_out: tuple[str, ...]
    link: str
    event: str
    subject: str
    by: str
    at: str

    @property
    def footer(self) -> str:
        """Which event it is, by whom and when."""
        return f"{self.event}, {in_words(self.severity)}, by {self.by}, {self.at[:16].replace('T', ' ')} UTC"


def notice_of(event: Event, details: Details = NO_DETAILS) -> Notice:
    """The notice of an event, with what the owner of its subject adds."""
    payload = event.payload if isinstance(event.payload, Mapping) else {}
    title, sections, ways = _parts(event, payload)
    return Notice(
        title=" ".join(title.split())[:LONGEST_TITLE],
        severity=severity_of(event.name, payload),
        facts=tuple(_short(fact) for fact in details.facts or _facts(payload))[:MOST_FACTS],
        sections=_at_most(sections),
        ways_out=tuple(_line(way, LONGEST_WAY) for way in (ways or details.ways_out)[:MOST_WAYS]),
        link=event.link,
        event=event.name,
        subject=event.subject,
        by=event.actor,
        at=event.at,
    )


def digest(events: Sequence[Held], *, person: str, at: str, link: str) -> Notice:
    """One notice of everything that waited for the end of a person's quiet hours, the oldest first."""
    lines = [f"{held.at[11:16]} UTC, {in_words(held.severity)}: {_line(held.title, LONGEST_FACT)}" for held in events]
    sections = ["\n".join(lines[at : at + LINES_OF_A_SECTION]) for at in range(0, len(lines), LINES_OF_A_SECTION)]
    return Notice(
        title=f"{counted(len(events), 'event')} waited during the quiet hours of {person}",
        severity=max((Severity(held.severity) for held in events), key=ORDER.index, default=Severity.INFO),
        facts=(),
        sections=_at_most(tuple(sections)),
        ways_out=(),
        link=link,
        event=DIGEST,
        subject=f"user:{person}",
        by="system",
        at=at,
    )


def as_text(notice: Notice) -> str:
    """The notice as plain text: for a mail, and where a chat shows no blocks."""
    lines = [notice.title, *(f"{fact.label}: {fact.text}" for fact in notice.facts)]
    for section in notice.sections:
        lines += ["", section]
    if notice.ways_out:
        lines += ["", WAYS_OUT, *(f"- {way}" for way in notice.ways_out)]
    return "\n".join(lines)


def _parts(event: Event, payload: Mapping[str, Any]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Title, sections and ways out: of the message if the event has one, else of its payload."""
    message, verb = whole_message(event), event.name.partition(".")[2]
    title = payload.get("title")
    if isinstance(title, str) and title:
        sections = [message] if message and message != title else []
        sections += [str(payload[name]) for name in ("reason", "because", "sentence") if payload.get(name)]
        return f"{PREFIXES.get(verb, '')}{title}", tuple(sections), ()
    if not message:
        return sentence(event), (), ()
    first, *sections = message.split("\n\n")
    ways = tuple(
        " ".join(line.split())
        for section in sections
        if section.startswith(WAYS_OUT)
        for line in section.split("\n")[1:]
        if line.strip()
    )
    # the first lines are the decision and the address of the version, which is the link
    return first.split("\n")[0], tuple(text for text in sections if not text.startswith(WAYS_OUT)), ways


def _facts(payload: Mapping[str, Any]) -> tuple[Fact, ...]:
    """What the payload itself names."""
    names = ("model", "version", "environment", "feature", "check", "organization", "owner")
    return tuple(Fact(in_words(name).capitalize(), str(payload[name])) for name in names if payload.get(name))


def _short(fact: Fact) -> Fact:
    return Fact(fact.label, _line(fact.text, LONGEST_FACT))


def _line(text: str, longest: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _at_most(sections: tuple[str, ...]) -> tuple[str, ...]:
    """The first sections, each not too long, and how many were left out."""
    shown = tuple(shortened(text, LONGEST_SECTION) for text in sections[:MOST_SECTIONS])
    left = len(sections) - len(shown)
    return (*shown, f"… and {left:,} more; the link leads to all of them.") if left else shown
