"""What a support ticket is, and the type that rules suggest from its words (K1, K2)."""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class TicketType(StrEnum):
    """What a ticket is about."""

    ACCESS = "access"
    HOW_TO = "how_to"
    FEATURE_REQUEST = "feature_request"
    BUG = "bug"
    OTHER = "other"


class Ticket(NamedTuple):
    """A ticket as the figures need it; ``type`` is empty while it has no label, times are aware.

    ``on_platform`` None: nobody knows whether the team works on the platform.
    """

    type: str
    opened_at: datetime
    resolved_at: datetime | None = None
    effort_hours: float | None = None
    on_platform: bool | None = True


class Proposal(NamedTuple):
    """A type suggested from a ticket's text, with a confidence 0..1; empty, with None, where no guess is sure enough."""

    type: str
    confidence: float | None
    typed_by: str = "rule"


class Rule(NamedTuple):
    """Words that indicate a type, and how far to trust them."""

    type: TicketType
    confidence: float
    words: re.Pattern[str]


def _rule(kind: TicketType, confidence: float, words: str) -> Rule:
    return Rule(kind, confidence, re.compile(rf"\b(?:{words})\b", re.IGNORECASE))


# The first that matches wins. A question is a question even when it asks about access; "support for" stands before
# the bare "add", which otherwise means adding somebody; words for learning material come last, because they are also
# the names of what people want to reach ("access to the example notebook").
RULES = (
    _rule(TicketType.HOW_TO, 0.8, r"how\s+(?:do|does|can|could|should|would|is|are|to|many|much|long)|where\s+(?:do|can|is|are)"),
    _rule(TicketType.FEATURE_REQUEST, 0.7, r"support\s+for|feature\s+request|would\s+like|custom"),
    _rule(TicketType.ACCESS, 0.8, r"access|grant(?:s|ed)?|permissions?|quotas?|namespaces?|credentials?|roles?"),
    _rule(TicketType.BUG, 0.7, r"errors?|fail(?:s|ed|ing|ure)?|broken|crash(?:es|ed)?|time(?:s|d)?\s?outs?|exception|bug|stuck"),
    _rule(TicketType.ACCESS, 0.6, r"add|login"),
    _rule(TicketType.HOW_TO, 0.5, r"what\s+is|examples?|documentation|docs|tutorial"),
)  # fmt: skip
BODY_WEIGHT = 0.6
UNSURE = 0.2


def propose_type(title: str, body: str = "") -> Proposal:
    """Suggest a type by rules: the title first, then the body, which is trusted less.

    >>> propose_type("How do I get a quota?")
    Proposal(type='how_to', confidence=0.8, typed_by='rule')
    >>> propose_type("Add Maria to the fraud team").type, propose_type("Hello").type
    ('access', 'other')
    """
    for text, weight in ((title, 1.0), (body, BODY_WEIGHT)):
        rule = next((rule for rule in RULES if rule.words.search(text)), None)
        if rule:
            return Proposal(str(rule.type), round(rule.confidence * weight, 2))
    return Proposal(str(TicketType.OTHER), UNSURE)
