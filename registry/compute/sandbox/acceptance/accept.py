"""Decide whether an expression is feature logic that may be stored and run: its tree, or all faults at once.

>>> accept("AVG(x) OVER (PARTITION BY k ORDER BY t)", columns=["x", "k", "t"]).computed_columns
('x',)
>>> [fault.message for fault in accept("now() + 1", columns=None).faults][:1]
['now gives a different value each time, but a feature must give the same value when it is computed again. Use a column.']
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError

from registry.compute.parser_errors import PARSER_ERRORS
from registry.compute.sandbox.acceptance import engine_parser
from registry.compute.sandbox.acceptance.as_written import AsWritten
from registry.compute.sandbox.acceptance.canonical import canonical_form
from registry.compute.sandbox.acceptance.characters import scan
from registry.compute.sandbox.acceptance.grammar import (
    AGGREGATES,
    DEEPEST,
    FUNCTIONS,
    LARGEST_BOUND,
    LARGEST_RANGE,
    MOST_OPERATORS,
    OPERATORS,
    STRUCTURE,
    TYPE_NAMES,
    TYPES,
)
from registry.compute.sandbox.acceptance.suggestions import unknown_function
from registry.compute.sandbox.acceptance.vocabulary import FUNCTION_NODES
from registry.compute.sandbox.faults import Fault

DIALECT = "duckdb"
NAMES = {exp.Subquery: "A subquery", exp.Select: "SELECT", exp.Lambda: "A lambda", exp.Placeholder: "A parameter"}
MOST_DATES = 4
QUANTILES = {
    name: f"QUANTILE_{name[-4:].upper()}"
    for name in ("percentile_cont", "percentile_disc", "quantile_cont", "quantile_disc")
}
STRING = re.compile(r"'[^']*'")
CALL = re.compile(r"\b(?P<name>\w+)\s*\((?!\s*\d+\s*[,)])")  # except the numbers of a type: DECIMAL(10, 2)
TOO_DEEP = Fault("too_deep", f"The logic is nested more than {DEEPEST} levels deep. Split it into several features.")


TWO_READINGS = Fault(
    "two_readings",
    "The parsers disagree about what this computes. Write it in another way, for example with parentheses or without comments.",
)


class Accepted(NamedTuple):
    """Feature logic.

    ``tree``: its syntax tree. ``columns``: those it names. ``computed_columns``: those it aggregates or computes with,
    rather than only partitions or orders by. ``is_aggregate``: whether it aggregates outside of a window, which is then
    done for each entity."""

    tree: exp.Expr
    columns: tuple[str, ...]
    computed_columns: tuple[str, ...]
    is_aggregate: bool


class Rejected(NamedTuple):
    """Everything that has to change."""

    faults: tuple[Fault, ...]


def accept(expression: str, *, columns: Collection[str] | None) -> Accepted | Rejected:
    """Accept one SQL expression over the source table's columns; ``columns`` is None if they are not known.

    Never raises, whatever the text is.
    """
    scanned = scan(expression)
    if scanned.faults:
        return Rejected(scanned.faults)
    if _parentheses(scanned.text) > DEEPEST:
        return Rejected((TOO_DEEP,))
    faults = [*engine_parser.faults(scanned.text, columns), *_types_as_calls(scanned.text)]
    if faults:
        return Rejected(tuple(dict.fromkeys(faults)))
    tree = _parse(scanned.text)
    if isinstance(tree, Fault):
        return Rejected((tree,))
    plain = _with_plain_quantiles(tree.copy()) if tree.find(exp.WithinGroup) else tree
    faults = list(dict.fromkeys(_tree_faults(plain)))
    if not faults and not is_read_alike(expression, plain):
        faults = [TWO_READINGS]
    if faults:
        return Rejected(tuple(faults))
    tree = plain
    columns_found = list(tree.find_all(exp.Column, bfs=False))
    named = tuple(dict.fromkeys(column.name for column in columns_found))
    computed = tuple(dict.fromkeys(column.name for column in columns_found if _is_computed(column)))
    return Accepted(tree, named, computed, any(True for _ in bare_aggregates(tree)))


def is_read_alike(expression: str, tree: exp.Expr) -> bool:
    """Whether the engine reads the same in the text, which is fingerprinted, and in the tree, from which it is run."""
    form = canonical_form(expression)
    return form is not None and form == canonical_form(tree.sql(DIALECT))


def _parse(text: str) -> exp.Expr | Fault:
    try:
        trees = sqlglot.parse(text, dialect=AsWritten)
    except RecursionError:
        return TOO_DEEP
    except ParseError as error:
        return _syntax_fault(error)
    except PARSER_ERRORS:
        return Fault("syntax", "This cannot be parsed. Write one SQL expression.")
    if len(trees) != 1 or trees[0] is None:
        return Fault("statement", "Write one expression, not several.")
    return TOO_DEEP if _depth(trees[0]) > DEEPEST else trees[0]


def _with_plain_quantiles(tree: exp.Expr) -> exp.Expr:
    """`PERCENTILE_CONT(p) WITHIN GROUP (ORDER BY x)` as `QUANTILE_CONT(x, p)`, which the engine also computes in windows."""
    for group in list(tree.find_all(exp.WithinGroup)):
        name = group.this.name.lower() if isinstance(group.this, exp.Anonymous) else "mode"
        argument = group.expression.expressions[0].this.copy()
        plain: exp.Expr = exp.Mode(this=argument)
        if name in QUANTILES:
            plain = exp.func(QUANTILES[name], argument, *group.this.expressions, dialect=AsWritten)
        tree = plain if group is tree else group.replace(plain) and tree
    return tree


def _parentheses(text: str) -> int:
    """How deep parentheses are nested, counted in the text before any parser recurses over them."""
    depth = deepest = 0
    for letter in STRING.sub("", text):
        depth += (letter == "(") - (letter == ")")
        deepest = max(deepest, depth)
    return deepest


def _types_as_calls(text: str) -> Iterator[Fault]:
    """`DATE(x)` is a cast to the engine; nested, each level doubles sqlglot's time, so forty levels would never end."""
    dates = 0
    for call in CALL.finditer(STRING.sub(lambda quoted: "_" * len(quoted.group()), text)):
        name = call["name"].upper()
        dates += name == "DATE"
        if name in TYPE_NAMES - {"INTERVAL", "DATE"} or dates > MOST_DATES:
            yield Fault("type", f"Write CAST(… AS {call['name']}) for {call['name']}(…).", call.start())


