"""The base of all translation rules: a node is translated, with the kind of its value, or refused with the reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from sqlglot import exp

from registry.compute.engines.value_kinds import NUMBERS, Kind

ENGINES = {"postgres": "PostgreSQL", "spark": "Spark", "duckdb": "DuckDB"}
MOST_REPEATED = 400  # nodes: rules that repeat an expression, one inside of another, would grow without bound


class Typed(NamedTuple):
    """An expression in terms of the engine, and the kind of its value."""

    tree: exp.Expr
    kind: Kind


Rule = Callable[["Translator", exp.Expr], Typed]


class NotTranslatable(Exception):
    """The engine would compute a part of the logic differently; the message names it."""


class Translator:
    """Translates the nodes of one tree for the engine of ``dialect``; ``kinds``: those of the columns, by lower-case name."""

    def __init__(self, kinds: Mapping[str, Kind], dialect: str, rules: Mapping[type, Rule]) -> None:
        self.kinds, self.dialect, self.rules = kinds, dialect, rules

    def translate(self, node: exp.Expr) -> Typed:
        """The node, translated by the rule for its type. NotTranslatable when there is none."""
        rule = self.rules.get(type(node))
        if rule is None:
            raise self.refusal(name_of(node), "it cannot be written so that it gives the values of DuckDB")
        return rule(self, node)

    def refusal(self, what: str, why: str) -> NotTranslatable:
        """The exception that says what is refused and why."""
        return NotTranslatable(f"{what} cannot be computed inside {ENGINES[self.dialect]}: {why}.")

    def number(self, node: exp.Expr, what: str) -> Typed:
        """A number, but not a float32: engines compute those with different precision."""
        value = self.translate(node)
        if value.kind is Kind.SINGLE:
            raise self.refusal(f"{what} of a float32", "engines compute it with different precision; CAST it to DOUBLE")
        if value.kind not in NUMBERS:
            raise self.refusal(f"{what} of {value.kind}", "it needs numbers")
        return value

    def double(self, node: exp.Expr, what: str) -> exp.Expr:
        """Any number as float64."""
        value = self.translate(node)
        if value.kind not in NUMBERS:
            raise self.refusal(f"{what} of {value.kind}", "it needs numbers")
        return as_double(value)

    def truth(self, node: exp.Expr, what: str) -> exp.Expr:
        """A truth value, or null."""
        value = self.translate(node)
        if value.kind not in (Kind.TRUTH, Kind.NOTHING):
            raise self.refusal(f"{what} of {value.kind}", "it needs a truth value")
        return value.tree

    def time(self, node: exp.Expr, what: str) -> exp.Expr:
        """A timestamp; a date becomes its midnight."""
        value = self.translate(node)
        if value.kind not in (Kind.DATE, Kind.TIME):
            raise self.refusal(f"{what} of {value.kind}", "it needs a date or a timestamp")
        return value.tree if value.kind is Kind.TIME else exp.cast(value.tree, "TIMESTAMP", dialect="duckdb")

    def alike(self, nodes: Sequence[exp.Expr], what: str) -> tuple[list[exp.Expr], Kind]:
        """The nodes as values of one kind, with conversions that all engines share."""
        values = [self.translate(node) for node in nodes]
        kinds = {value.kind for value in values} - {Kind.NOTHING}
        if len(kinds) <= 1:
            return [value.tree for value in values], next(iter(kinds), Kind.NOTHING)
        if kinds <= {Kind.WHOLE, Kind.DECIMAL}:
            return [value.tree for value in values], Kind.DECIMAL
        if kinds <= {Kind.WHOLE, Kind.DECIMAL, Kind.DOUBLE}:
            return [value.tree if value.kind is Kind.NOTHING else as_double(value) for value in values], Kind.DOUBLE
        several = " and ".join(sorted(kinds))
        raise self.refusal(f"{what} of {several}", "engines convert it differently; CAST one of them")

    def in_order(self, tree: exp.Expr, kind: Kind) -> exp.Expr:
        """Text is ordered by code points, whatever the language of the server is."""
        if kind is Kind.TEXT and self.dialect == "postgres":
            return exp.Collate(this=exp.paren(tree), expression=exp.to_identifier("C", quoted=True))
        return tree

    def repeated(self, tree: exp.Expr) -> exp.Expr:
        """The tree, if it is small enough to be repeated. NotTranslatable otherwise."""
        if sum(1 for _ in tree.walk()) > MOST_REPEATED:
            raise self.refusal("Logic as long as this", "split it into several features")
        return tree


def as_double(value: Typed) -> exp.Expr:
    """A number as float64."""
    return value.tree if value.kind is Kind.DOUBLE else exp.cast(value.tree, "DOUBLE")


def name_of(node: exp.Expr) -> str:
    """The name of the node in messages."""
    if isinstance(node, exp.Anonymous):
        return node.name.upper()
    if isinstance(node, exp.Func):
        match = re.match(r"(\w+)\(", node.sql("duckdb"))
        return match[1] if match else node.sql_name()
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(node).__name__).upper()


def whole_of(node: exp.Expr | None) -> int | None:
    """The value of a literal whole number; None for anything else."""
    if isinstance(node, exp.Literal) and not node.is_string and node.name.isdecimal():
        return int(node.name)
    return None


def written(sql: str, parts: Mapping[str, exp.Expr]) -> exp.Expr:
    """Our own SQL with expressions in place of its parameters."""
    tree = exp.paren(exp.maybe_parse(sql, dialect="duckdb"), copy=False)
    for place in list(tree.find_all(exp.Placeholder)):
        place.replace(exp.paren(parts[place.name]))
    return tree
