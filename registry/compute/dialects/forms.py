"""The forms that arguments of a translated function may have, and how each is written for the engine."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from sqlglot import exp

from registry.compute.dialects.kinds import MOMENTS, NUMBERS, Kind
from registry.compute.dialects.translator import Form, Translator
from registry.compute.sandbox.acceptance.patterns import pattern_fault

# What every engine's regular expressions read alike, over text without line breaks.
COMMON_PATTERN = re.compile(
    r"(?:[A-Za-z0-9 @#%&=:;,<>!~'\"/_-]|\\[dws.^$*+?()\[\]{}|\\/@-]|\[\^?(?:[A-Za-z0-9 @#%&=:;,.<>!~'\"/_+*?()$|-]|\\[dws.\]\[^\\-])+\]|[.^$*+?|()]|\(\?:|\{\d+(?:,\d*)?\})*\Z"
)
LAZY = re.compile(r"[*+?}][?+]")
UNITS = {
    unit: singular
    for singular in ("year", "quarter", "month", "day", "hour", "minute", "second")
    for unit in (singular, f"{singular}s")
}


def _value(translator: Translator, node: exp.Expr) -> exp.Expr | None:
    return None if isinstance(node, exp.Star) else node


def _of_kinds(*kinds: Kind) -> Form:
    def form(translator: Translator, node: exp.Expr) -> exp.Expr | None:
        refused = len(translator.refusals)
        kind = translator.of(node).kind
        del translator.refusals[refused:]  # they come back when the argument is translated for good
        return node if kind in kinds or kind is Kind.UNKNOWN else None

    return form


def _constant(translator: Translator, node: exp.Expr) -> exp.Expr | None:
    return exp.Literal.string(node.name) if _is_text(node) else None


def _is_text(node: exp.Expr) -> bool:
    return isinstance(node, exp.RawString) or (isinstance(node, exp.Literal) and node.is_string)


def _whole(least: int) -> Form:
    def form(translator: Translator, node: exp.Expr) -> exp.Expr | None:
        whole = isinstance(node, exp.Literal) and not node.is_string and node.name.isdecimal()
        return node.copy() if whole and int(node.name) >= least else None

    return form


def _fraction(translator: Translator, node: exp.Expr) -> exp.Expr | None:
    return node.copy() if isinstance(node, exp.Literal) and not node.is_string and 0 <= float(node.name) <= 1 else None


def _pattern(translator: Translator, node: exp.Expr) -> exp.Expr | None:
    good = _is_text(node) and COMMON_PATTERN.match(node.name) and not LAZY.search(node.name)
    return exp.Literal.string(node.name) if good and not pattern_fault(node.name) else None


def _whole_match(translator: Translator, node: exp.Expr) -> exp.Expr | None:
    """A pattern whose longest match is its first: without alternatives, and with groups that are always there."""
    pattern = _pattern(translator, node)
    return None if pattern is None or re.search(r"\||\)[?*{]", pattern.name) else pattern


def _re2(translator: Translator, node: exp.Expr) -> exp.Expr | None:
    return exp.Literal.string(node.name) if _is_text(node) and not pattern_fault(node.name) else None


def unit_of(node: exp.Expr) -> str:
    """The name of a part of a date, written as a word or as a text: in small letters."""
    return (
        node.name.lower()
        if isinstance(node, exp.Column | exp.Var | exp.Literal | exp.Identifier)
        else node.sql().lower()
    )


def _unit(names: Mapping[str, str]) -> Form:
    def form(translator: Translator, node: exp.Expr) -> exp.Expr | None:
        unit = names.get(unit_of(node))
        return exp.Literal.string(unit) if unit else None

    return form


def _format(specifiers: Mapping[str, str], literals: str = r"[-/ :.,T_]") -> Form:
    """A format of dates in terms of strftime; None when it has anything that is not known."""
    part = re.compile("|".join([*sorted(map(re.escape, specifiers), key=len, reverse=True), literals]))

    def form(translator: Translator, node: exp.Expr) -> exp.Expr | None:
        text = node.name if _is_text(node) else ""
        pieces = part.findall(text)
        if not text or "".join(pieces) != text:
            return None
        return exp.Literal.string("".join(specifiers.get(piece, piece) for piece in pieces))

    return form


JAVA = {
    "yyyy": "%Y",
    "MM": "%m",
    "dd": "%d",
    "HH": "%H",
    "mm": "%M",
    "ss": "%S",
    "yy": "%y",
    "MMM": "%b",
    "EEE": "%a",
    "EEEE": "%A",
}
ORACLE = {"YYYY": "%Y", "MM": "%m", "DD": "%d", "HH24": "%H", "MI": "%M", "SS": "%S", "YY": "%y"}
STRFTIME = {f"%{letter}": f"%{letter}" for letter in "YmdHMSyjbaBA"} | {"%F": "%Y-%m-%d", "%T": "%H:%M:%S"}
UPPER_ORACLE = ORACLE | {key.lower(): value for key, value in ORACLE.items()}

FORMS: dict[str, Callable[[Translator, exp.Expr], exp.Expr | None]] = {
    "value": _value,
    "number": _of_kinds(*NUMBERS),
    "integer": _of_kinds(Kind.INT, Kind.LONG),
    "text": _of_kinds(Kind.TEXT, Kind.JSON),
    "moment": _of_kinds(*MOMENTS),
    "list": _of_kinds(Kind.LIST),
    "constant": _constant,
    "count": _whole(0),
    "position": _whole(1),
    "fraction": _fraction,
    "pattern": _pattern,
    "whole_match": _whole_match,
    "re2": _re2,
    "unit": _unit(UNITS),
    "calendar": _unit({name: unit for name, unit in UNITS.items() if unit in ("year", "quarter", "month", "day")}),
    "clock": _unit({name: unit for name, unit in UNITS.items() if unit in ("day", "hour", "minute", "second")}),
    "monday_unit": _unit(UNITS | {"week": "week"}),
    "iso_unit": _unit(UNITS | {"isoweek": "week", "week(monday)": "week"}),
    "java_unit": _unit(
        UNITS | {"week": "week", "yyyy": "year", "yy": "year", "mm": "month", "mon": "month", "dd": "day"}
    ),
    "java_format": _format(JAVA),
    "oracle_format": _format(ORACLE),
    "snowflake_format": _format(UPPER_ORACLE),
    "strftime_format": _format(STRFTIME),
    "star": lambda translator, node: node.copy() if isinstance(node, exp.Star) else None,
}
