"""Labels and issue types of a tracker as evidence for the type of a ticket, beside its words (K2).

>>> suggest("Nightly job", "", "Bug, team: fraud", by_text=propose_type)
Proposal(type='bug', confidence=0.85, typed_by='rule')
>>> suggest("Hello", "", by_text=propose_type)
Proposal(type='', confidence=None, typed_by='')
"""

from __future__ import annotations

import re
from collections.abc import Callable

from assessments.tickets.rules.tickets import Proposal, TicketType
from assessments.tickets.rules.tickets import propose_type as propose_type  # the doctest's

LEAST_SURE = 0.35  # a guess below it labels nothing; one in five is chance
TRUST = 0.85  # a person chose the label, but trackers fill it in from templates too
UNSUPPORTED = 0.7  # of the trust, where the words of the ticket say another type with more than even odds
EVIDENCE = {
    TicketType.BUG: {
        "bug", "bugs", "defect", "error", "incident", "problem", "regression", "crash", "failure", "outage", "bugfix",
    },
    TicketType.HOW_TO: {
        "question", "questions", "how to", "howto", "documentation", "docs", "usage", "support question", "help",
        "needs documentation",
    },
    TicketType.FEATURE_REQUEST: {
        "enhancement", "enhancements", "feature", "features", "feature request", "new feature", "improvement", "story",
        "change request", "idea", "suggestion",
    },
    TicketType.ACCESS: {
        "access", "access request", "permission", "permissions", "quota", "provisioning", "onboarding", "iam",
        "account", "login",
    },
}  # fmt: skip
TYPE_OF = {word: kind for kind, words in EVIDENCE.items() for word in words}


def type_of_labels(labels: str) -> TicketType | None:
    """The type that labels say; None when they say none, or two.

    >>> type_of_labels("kind/bug, P1"), type_of_labels("Type: Enhancement"), type_of_labels("bug, question")
    (<TicketType.BUG: 'bug'>, <TicketType.FEATURE_REQUEST: 'feature_request'>, None)
    """
    kinds = {TYPE_OF[word] for label in labels.split(",") if (word := _plain(label)) in TYPE_OF}
    return kinds.pop() if len(kinds) == 1 else None


def suggest(title: str, body: str, labels: str = "", *, by_text: Callable[[str, str], Proposal]) -> Proposal:
    """The type of a ticket by its labels and words; none (type and who chose it empty) where the best guess is unsure."""
    proposal = by_text(title, body)
    kind = type_of_labels(labels)
    if kind is not None:
        proposal = _weighed(str(kind), proposal)
    unsure = proposal.confidence is None or proposal.confidence < LEAST_SURE
    return Proposal("", None, "") if unsure else proposal


def _weighed(kind: str, by_text: Proposal) -> Proposal:
    sure = by_text.confidence or 0.0
    if by_text.type == kind:
        return by_text._replace(confidence=round(1 - (1 - TRUST) * (1 - sure), 2))
    return Proposal(kind, round(TRUST * (UNSUPPORTED if sure > 1 / 2 else 1), 2))


def _plain(label: str) -> str:
    """A label without what stands before its last colon or slash (`type: bug`, `kind/bug`) and without signs."""
    last = re.split(r"[:/]", label)[-1]
    return " ".join(re.findall(r"[^\W_]+", last.lower()))
