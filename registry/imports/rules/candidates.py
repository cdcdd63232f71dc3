"""What was read from another tool: candidates for the registry, and what has no place in it, each with its reason.

>>> named = canonical("Churn Model (EU)")
>>> named
'churn_model_eu'
>>> first, second = (Candidate("model", named, external, {}) for external in ("Churn Model (EU)", "churn-model-eu"))
>>> unique_by_name([first, second])[1][0].reason
'It would have the same name as Churn Model (EU), churn_model_eu. Rename one of them.'
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, NamedTuple

MOST = 2_000
LONGEST_NAME, LONGEST_ID = 128, 400
OTHER = re.compile(r"[^a-z0-9]+")


class RecordKind(StrEnum):
    """The kinds of records that can be imported, in the order of creation: each may need those before it."""

    SOURCE_TABLE = "source_table"
    FEATURE = "feature"
    CHECK = "check"
    MODEL = "model"
    MODEL_VERSION = "model_version"


class Candidate(NamedTuple):
    """A record that could be created: its names here and there, an action's arguments, and the other tool's description."""

    kind: str
    name: str
    external_id: str
    content: dict[str, Any]
    about: dict[str, Any] = {}


class Unmapped(NamedTuple):
    """An entry that the registry has no place for, and why."""

    kind: str
    external_id: str
    reason: str


class Extract(NamedTuple):
    """Everything that was read; ``origin`` names the other side: a project or an address."""

    origin: str
    candidates: tuple[Candidate, ...]
    unmapped: tuple[Unmapped, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As it is stored as JSON."""
        return {
            "wanted": [entry._asdict() for entry in self.candidates],
            "unmapped": [entry._asdict() for entry in self.unmapped],
        }


class Fault(NamedTuple):
    """One thing wrong with a document, by its place."""

    field: str
    code: str
    message: str


class Unreadable(ValueError):
    """A document cannot be read; with every fault of it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(fault.message for fault in self.faults))


def canonical(text: str) -> str:
    """The name that the registry would give it; empty when it cannot begin with a letter.

    >>> canonical("dim-Customers.v2"), canonical("7 days"), canonical("größe")
    ('dim_customers_v2', '', 'gr_e')
    """
    name = OTHER.sub("_", text.lower()).strip("_")
    return name if name[:1].isalpha() and len(name) <= LONGEST_NAME else ""


def unnamed(kind: str, external_id: str) -> Unmapped:
    """An entry whose name gives no name for the registry."""
    sentence = f"It gives no valid name. A name begins with a letter and has at most {LONGEST_NAME} characters: a to z, 0 to 9 and _."
    return Unmapped(kind, external_id, sentence)


def unique_by_name(wanted: Iterable[Candidate]) -> tuple[list[Candidate], list[Unmapped]]:
    """Each name once: a candidate whose name is already taken becomes unmapped."""
    by_name: dict[tuple[str, str], Candidate] = {}
    duplicates = []
    for candidate in wanted:
        first = by_name.setdefault((candidate.kind, candidate.name), candidate)
        if first is not candidate:
            reason = f"It would have the same name as {first.external_id}, {candidate.name}. Rename one of them."
            duplicates.append(Unmapped(candidate.kind, candidate.external_id, reason))
    return list(by_name.values()), duplicates
