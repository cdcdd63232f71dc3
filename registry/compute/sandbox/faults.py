"""A fault in an expression: what is wrong, and where."""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """One thing to change: a stable code, a message, and the index of the character where it begins, if known."""

    code: str
    message: str
    position: int | None = None