def _depth(tree: exp.Expr) -> int:
    """The depth of the tree. The left side of a chain such as `a + b + c` counts as one level, as a reader sees it."""
    deepest, waiting = 0, [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        for name, inner in node.args.items():
            step = 0 if isinstance(node, exp.Binary | exp.Paren) and name == "this" else 1
            inners = inner if isinstance(inner, list) else [inner]
            waiting += [(child, depth + step) for child in inners if isinstance(child, exp.Expr)]
    return deepest


def _syntax_fault(error: ParseError) -> Fault:
    details = error.errors[0] if error.errors else {}
    line, column = details.get("line"), details.get("col")
    near = f" near {details['highlight']!r}" if details.get("highlight") else ""
    where = f" (line {line}, character {column})" if line else ""
    return Fault("syntax", f"This cannot be parsed{near}{where}. Write one SQL expression.")


def _tree_faults(tree: exp.Expr) -> Iterator[Fault]:
    operators = sum(1 for node in tree.walk() if type(node) in OPERATORS or isinstance(node, exp.Func))
    if operators > MOST_OPERATORS:
        sentence = f"The logic has {operators} operators and calls; at most {MOST_OPERATORS} are allowed."
        yield Fault("too_large", sentence)
    for node in tree.walk():
        yield from _node_faults(node)


def _node_faults(node: exp.Expr) -> Iterator[Fault]:
    kind = type(node)
    if isinstance(node, exp.Anonymous) and node.name.lower() not in FUNCTIONS:
        yield Fault("function", unknown_function(node.name.lower()), _at(node))
    elif kind not in STRUCTURE | OPERATORS | FUNCTION_NODES:
        yield Fault("not_allowed", f"{NAMES.get(kind, _words(kind))} is not part of feature logic.", _at(node))
    if isinstance(node, exp.DataType) and not (isinstance(node.this, exp.DType) and node.this.name in TYPES):
        yield Fault("type", f"{node.sql(DIALECT)} is not a type that feature logic may use.")
    if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
        yield Fault("star", "A star is allowed in count(*) only.")
    if isinstance(node, exp.WindowSpec | exp.Lag | exp.Lead | exp.NthValue | exp.Ntile):
        yield from _bound_faults(node)


def _bound_faults(node: exp.Expr) -> Iterator[Fault]:
    bounds = [node.args.get(name) for name in ("start", "end", "offset")]
    bounds += [node.this] if isinstance(node, exp.Ntile) else []
    by_value = isinstance(node, exp.WindowSpec) and str(node.args.get("kind")).upper() == "RANGE"
    largest = LARGEST_RANGE if by_value else LARGEST_BOUND
    for bound in bounds:
        size = bound.this if isinstance(bound, exp.Interval) else bound
        if not isinstance(size, exp.Expr):
            continue
        if not (isinstance(size, exp.Literal) and size.name.isdecimal() and int(size.name) <= largest):
            yield Fault("bound", f"A frame bound or an offset must be a whole number up to {largest}.")


def bare_aggregates(tree: exp.Expr) -> Iterator[exp.Expr]:
    """The aggregates outside of any window, each with its FILTER."""
    for node in tree.walk():
        if isinstance(node, exp.AggFunc) or (isinstance(node, exp.Anonymous) and node.name.lower() in AGGREGATES):
            while isinstance(node.parent, exp.Filter | exp.IgnoreNulls | exp.RespectNulls):
                node = node.parent
            if not (isinstance(node.parent, exp.Window) and node.arg_key == "this"):
                yield node


def _is_computed(column: exp.Column) -> bool:
    """Whether a column is part of the value, rather than only of a window's partition or order."""
    node: exp.Expr = column
    while node.parent is not None:
        if isinstance(node.parent, exp.Window) and node.arg_key in ("partition_by", "order"):
            return False
        node = node.parent
    return True


def _at(node: exp.Expr) -> int | None:
    return node.meta.get("start")


def _words(kind: type) -> str:
    letters = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in kind.__name__)
    return letters.strip().capitalize()
