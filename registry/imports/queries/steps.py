"""One step of an import's plan: what would be done with a record, and why."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from platform_site.errors import Fault
from registry.imports.rules.candidates import Candidate
from registry.versions.rules.observed import TAGS


class Effect(StrEnum):
    """What an import would do with one record."""

    CREATE = "create"
    OBSERVE = "observe"
    CHANGE = "change"
    KEEP_ORIGIN = "keep_origin"
    ALREADY_THERE = "already_there"
    CANNOT = "cannot"
    GONE = "gone"


OUTCOMES = ("created", "observed", "changed", "origin_kept", "already_there", "cannot", "gone")


class Step(NamedTuple):
    """One record: what would be done, a sentence about it, and each part that is missing to register it. Of a change
    upstream, the difference of each file, and the model versions whose gates it would close."""

    kind: str
    name: str
    external_id: str
    effect: str
    sentence: str = ""
    missing: list[dict[str, str]] = []
    diffs: list[dict[str, str]] = []
    would_block: list[str] = []


def step_of(candidate: Candidate, effect: Effect, sentence: str = "", missing: Sequence[Fault] = ()) -> Step:
    """The step of a candidate."""
    named = [{"field": fault.field, "message": _message_with_tag(fault)} for fault in missing]
    return Step(str(candidate.kind), candidate.name, candidate.external_id, str(effect), sentence, named)


def _message_with_tag(fault: Fault) -> str:
    tag = TAGS.get(fault.field)
    return f"{fault.message} In MLflow, set the tag {tag} on the version or its run." if tag else fault.message
