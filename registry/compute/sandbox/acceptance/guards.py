"""Arguments that must be constants of a certain form: what they decide is then known before anything runs.

>>> guard_fault("date_trunc", [Constant("STRING", "month"), None])
''
>>> guard_fault("lpad", [None, Constant("INTEGER", "1000000"), Constant("STRING", "0")])
'The second argument of lpad, the length, must be a whole number from 1 to 1000.'
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from registry.compute.sandbox.acceptance.grammar import PARTS, TAKES_A_PART
from registry.compute.sandbox.acceptance.patterns import pattern_fault

WIDEST = 1_000  # characters that lpad and rpad may fill up to
LONGEST_TEXT = 200
ORDINALS = ("first", "second", "third", "fourth")
PATH = re.compile(r"(?:\$|[A-Za-z_]\w*)(?:\.[A-Za-z_]\w*|\.\"[^\"\\]*\"|\[(?:#-)?\d+\])*\Z", re.ASCII)
SPECIFIERS = frozenset("aAwudbBmyYHIpMSfgGnjUVWLz%")
ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}\Z", re.ASCII)
FLAGS = re.compile(r"[cgilmnps]{0,4}\Z")


class Constant(NamedTuple):
    """A constant as the engine's parser reads it: its kind (STRING, INTEGER, NUMERIC, …) and its text."""

    kind: str
    text: str


Guard = Callable[[Constant | None], str]


def constant(expression: dict[str, Any]) -> Constant | None:
    """The constant that an expression of the engine's tree is; None if it is none."""
    literal = expression.get("literal") or {}
    return Constant(literal["kind"], literal["text"]) if literal.get("kind") else None


def guard_fault(name: str, arguments: Sequence[Constant | None]) -> str:
    """Which argument of the function is not as it must be, in a sentence; empty if none."""
    for place, guard in GUARDS.get(name, {}).items():
        if place < len(arguments) and (must := guard(arguments[place])):
            return f"The {ORDINALS[place]} argument of {name}, {must}"
    if name == "replace":
        return _replaced(arguments[1:])
    return ""


def _text(constant: Constant | None) -> str | None:
    return constant.text if constant and constant.kind == "STRING" else None


def _whole(what: str, least: int, most: int) -> Guard:
    def guard(constant: Constant | None) -> str:
        whole = constant is not None and constant.kind == "INTEGER" and constant.text.isdecimal()
        if constant and whole and least <= int(constant.text) <= most:
            return ""
        return f"the {what}, must be a whole number from {least} to {most}."

    return guard


def _filling(constant: Constant | None) -> str:
    return "" if 0 < len(_text(constant) or "") <= LONGEST_TEXT else "the filling, must be a text in quotes."


def _separator(constant: Constant | None) -> str:
    return "" if 0 < len(_text(constant) or "") <= LONGEST_TEXT else "the separator, must be a text in quotes."


def _pattern(constant: Constant | None) -> str:
    text = _text(constant)
    if text is None:
        return "the pattern, must be a text in quotes."
    fault = pattern_fault(text)
    return f"the pattern, {fault}" if fault else ""


def _replacement(constant: Constant | None) -> str:
    text = _text(constant)
    return "" if text is not None and len(text) <= LONGEST_TEXT else "the replacement, must be a text in quotes."


def _flags(constant: Constant | None) -> str:
    text = _text(constant)
    return "" if text is not None and FLAGS.match(text) else "the options, must be letters in quotes, such as 'g'."


def _format(constant: Constant | None) -> str:
    text = _text(constant)
    letters = re.findall(r"%-?(.?)", text.replace("%%", "")) if text else ["?"]
    if text and len(text) <= LONGEST_TEXT and set(letters) <= SPECIFIERS:
        return ""
    return "the format, must be a text in quotes with specifiers such as '%Y-%m-%d'."


def _path(constant: Constant | None) -> str:
    text = _text(constant)
    good = text is not None and len(text) <= LONGEST_TEXT and PATH.match(text)
    return "" if good else "the path, must be a text in quotes such as '$.device.os'."


def _zone(constant: Constant | None) -> str:
    text = _text(constant)
    return "" if text and ZONE.match(text) else "the time zone, must be a name in quotes such as 'Europe/Berlin'."


def _part(constant: Constant | None) -> str:
    good = (_text(constant) or "").upper() in PARTS
    return "" if good else f"the part, must be one of {', '.join(sorted(PARTS))}, in quotes."


def _fraction(constant: Constant | None) -> str:
    number = constant is not None and constant.kind in ("INTEGER", "NUMERIC", "FLOAT")
    if constant and number and 0 <= float(constant.text) <= 1:
        return ""
    return "the fraction, must be a number from 0 to 1."


def _replaced(arguments: Sequence[Constant | None]) -> str:
    """`replace(s, 'old', 'new')` is bounded only where both are known and the new one is not longer."""
    old, new = (_text(argument) for argument in [*arguments, None, None][:2])
    if old and new is not None and len(new) <= len(old):
        return ""
    return "replace takes two texts in quotes, and the new one must not be longer than the old one."


GUARDS: dict[str, dict[int, Guard]] = {
    **{name: {0: _part} for name in TAKES_A_PART},
    **{name: {1: _whole("length", 1, WIDEST), 2: _filling} for name in ("lpad", "rpad")},
    **{name: {1: _separator} for name in ("string_split", "str_split", "string_to_array")},
    **{name: {1: _pattern, 2: _flags} for name in ("regexp_matches", "regexp_full_match")},
    **{name: {1: _format} for name in ("strftime", "strptime", "try_strptime")},
    **{
        name: {1: _path}
        for name in (
            "->>", "json_extract", "json_extract_string", "json_extract_path_text", "json_value", "json_exists",
            "json_type", "json_array_length",
        )
    },
    "regexp_extract": {1: _pattern, 2: _whole("group", 0, 9), 3: _flags},
    "regexp_replace": {1: _pattern, 2: _replacement, 3: _flags},
    "timezone": {0: _zone},
    **{name: {1: _fraction} for name in ("quantile", "quantile_cont", "quantile_disc")},
}  # fmt: skip
