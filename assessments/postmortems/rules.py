"""A blameless account of an incident: the kind of failure, when it was noticed, three lessons (T11)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from platform_site.text.markdown import escape
from platform_site.text.wording import counted, in_words

LESSONS, LONGEST_LESSON = 3, 1_000
MOST_LINKS = 30
MOST_PREVENTIONS, LONGEST_MECHANISM = 10, 4_000
VERSIONED = ("feature", "model")


class Classification(StrEnum):
    """Where the cause lay."""

    DATA_QUALITY = "data_quality"
    PLATFORM_DESIGN = "platform_design"
    INDIVIDUAL_TEAM = "individual_team"


class LinkKind(StrEnum):
    """What a postmortem can link to in the registry."""

    FEATURE = "feature"
    MODEL = "model"
    CHECK = "check"
    RUN = "run"


class Moment(StrEnum):
    """When a capability would have shown it: the earlier, the cheaper."""

    PULL_REQUEST = "pull_request"
    REGISTRATION = "registration"
    DEPLOYMENT = "deployment"
    SERVING = "serving"


MEANINGS = {
    Classification.DATA_QUALITY: "The data itself was wrong, late or missing before anything was computed from it.",
    Classification.PLATFORM_DESIGN: (
        "Nothing checked where two parts meet. Two teams that each work correctly alone, and fail together at their "
        "boundary, are a matter of platform design."
    ),
    Classification.INDIVIDUAL_TEAM: "One team's own work failed inside that team, and no platform could have noticed.",
}


class Link(NamedTuple):
    """A feature or model by name, of one version or of all (empty); a check or run by its number."""

    kind: str
    name: str
    version: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in self if part)


class Prevention(NamedTuple):
    """A capability that would have prevented it: by which mechanism, and when it would have been seen (None: nobody said, as in
    postmortems written before this was asked)."""

    capability: str
    mechanism: str
    moment: str | None = None

    def __str__(self) -> str:
        return f"{self.capability} {self.moment or ''}: {self.mechanism}"


class Detection(NamedTuple):
    """How long an incident took to be noticed, and would have taken with the capability."""

    seen_after: timedelta
    would_after: timedelta
    same_day: bool  # would have been seen on the day on which it happened

    @property
    def too_late(self) -> timedelta:
        """How much sooner it would have been noticed with the capability."""
        return self.seen_after - self.would_after

    def sentence(self, capability: str) -> str:
        """The timeline in words.

        >>> Detection(timedelta(days=21), timedelta(minutes=5), same_day=True).sentence("feature_parity")
        'Seen 21 days after it happened; with feature parity it would have been seen the same day: 21 days too late.'
        """
        seen = f"Seen {span(self.seen_after)} after it happened" if self.seen_after else "Seen at once"
        beginning = f"{seen}; with {capability.replace('_', ' ')} it would have been seen"
        if not self.too_late:
            return f"{beginning} no sooner."
        soon = "the same day" if self.same_day else f"after {span(self.would_after)}"
        return f"{beginning} {soon}: {span(self.too_late)} too late."


def detection(happened_at: datetime, would_have_been_seen_at: datetime, seen_at: datetime) -> Detection:
    """Both delays, from moments in one time zone.

    >>> from datetime import UTC
    >>> detection(*(datetime(2026, 9, day, tzinfo=UTC) for day in (1, 3, 22))).too_late.days
    19
    """
    same_day = happened_at.date() == would_have_been_seen_at.date()
    return Detection(seen_at - happened_at, would_have_been_seen_at - happened_at, same_day)


def span(length: timedelta) -> str:
    """A duration in the largest unit of which there are at least two, or exactly one.

    >>> span(timedelta(days=21, hours=3)), span(timedelta(hours=30)), span(timedelta(minutes=1)), span(timedelta(0))
    ('21 days', '30 hours', '1 minute', 'at once')
    """
    seconds = round(length.total_seconds())
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        count = round(seconds / size)
        if seconds >= 2 * size or (seconds == size):
            return counted(count, unit)
    return "at once"


def lesson_faults(lessons: Sequence[str]) -> list[str]:
    """What keeps a list from being exactly three lessons.

    >>> lesson_faults(["Compare row by row.", "Name the owner of each boundary."])
    ['A postmortem has exactly 3 lessons; there are 2.']
    >>> lesson_faults(["Compare.", "compare. ", " "])
    ['Lesson 3 is empty.', 'Lessons 1 and 2 are the same.']
    """
    if len(lessons) != LESSONS:
        return [f"A postmortem has exactly {LESSONS} lessons; there are {len(lessons)}."]
    normalized = [lesson.strip().casefold() for lesson in lessons]
    faults = [f"Lesson {number} is empty." for number, lesson in enumerate(normalized, start=1) if not lesson]
    return faults + [
        f"Lessons {normalized.index(lesson) + 1} and {number} are the same."
        for number, lesson in enumerate(normalized, start=1)
        if lesson and normalized.index(lesson) < number - 1
    ]


def people_named(lessons: Iterable[str], names: Iterable[str]) -> list[str]:
    """A warning for each lesson that names a person: postmortems are blameless.

    >>> people_named(["Tell ada first.", "Adapt the gate."], ["Ada"])
    ['Lesson 1 names Ada: write what allowed it to happen rather than who was involved.']
    """
    wanted = [name for name in dict.fromkeys(names) if len(name) > 1]
    return [
        f"Lesson {number} names {name}: write what allowed it to happen rather than who was involved."
        for number, lesson in enumerate(lessons, start=1)
        for name in wanted
        if re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", lesson, re.IGNORECASE)
    ]


def as_markdown(postmortem: Any) -> str:
    """A postmortem with its timeline, what would have prevented it, lessons and links, for minutes or a wiki."""
    moments = (("Happened", postmortem.happened_at), ("Noticed", postmortem.seen_at))
    lines = [f"# {escape(postmortem.title)}", "", postmortem.sentence, ""]
    lines += [f"- {name}: {moment:%Y-%m-%d %H:%M} UTC" for name, moment in moments]
    lines += [f"- Kind of cause: {in_words(postmortem.classification)}", f"- State: {postmortem.state}", ""]
    lines += ["## What happened", "", escape(postmortem.what_happened), "", "## What would have prevented it", ""]
    for prevention in postmortem.preventions:
        moment = f", seen at {in_words(prevention.moment)}" if prevention.moment else ""
        lines.append(f"- {escape(prevention.capability)}{moment}: {escape(prevention.mechanism)}")
    lines += ["", "## Lessons", "", *(f"{place}. {escape(text)}" for place, text in enumerate(postmortem.lessons, 1))]
    links = [f"- {escape(str(link))}" for link in postmortem.links.all()]
    return "\n".join([*lines, *(["", "## Links", "", *links] if links else [])]) + "\n"


def read_links(text: str) -> list[Link]:
    """Links from text, one per line: a kind, a name or number, and for a feature or model optionally a version.

    >>> [str(link) for link in read_links("feature rolling_orders 7f687058610f\\n\\nrun 3")]
    ['feature rolling_orders 7f687058610f', 'run 3']
    """
    lines = (line.split(maxsplit=2) for line in text.splitlines() if line.strip())
    return [Link(parts[0].lower().rstrip(":"), *parts[1:]) if len(parts) > 1 else Link(parts[0], "") for parts in lines]


def read_preventions(text: str) -> list[Prevention]:
    """Preventions from text, one per line: a capability, a moment, a colon, how it would have worked.

    >>> read_preventions("lineage registration: The table would have been named.")
    [Prevention(capability='lineage', mechanism='The table would have been named.', moment='registration')]
    """
    preventions = []
    for line in filter(None, map(str.strip, text.splitlines())):
        head, _, mechanism = line.partition(":")
        capability, _, moment = head.strip().partition(" ")
        preventions.append(Prevention(capability, mechanism.strip(), moment.strip()))
    return preventions


def prevention_fault(prevention: Prevention, *, moment_required: bool = True) -> str | None:
    """Why a prevention is malformed, or None; whether its capability exists is not looked up.

    >>> prevention_fault(Prevention("lineage", "", "deployment"))
    'Say how lineage would have prevented it.'
    >>> prevention_fault(Prevention("lineage", "x", "monday"))
    "'monday' is not a moment. Choose pull_request, registration, deployment or serving."
    """
    if not prevention.mechanism.strip():
        return f"Say how {prevention.capability[:63] or 'the capability'} would have prevented it."
    if len(prevention.mechanism) > LONGEST_MECHANISM:
        return f"{len(prevention.mechanism):,} characters; at most {LONGEST_MECHANISM:,} are allowed."
    if prevention.moment in list(Moment) or (prevention.moment is None and not moment_required):
        return None
    moment = f"{(prevention.moment or '')[:40]!r}"
    return f"{moment} is not a moment. Choose pull_request, registration, deployment or serving."


def link_fault(link: Link) -> str | None:
    """Why a link is malformed, or None; whether its target exists is not looked up.

    >>> link_fault(Link("check", "three")), link_fault(Link("run", "3", "v1"))
    ("'three' is not the number of a check.", 'A run has no version.')
    """
    if link.kind not in list(LinkKind):
        return f"{link.kind[:40]!r} is not a kind of link. Write {', '.join(LinkKind)}, then a name or number."
    if not link.name:
        return f"Add which {link.kind} it is: its name or number."
    if link.kind in VERSIONED:
        return None
    if not (link.name.isascii() and link.name.isdigit() and len(link.name) < 10):
        return f"{link.name[:40]!r} is not the number of a {link.kind}."
    return f"A {link.kind} has no version." if link.version else None
