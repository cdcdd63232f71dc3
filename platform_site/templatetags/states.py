"""One look for each word of state: which tone it has and which icon stands beside it.

A word means the same on every page, so it looks the same on every page. Only what is proven good has the tone `ok`: an
errored check, one without enough data and one that was cancelled are outcomes of their own, never green and never
mistaken for a failure. Tones are the five colours of `plumbline.css`; the icon says the same to who sees no colours.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from platform_site.text.wording import NOTHING, label


class Tone(StrEnum):
    """How a state speaks to the reader."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    INFO = "info"
    MUTED = "muted"


class Look(NamedTuple):
    """What a chip shows: its text, its tone and an icon of the sprite."""

    label: str
    tone: Tone
    icon: str


LOOKS: dict[str, tuple[Tone, str]] = {
    # outcomes of a check
    "passed": (Tone.OK, "circle-check"),
    "failed": (Tone.BAD, "circle-x"),
    "errored": (Tone.BAD, "alert-octagon"),
    "drifted": (Tone.BAD, "trending-up"),
    "not_enough_data": (Tone.MUTED, "circle-dashed"),
    "blind": (Tone.WARN, "circle-minus"),
    "not_logged": (Tone.MUTED, "circle-off"),
    "not_deterministic": (Tone.WARN, "arrows-shuffle"),
    # where a run stands; finished says nothing of how it ended
    "preview": (Tone.MUTED, "eye-check"),
    "offered": (Tone.MUTED, "eye-check"),
    "applied": (Tone.INFO, "circle-check"),
    "queued": (Tone.MUTED, "clock"),
    "running": (Tone.INFO, "loader-2"),
    "finished": (Tone.MUTED, "circle-dot"),
    "stored": (Tone.INFO, "circle-check"),
    "cancelled": (Tone.MUTED, "ban"),
    # what is found about a column of a data set
    "gone": (Tone.BAD, "circle-off"),
    "other_type": (Tone.BAD, "arrows-shuffle"),
    "null": (Tone.BAD, "circle-dashed"),
    "not_unique": (Tone.BAD, "copy"),
    "not_allowed": (Tone.BAD, "ban"),
    "ties": (Tone.WARN, "equal"),
    "no_event_time": (Tone.BAD, "clock"),
    "spelling": (Tone.MUTED, "equal"),
    "new": (Tone.INFO, "plus"),
    # gates and the severity of a conflict
    "PROCEED": (Tone.OK, "circle-arrow-right"),
    "PROCEED under override": (Tone.WARN, "key"),
    "BLOCKED": (Tone.BAD, "hand-stop"),
    "ERROR": (Tone.BAD, "circle-x"),
    "WARNING": (Tone.WARN, "alert-triangle"),
    "INFO": (Tone.INFO, "info-circle"),
    # how severe an event is; critical stands with the priorities
    "error": (Tone.BAD, "circle-x"),
    "warning": (Tone.WARN, "alert-triangle"),
    "info": (Tone.INFO, "info-circle"),
    # capabilities
    "implemented": (Tone.OK, "circle-check"),
    "partial": (Tone.WARN, "circle-half-2"),
    "missing": (Tone.BAD, "circle-off"),
    "not_applicable": (Tone.MUTED, "circle-minus"),
    # model versions
    "observed": (Tone.WARN, "eye-check"),
    "registered": (Tone.MUTED, "tag"),
    "staging": (Tone.INFO, "flask"),
    "production": (Tone.INFO, "rocket"),
    "archived": (Tone.MUTED, "archive"),
    "reporting": (Tone.OK, "heartbeat"),
    "silent": (Tone.WARN, "hourglass"),
    "regulated": (Tone.INFO, "shield-check"),
    # how a model stands
    "blocked": (Tone.BAD, "hand-stop"),
    "serving": (Tone.INFO, "rocket"),
    "in_shadow": (Tone.INFO, "eye-check"),
    "not_deployed": (Tone.WARN, "circle-minus"),
    "not_in_production": (Tone.MUTED, "circle-dashed"),
    "no_version": (Tone.MUTED, "circle-off"),
    "skew": (Tone.BAD, "git-compare"),
    # alerts
    "on": (Tone.INFO, "circle-dot"),
    "failing": (Tone.WARN, "alert-triangle"),
    "switched_off": (Tone.BAD, "ban"),
    "pending": (Tone.MUTED, "hourglass"),
    "sending": (Tone.INFO, "send"),
    "delivered": (Tone.OK, "circle-check"),
    "open": (Tone.BAD, "bell-ringing"),
    "acknowledged": (Tone.WARN, "eye-check"),
    "resolved": (Tone.OK, "circle-check"),
    # assessments
    "draft": (Tone.MUTED, "pencil"),
    "published": (Tone.INFO, "lock"),
    # priorities
    "critical": (Tone.BAD, "chevrons-up"),
    "high": (Tone.WARN, "chevron-up"),
    "medium": (Tone.MUTED, "equal"),
    "low": (Tone.MUTED, "chevron-down"),
    # conditions that call for a platform: to be met is neither good nor bad
    "met": (Tone.INFO, "circle-check"),
    "likely": (Tone.WARN, "circle-half-2"),
    "not_met": (Tone.MUTED, "circle-minus"),
    # steps of a plan, and whether a model could be rebuilt
    "done": (Tone.OK, "circle-check"),
    "proposed": (Tone.MUTED, "circle-dashed"),
    "in_progress": (Tone.INFO, "circle-half-2"),
    "dropped": (Tone.MUTED, "ban"),
    "overdue": (Tone.BAD, "clock"),
    "due": (Tone.INFO, "clock"),
    # targets of organizations
    "on_track": (Tone.OK, "trending-up"),
    "behind": (Tone.WARN, "trending-down"),
    "no_trend": (Tone.MUTED, "minus"),
    "reached": (Tone.OK, "circle-check"),
    "missed": (Tone.BAD, "circle-x"),
    "ended": (Tone.MUTED, "x"),
    # what a review says
    "gained": (Tone.INFO, "trending-up"),
    "won": (Tone.INFO, "trending-up"),
    "lost": (Tone.BAD, "trending-down"),
    "as_planned": (Tone.INFO, "circle-check"),
    "not_as_planned": (Tone.WARN, "alert-triangle"),
    "too_early": (Tone.MUTED, "hourglass"),
    "begun": (Tone.WARN, "circle-half-2"),
    "not_begun": (Tone.MUTED, "circle-dashed"),
    "contradicted": (Tone.BAD, "alert-triangle"),
    "not_assessed": (Tone.MUTED, "circle-dashed"),
    "ready": (Tone.OK, "circle-check"),
    "not_rehearsed": (Tone.WARN, "hourglass"),
    "not_rebuilt": (Tone.BAD, "circle-x"),
    "incomplete": (Tone.BAD, "circle-half-2"),
    # requests that wait for another person
    "waiting": (Tone.WARN, "hourglass"),
    "approved": (Tone.OK, "shield-check"),
    "in_force": (Tone.WARN, "key"),
    "rejected": (Tone.BAD, "ban"),
    "expired": (Tone.MUTED, "clock"),
    "withdrawn": (Tone.MUTED, "x"),
    "revoked": (Tone.MUTED, "ban"),
    "replaced": (Tone.MUTED, "x"),
    "active": (Tone.INFO, "key"),
    "kept_out": (Tone.BAD, "ban"),
    "stale": (Tone.WARN, "history"),
    "stopped": (Tone.BAD, "hand-stop"),
    "aborted": (Tone.MUTED, "player-stop"),
    "rehearsal": (Tone.INFO, "flask"),
    "rolled_back": (Tone.WARN, "arrow-back-up"),
    "current": (Tone.INFO, "circle-dot"),
    "pinned": (Tone.INFO, "pin"),
    "retired": (Tone.MUTED, "archive"),
    # what a diagnosis says of a way to fail, and how soon a team succeeded
    "seen": (Tone.BAD, "alert-triangle"),
    "not_seen": (Tone.OK, "check"),
    "unknown": (Tone.MUTED, "circle-dashed"),
    "in_time": (Tone.OK, "check"),
    "too_slow": (Tone.WARN, "hourglass"),
    "no_success_yet": (Tone.BAD, "circle-x"),
}
UNKNOWN = (Tone.MUTED, "circle-dot")


def look_of(word: object) -> Look:
    """The look of a word of state; one that nobody described is neutral, never green.

    >>> look_of("not_enough_data")
    Look(label='Not enough data', tone=<Tone.MUTED: 'muted'>, icon='circle-dashed')
    >>> look_of("BLOCKED").label, look_of("seen twice").tone.value
    ('BLOCKED', 'muted')
    """
    text = str(word or "").strip()
    tone, icon = LOOKS.get(text, UNKNOWN)
    return Look(label_of(text), tone, icon)


def label_of(word: str) -> str:
    """The word as people read it; a decision in capitals keeps them.

    >>> label_of("not_applicable"), label_of("PROCEED"), label_of("")
    ('Not applicable', 'PROCEED', '–')
    """
    return label(word) or NOTHING
