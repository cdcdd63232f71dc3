"""The first check of an expression, character by character: what must not even reach a parser.

Outside of string literals only plain ASCII is allowed, without the characters that end a statement, name a parameter or
are non-standard quotes. Comments are replaced by spaces, so that positions stay.

>>> scan("a + 1 -- one").text
'a + 1       '
>>> [fault.code for fault in scan("a; b").faults]
['character']
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from registry.compute.sandbox.faults import Fault

LONGEST = 8_000
FORBIDDEN = frozenset(";$?@#\\`{}[]")
TOKEN = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|.", re.DOTALL)
INVISIBLE = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
SPACES = frozenset("\n\r\t")


class Scanned(NamedTuple):
    """The expression with spaces in place of its comments, and the faults of its characters."""

    text: str
    faults: tuple[Fault, ...]


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
    return Scanned("".join(parts), tuple(faults))


def _faults(token: str, at: int) -> list[Fault]:
    quoted = len(token) > 1 and token[0] in "'\""
    for offset, letter in enumerate(token):
        if unicodedata.category(letter) in INVISIBLE and letter not in SPACES:
            return [_fault(at + offset, f"the invisible character U+{ord(letter):04X}")]
        if not quoted or token[0] == '"':
            if not letter.isascii():
                return [_fault(at + offset, f"{letter!r}, which is not ASCII,")]
            if letter in FORBIDDEN:
                return [_fault(at + offset, repr(letter))]
    if token in ("'", '"'):
        return [Fault("quote", f"The quote at character {at + 1} is never closed.", at)]
    return []


def _fault(position: int, what: str) -> Fault:
    sentence = f"Character {position + 1}: {what} is not allowed outside of a string. Remove it."
    return Fault("character", sentence, position)
