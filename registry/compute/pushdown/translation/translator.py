"""What every rule of the translation stands on: a node told with its kind, or refused with a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from sqlglot import exp

from registry.compute.engines.value_kinds import NUMBERS, Kind

ENGINES = {"postgres": "PostgreSQL", "spark": "Spark", "duckdb": "DuckDB"}
MOST_REPEATED = 400  # nodes; what is written several times, one inside of another, would grow without bound


class Typed(NamedTuple):
    """An expression as the engine takes it, and the kind of its value."""

    tree: exp.Expr
    kind: Kind


Rule = Callable[["Translator", exp.Expr], Typed]


class NotTranslatable(Exception):
    """The logic has something that this engine would compute otherwise; the message names it."""


class Translator:
    """Tells the nodes of one tree to the engine of ``dialect``; ``kinds`` of the columns by lower-case name."""

    def __init__(self, kinds: Mapping[str, Kind], dialect: str, rules: Mapping[type, Rule]) -> None:
        self.kinds, self.dialect, self.rules = kinds, dialect, rules

    def tell(self, node: exp.Expr) -> Typed:
        """The node by the rule of its type. NotTranslatable where there is none."""
        rule = self.rules.get(type(node))
        if rule is None:
            raise self.untold(name_of(node), "there is no way to write it there that gives DuckDB's values")
        return rule(self, node)

    def untold(self, what: str, why: str) -> NotTranslatable:
        """The refusal, as a sentence."""
        return NotTranslatable(f"{what} is not computed inside {ENGINES[self.dialect]}: {why}.")

    def number(self, node: exp.Expr, what: str) -> Typed:
        """A number other than a float32, in whose precision engines compute differently."""
        value = self.tell(node)
        if value.kind is Kind.SINGLE:
            raise self.untold(f"{what} of a float32", "engines compute it in different precisions; CAST it to DOUBLE")
        if value.kind not in NUMBERS:
            raise self.untold(f"{what} of {value.kind}", "it takes numbers there")
        return value

    def double(self, node: exp.Expr, what: str) -> exp.Expr:
        """Any number as float64."""
        value = self.tell(node)
        if value.kind not in NUMBERS:
            raise self.untold(f"{what} of {value.kind}", "it takes numbers there")
        return as_double(value)

    def truth(self, node: exp.Expr, what: str) -> exp.Expr:
        """A truth value; null is one."""
        value = self.tell(node)
        if value.kind not in (Kind.TRUTH, Kind.NOTHING):
            raise self.untold(f"{what} of {value.kind}", "it takes a truth value there")
        return value.tree

    def time(self, node: exp.Expr, what: str) -> exp.Expr:
        """A moment; of a date, its midnight."""
        value = self.tell(node)
        if value.kind not in (Kind.DATE, Kind.TIME):
            raise self.untold(f"{what} of {value.kind}", "it takes a date or a timestamp there")
        return value.tree if value.kind is Kind.TIME else exp.cast(value.tree, "TIMESTAMP", dialect="duckdb")

    def alike(self, nodes: Sequence[exp.Expr], what: str) -> tuple[list[exp.Expr], Kind]:
        """The nodes as values of one kind, as all engines would make them."""
        values = [self.tell(node) for node in nodes]
        kinds = {value.kind for value in values} - {Kind.NOTHING}
        if len(kinds) <= 1:
            return [value.tree for value in values], next(iter(kinds), Kind.NOTHING)
        if kinds <= {Kind.WHOLE, Kind.DECIMAL}:
            return [value.tree for value in values], Kind.DECIMAL
        if kinds <= {Kind.WHOLE, Kind.DECIMAL, Kind.DOUBLE}:
            return [value.tree if value.kind is Kind.NOTHING else as_double(value) for value in values], Kind.DOUBLE
        several = " and ".join(sorted(kinds))
        raise self.untold(f"{what} of {several}", "engines make different things of it; CAST one of them")

    def in_order(self, tree: exp.Expr, kind: Kind) -> exp.Expr:
        """Text orders by its code points, in whatever language the server is."""
        if kind is Kind.TEXT and self.dialect == "postgres":
            return exp.Collate(this=exp.paren(tree), expression=exp.to_identifier("C", quoted=True))
        return tree

    def repeated(self, tree: exp.Expr) -> exp.Expr:
        """The tree, when it is small enough to be written several times."""
        if sum(1 for _ in tree.walk()) > MOST_REPEATED:
            raise self.untold("Logic as long as this", "split it into features of their own")
        return tree


def as_double(value: Typed) -> exp.Expr:
    """A number as float64."""
    return value.tree if value.kind is Kind.DOUBLE else exp.cast(value.tree, "DOUBLE")


def name_of(node: exp.Expr) -> str:
    """What people call the node."""
    if isinstance(node, exp.Anonymous):
        return node.name.upper()
    if isinstance(node, exp.Func):
        called = re.match(r"(\w+)\(", node.sql("duckdb"))
        return called[1] if called else node.sql_name()
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(node).__name__).upper()


def whole_of(node: exp.Expr | None) -> int | None:
    """The whole number that a literal is; None where it is something else."""
    plain = isinstance(node, exp.Literal) and not node.is_string and node.name.isdecimal()
    return int(node.name) if plain else None


def written(sql: str, parts: Mapping[str, exp.Expr]) -> exp.Expr:
    """SQL of our own with expressions in the places of its parameters."""
    tree = exp.paren(exp.maybe_parse(sql, dialect="duckdb"), copy=False)
    for place in list(tree.find_all(exp.Placeholder)):
        place.replace(exp.paren(parts[place.name]))
    return tree
