"""Sentences about types that do not fit, built from what the engine answers about a part of a logic."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlglot import exp

from registry.compute.sandbox.value_types.engine_answers import Answer
from registry.compute.sandbox.value_types.engine_types import in_words, kind_of

SIGNS: dict[type, str] = {
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.IntDiv: "//", exp.Mod: "%", exp.Pow: "**", exp.DPipe: "||",
    exp.EQ: "=", exp.NEQ: "<>", exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<=", exp.Like: "LIKE", exp.ILike: "ILIKE",
    exp.Is: "IS", exp.NullSafeEQ: "IS NOT DISTINCT FROM", exp.NullSafeNEQ: "IS DISTINCT FROM", exp.And: "AND", exp.Or: "OR", exp.Neg: "-",
}  # fmt: skip
NO_MATCH = re.compile(r"No function matches the given name and argument types '(?P<name>.+?)\((?P<types>.*)\)'")
CANDIDATE = re.compile(r"^\s+\S+?\((?P<types>.*)\) -> ", re.MULTILINE)
PARAMETER = re.compile(r"(?:\"[^\"]*\"|[a-z_]\w*)\s+(?P<type>.+)")
TWO_TYPES = re.compile(
    r"Cannot (?P<verb>compare values|mix values|combine types) of (?:type )?(?P<first>.+?) and (?:type )?(?P<second>.+?)(?: in .*)? - an"
)
NEXT_LINE = "\n"
PLURAL = {
    "number": "numbers",
    "moment": "dates and timestamps",
    "time": "times of day",
    "interval": "intervals",
    "text": "text",
}


class Part(NamedTuple):
    """A part of a logic: its node, its text, and its operands, each with the engine's type if it has one."""

    node: exp.Expr
    text: str
    operands: Sequence[tuple[str, str]]


def sentence(part: Part, answer: Answer) -> str:
    """What does not fit and how to change it: names the function or operator, the operands and their types."""
    if match := NO_MATCH.search(answer.message):
        return _no_match(part, match["name"], match["types"], answer.message)
    if match := TWO_TYPES.search(answer.message):
        return _two_types(part, match)
    reason = answer.message.partition("Error: ")[2] or answer.message
    return f"{part.text} can never be computed: {reason.partition(NEXT_LINE)[0].rstrip('.')}."


def _no_match(part: Part, called: str, written: str, message: str) -> str:
    sign = SIGNS.get(type(part.node))
    if isinstance(part.node, exp.Window) and called in "+-":
        ordered, bound = (in_words(kind) for kind in _split(written))
        return (
            f"The frame's RANGE counts in {bound}, but ORDER BY gives {ordered}. Use ROWS, or order by a matching type."
        )
    if sign and len(part.operands) == 2:
        return f"{sign} cannot combine {' with '.join(_listed(part.operands))}. Cast one of them."
    wrong = list(_wrong(_split(written), [_parameters(types) for types in CANDIDATE.findall(message)]))
    name = sign or _name(part.node)
    for kind, accepted in wrong:
        operand = next((text for text, own in part.operands if in_words(own) == in_words(kind)), part.text)
        return f"{name} takes {accepted}; {operand} is {in_words(kind)}."
    return f"{name} cannot be computed of {', '.join(_listed(part.operands))}."


def _two_types(part: Part, match: re.Match[str]) -> str:
    name = SIGNS.get(type(part.node)) or _name(part.node)
    if match["verb"] == "compare values" and len(part.operands) == 2:
        return f"{name} cannot compare {' with '.join(_listed(part.operands))}. Cast one of them."
    return f"{name} mixes {in_words(match['first'])} and {in_words(match['second'])}. Cast them to one type."


def _listed(operands: Sequence[tuple[str, str]]) -> list[str]:
    return [f"{text} ({in_words(kind)})" if kind else text for text, kind in operands]


def _wrong(types: Sequence[str], candidates: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """The types of arguments that no candidate takes at their place, each with what is taken there."""
    for place, kind in enumerate(types):
        taken = {kind_of(candidate[place]) for candidate in candidates if len(candidate) == len(types)}
        accepted = [words for name, words in PLURAL.items() if name in taken]
        if accepted and kind_of(kind) not in taken:
            yield kind, " or ".join(accepted)


def _split(types: str) -> list[str]:
    """The types of a signature; a comma inside of `DECIMAL(18,3)` divides nothing."""
    return [part.strip() for part in re.split(r",\s*(?![^(]*\))", types) if part.strip()]


def _parameters(signature: str) -> list[str]:
    """The types of a candidate's parameters, which are written as `part VARCHAR, startdate DATE, /`."""
    parameters = [part for part in _split(signature) if part != "/"]
    return [match["type"] if (match := PARAMETER.fullmatch(part)) else part for part in parameters]


def _name(node: exp.Expr) -> str:
    node = node.this if isinstance(node, exp.Window) else node
    while isinstance(node, exp.IgnoreNulls | exp.RespectNulls | exp.Filter):
        node = node.this
    text = str(node.sql("duckdb"))
    return (
        re.split(r"[(\s]", text, maxsplit=1)[0].upper()
        if isinstance(node, exp.Func | exp.Case)
        else type(node).__name__.upper()
    )
