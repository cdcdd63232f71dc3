"""What is wrong with an expression, and where."""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """One thing to change: a stable code, a sentence, and the character it begins at, where that is known."""

    code: str
    message: str
    position: int | None = None
