"""Texts within the limits of a vendor. Pure: standard library alone."""

from __future__ import annotations

from collections.abc import Callable


def cut(text: str, longest: int, *, write: Callable[[str], str] = str) -> str:
    """The text as ``write`` spells each of its characters, at most so long; what was cut off ends with an ellipsis.

    >>> cut("BLOCKED: demand", 8), cut("a<b", 8, write=lambda mark: "&lt;" if mark == "<" else mark)
    ('BLOCKED…', 'a&lt;b')
    """
    marks = [write(mark) for mark in text]
    if sum(map(len, marks)) <= longest:
        return "".join(marks)
    shown, used = [], 1
    for mark in marks:
        used += len(mark)
        if used > longest:
            break
        shown.append(mark)
    return "".join(shown).rstrip() + "…"
