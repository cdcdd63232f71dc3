"""The first check of an expression, character by character: what must not even reach a parser.

Nowhere, neither in a comment nor in a string, are there control or invisible characters but line feeds and tabs, nor other
spaces than the plain one: one parser ends a comment at a lone carriage return and another one does not, and one reads an
interval behind a no-break space that the other cannot. Outside of string literals only plain ASCII is allowed, without the characters that end a statement, name a parameter or are non-standard quotes. Comments are replaced
by spaces, so that positions stay.

>>> scan("a + 1 -- one").text
'a + 1       '
>>> [fault.code for fault in scan("a; b").faults]
['character']
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from registry.compute.sandbox.faults import Fault

LONGEST = 8_000
FORBIDDEN = frozenset(";$?@#\\`{}")
TOKEN = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|.", re.DOTALL)
INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp", "Zs"})  # Zs: spaces that are not the plain one
UNSEEN = re.compile(
    r"\r(?!\n)|[^\n\r\t -~]"
)  # before a line feed, a carriage return is a line's end as browsers send it
CONTROLS = {
    "\0": "a null character",
    "\r": "a carriage return without a line feed",
    "\v": "a vertical tab",
    "\f": "a form feed",
}


class Scanned(NamedTuple):
    """The expression with spaces in place of its comments, and the faults of its characters."""

    text: str
    faults: tuple[Fault, ...]


@lru_cache(maxsize=1_024)
def scan(expression: str) -> Scanned:
    """Check every character once."""
    if len(expression) > LONGEST:
        fault = Fault("too_long", f"The logic has {len(expression)} characters; at most {LONGEST} are allowed.")
        return Scanned("", (fault,))
    if not expression.strip():
        return Scanned("", (Fault("empty", "The logic is empty. Write one SQL expression."),))
    parts: list[str] = []
    faults: list[Fault] = []
    for match in TOKEN.finditer(expression):
        token, at = match.group(), match.start()
        if token.startswith(("--", "/*")) and len(token) > 1:
            parts.append(re.sub(r"[^\n]", " ", token))
            continue
        parts.append(token)
        faults += _faults(token, at)
    return Scanned("".join(parts), tuple(dict.fromkeys([*_invisible(expression), *faults])))


def _invisible(expression: str) -> Iterator[Fault]:
    """Each character that no reader sees, where it occurs first."""
    seen: set[str] = set()
    for match in UNSEEN.finditer(expression):
        letter, at = match.group(), match.start()
        if letter not in seen and unicodedata.category(letter) in INVISIBLE:
            seen.add(letter)
            sentence = (
                f"Character {at + 1}: {_name(letter)} is not allowed, not even in a comment or a string. Remove it."
            )
            yield Fault("character", sentence, at)


def _faults(token: str, at: int) -> list[Fault]:
    quoted = len(token) > 1 and token[0] in "'\""
    if token in ("'", '"'):
        return [Fault("quote", f"The quote at character {at + 1} is never closed.", at)]
    if quoted and token[0] == "'":
        return []
    for offset, letter in enumerate(token):
        if not letter.isascii() and unicodedata.category(letter) not in INVISIBLE:
            return [_fault(at + offset, _name(letter))]
        if letter in FORBIDDEN:
            return [_fault(at + offset, repr(letter))]
    return []


def _fault(position: int, what: str) -> Fault:
    sentence = f"Character {position + 1}: {what} is not allowed outside of a string. Remove it."
    return Fault("character", sentence, position)


def _name(letter: str) -> str:
    """What people call a character that is not plain ASCII: `a carriage return (U+000D)`."""
    name = CONTROLS.get(letter) or unicodedata.name(letter, "control character").lower()
    return f"{name} (U+{ord(letter):04X})"
