"""What an examination finds, and how the parts of an installation are examined one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import NamedTuple


class State(Enum):
    """How a part is. What could not be examined is never well."""

    WELL = "ok"
    UNCERTAIN = "note"
    ILL = "WRONG"


class Finding(NamedTuple):
    """One sentence about one part."""

    part: str
    state: State
    sentence: str


Examination = Callable[[], Iterable[tuple[State, str]]]


def well(sentence: str) -> tuple[State, str]:
    return State.WELL, sentence


def uncertain(sentence: str) -> tuple[State, str]:
    return State.UNCERTAIN, sentence


def ill(sentence: str) -> tuple[State, str]:
    return State.ILL, sentence


def examine(parts: Iterable[tuple[str, Examination]]) -> Iterator[Finding]:
    """Examine every part, whatever is wrong with the others; an examination that fails is a finding itself."""
    for part, examination in parts:
        try:
            yield from (Finding(part, state, sentence) for state, sentence in examination())
        except Exception as error:  # whatever a driver raises about a server that is away
            reason = str(error).strip().splitlines() or [""]
            shown = f"{type(error).__name__}: {reason[0]}" if reason[0] else type(error).__name__
            yield Finding(part, State.ILL, f"It could not be examined ({shown}).")
