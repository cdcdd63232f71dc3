"""How long the text of one row may become: a bound that is known before anything runs.

Each call that can make text longer has a factor. Nested ones multiply, so that no short logic makes gigabytes of one
cell: `regexp_replace(…, '', 'ab')` around itself would triple the text at each level.

>>> from registry.compute.sandbox.acceptance.engine_parser import parse
>>> growth(parse("upper(trim(s)) || '-' || lpad(s, 20, '0')"))
Growth(factor=2, constant=84)
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from registry.compute.sandbox.acceptance.guards import Constant, constant

MOST = 1_000  # times the longest cell
SMALL = 64  # bytes of any number, date or hash as text
OF_AN_ELEMENT = 17  # bytes of a list for each byte of the text that it was split from


class Growth(NamedTuple):
    """A value has at most ``factor`` times the bytes of the row's longest cell, and ``constant`` bytes more."""

    factor: int
    constant: int

    def and_(self, other: Growth) -> Growth:
        return Growth(self.factor + other.factor, self.constant + other.constant)

    def times(self, factor: int) -> Growth:
        return Growth(self.factor * factor, self.constant * factor)


NOTHING = Growth(0, 0)


def growth(node: Any) -> Growth:
    """The bound of an expression in the engine's tree. All parts of a call count, whichever it returns.

    Without recursion but for nested calls that have a factor: a long sum is as deep as it is long.
    """
    whole, waiting = NOTHING, [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += part
        elif isinstance(part, dict):
            own = _own(part)
            if own is None:
                waiting += part.values()
            else:
                whole = whole.and_(own)
    return whole


def _own(node: dict[str, Any]) -> Growth | None:
    """The bound of a node that has one of its own; None where its parts decide."""
    if node.get("class") == "COLUMN_REF":
        return Growth(1, 0)
    if literal := constant(node):
        return Growth(0, len(literal.text.encode()))
    name = str(node.get("function_name", "")).lower()
    return BOUNDED[name](node) if name in BOUNDED else None


def _arguments(node: dict[str, Any]) -> list[dict[str, Any]]:
    return [argument["expression"] for argument in node.get("arguments") or []]


def _literal(node: dict[str, Any], place: int) -> str:
    arguments = _arguments(node)
    literal = constant(arguments[place]) if place < len(arguments) else None
    return (literal or Constant("STRING", "")).text


def _padded(node: dict[str, Any]) -> Growth:
    width = _literal(node, 1)
    return growth(_arguments(node)).and_(Growth(0, 4 * int(width) if width.isdecimal() else 0))


def _replaced(node: dict[str, Any]) -> Growth:
    old, new = len(_literal(node, 1).encode()), len(_literal(node, 2).encode())
    return growth(_arguments(node)).times(max(1, -(-new // max(old, 1))))


def _by_pattern(node: dict[str, Any]) -> Growth:
    """Every position may match, each with what the replacement says and the groups that it repeats."""
    replacement = _literal(node, 2)
    repeated = len(re.findall(r"\\\d", replacement))
    plain = len(re.sub(r"\\\d", "", replacement).encode())
    return growth(_arguments(node)[0]).and_(Growth(0, 1)).times(1 + plain + repeated)


def _joined(node: dict[str, Any]) -> Growth:
    separator, *parts = _arguments(node)
    return growth(parts).and_(growth(separator).times(max(1, len(parts) - 1)))


def _split(node: dict[str, Any]) -> Growth:
    return growth(_arguments(node)[0]).and_(Growth(0, 1)).times(OF_AN_ELEMENT)


def _exchanged(node: dict[str, Any]) -> Growth:
    """A character of one byte may become one of four."""
    return growth(_arguments(node)).times(4)


def _small(node: dict[str, Any]) -> Growth:
    return Growth(0, SMALL)


def _formatted(node: dict[str, Any]) -> Growth:
    return Growth(0, SMALL * max(1, len(_literal(node, 1))))


BOUNDED = {
    "lpad": _padded,
    "rpad": _padded,
    "replace": _replaced,
    "regexp_replace": _by_pattern,
    "concat_ws": _joined,
    "translate": _exchanged,
    **dict.fromkeys(("string_split", "str_split", "string_to_array"), _split),
    **dict.fromkeys(("md5", "sha1", "sha256", "chr", "dayname", "monthname"), _small),
    "strftime": _formatted,
}
