"""What was found in another tool: what the registry could hold of it, and what it cannot, each with its reason.

>>> named = canonical("Churn Model (EU)")
>>> named
'churn_model_eu'
>>> first, second = (Wanted("model", named, external, {}) for external in ("Churn Model (EU)", "churn-model-eu"))
>>> one_of_each([first, second])[1][0].reason
'It would be called churn_model_eu, as Churn Model (EU) is: rename one of them.'
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, NamedTuple

MOST = 2_000
LONGEST_NAME, LONGEST_ID = 128, 400
OTHER = re.compile(r"[^a-z0-9]+")


class Kind(StrEnum):
    """What the registry would hold, in the order in which it is made: each rests on those before it."""

    SOURCE_TABLE = "source_table"
    FEATURE = "feature"
    CHECK = "check"
    MODEL = "model"
    MODEL_VERSION = "model_version"


class Wanted(NamedTuple):
    """One thing that could be made: its name here, its name there, what an action needs, and what is kept beside it."""

    kind: str
    name: str
    external_id: str
    content: dict[str, Any]
    about: dict[str, Any] = {}


class Unmapped(NamedTuple):
    """One thing that the registry has no place for, and why."""

    kind: str
    external_id: str
    reason: str


class Found(NamedTuple):
    """Everything read: ``origin`` is what the other side calls itself, a project or an address."""

    origin: str
    wanted: tuple[Wanted, ...]
    unmapped: tuple[Unmapped, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {
            "wanted": [one._asdict() for one in self.wanted],
            "unmapped": [one._asdict() for one in self.unmapped],
        }


class Fault(NamedTuple):
    """One place of a document that is not what it must be."""

    field: str
    code: str
    message: str


class Unreadable(ValueError):
    """The document as a whole cannot be read; every fault of it, at once."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(fault.message for fault in self.faults))


def canonical(text: str) -> str:
    """The name that the registry would give it; empty when no letter is left to begin with.

    >>> canonical("dim-Customers.v2"), canonical("7 days"), canonical("größe")
    ('dim_customers_v2', '', 'gr_e')
    """
    name = OTHER.sub("_", text.lower()).strip("_")
    return name if name[:1].isalpha() and len(name) <= LONGEST_NAME else ""


def nameless(kind: str, external_id: str) -> Unmapped:
    """Why something has no place: no name can be made of its own."""
    sentence = (
        f"No name can be made of it: one begins with a letter and has at most {LONGEST_NAME} of a to z, 0 to 9 and _."
    )
    return Unmapped(kind, external_id, sentence)


def one_of_each(wanted: Iterable[Wanted]) -> tuple[list[Wanted], list[Unmapped]]:
    """Each name once: what would be called like something before it is unmapped."""
    kept: dict[tuple[str, str], Wanted] = {}
    doubled = []
    for one in wanted:
        first = kept.setdefault((one.kind, one.name), one)
        if first is not one:
            reason = f"It would be called {one.name}, as {first.external_id} is: rename one of them."
            doubled.append(Unmapped(one.kind, one.external_id, reason))
    return list(kept.values()), doubled
