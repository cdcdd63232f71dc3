"""Write logic of another dialect for the engine, so that it computes the same value, or refuse it by name.

A node is translated by the rule for its type; a call by the first row of its dialect's table whose arguments have the
forms that the row names. What has no rule is refused: nothing is passed on because it looks alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

import sqlglot
from sqlglot import exp

from registry.compute.dialects.kinds import Kind, common
from registry.compute.dialects.parsers import TITLES
from registry.compute.sandbox.acceptance.accept import bare_aggregates
from registry.compute.sandbox.acceptance.as_written import AsWritten
from registry.compute.sandbox.acceptance.grammar import CLOCK_AND_CHANCE

MOST_NODES = 4_000
NEAR = 0.75
LETTERS = "abcdefgh"
TRANSLATED = frozenset(
    {"value", "number", "integer", "text", "moment", "list"}
)  # forms of arguments that are expressions
CLOCK = CLOCK_AND_CHANCE | {
    "getdate",
    "sysdate",
    "rand",
    "randn",
    "uuid_string",
    "generate_uuid",
    "monotonically_increasing_id",
}


class Typed(NamedTuple):
    """An expression of the engine, and the kind of its value."""

    tree: exp.Expr
    kind: Kind


class Row(NamedTuple):
    """One row of a dialect's table: the forms of its arguments, what runs (a template or a function), the kind of its value.

    ``kind`` None: that of the arguments together. The last form of a row may end in `…`: any number of them."""

    forms: tuple[str, ...]
    runs: str | Callable[[Translator, list[exp.Expr]], Typed]
    kind: Kind | None


Table = Mapping[str, Sequence[Row]]
Form = Callable[["Translator", exp.Expr], exp.Expr | None]
Rule = Callable[["Translator", exp.Expr], Typed]


class Dialect(NamedTuple):
    """What is known of a dialect: its functions, its nodes, and the forms that arguments may have."""

    name: str
    table: Table
    rules: Mapping[type, Rule]
    forms: Mapping[str, Form]


class Refusal(Exception):
    """What is not translated, and why."""


class Translator:
    """Translates one tree. ``kinds``: those of the columns by lower-case name; a column that is not in it is unknown."""

    def __init__(self, dialect: Dialect, kinds: Mapping[str, Kind]) -> None:
        self.dialect, self.kinds = dialect, kinds
        self.refusals: list[str] = []
        self.nodes = 0

    @property
    def title(self) -> str:
        return TITLES[self.dialect.name]

    def of(self, node: exp.Expr) -> Typed:
        """The node for the engine. What is refused is noted, and stands as null, so that all refusals come together."""
        self.nodes += 1
        try:
            if self.nodes > MOST_NODES:
                raise Refusal("This becomes too long for the data engine. Split it into several features.")
            rule = self.dialect.rules.get(type(node))
            if rule is None:
                raise Refusal(
                    f"{_words(node)} is not translated from {self.title}. Write it with the functions that docs/dialects.md lists."
                )
            return rule(self, node)
        except Refusal as refusal:
            self.refusals.append(str(refusal))
            return Typed(exp.null(), Kind.UNKNOWN)

    def all(self, nodes: Sequence[exp.Expr]) -> list[Typed]:
        return [self.of(node) for node in nodes]

    def call(self, name: str, arguments: list[exp.Expr]) -> Typed:
        """A call by its name, translated by the dialect's table. Refusal when no row fits."""
        rows = self.dialect.table.get(name)
        if rows is None:
            raise Refusal(self._unknown(name))
        for row in rows:
            fitting = self._fitting(row, arguments)
            if fitting is not None:
                return self._run(row, fitting, arguments)
        ways = " or ".join(f"{name}({', '.join(row.forms)})" for row in rows)
        raise Refusal(
            f"{name} of {self.title} is translated as {ways}. With other arguments it could compute something else."
        )

    def _fitting(self, row: Row, arguments: list[exp.Expr]) -> list[exp.Expr] | None:
        """The arguments after their forms; None when one does not fit."""
        forms = list(row.forms)
        if forms and forms[-1].endswith("…"):
            last = forms.pop().removesuffix("…")
            forms += [last] * max(1, len(arguments) - len(forms))
        if len(forms) != len(arguments):
            return None
        fitting = [self.dialect.forms[form](self, argument) for form, argument in zip(forms, arguments, strict=True)]
        return None if any(tree is None for tree in fitting) else [tree for tree in fitting if tree is not None]

    def _run(self, row: Row, fitting: list[exp.Expr], arguments: list[exp.Expr]) -> Typed:
        if not isinstance(row.runs, str):
            return row.runs(self, arguments)
        values = [
            self.of(argument) if form in TRANSLATED else Typed(tree, Kind.UNKNOWN)
            for form, tree, argument in zip(_spread(row.forms, len(arguments)), fitting, arguments, strict=True)
        ]
        counted = [
            value.kind
            for form, value in zip(_spread(row.forms, len(arguments)), values, strict=True)
            if form in TRANSLATED
        ]
        kind = row.kind or common(counted)
        return Typed(written(row.runs, [value.tree for value in values]), kind)

    def _unknown(self, name: str) -> str:
        if name in CLOCK:
            return f"{name} gives a different value each time, but a feature must give the same value when it is computed again. Use a column."
        if name in APPROXIMATE:
            return f"{name} is an approximation, and each engine has its own. Write {APPROXIMATE[name]}."
        if name in AMBIGUOUS:
            return AMBIGUOUS[name]
        near = get_close_matches(name, sorted(self.dialect.table), 2, NEAR)
        hint = f"Did you mean {' or '.join(near)}?" if near else "docs/dialects.md lists the functions that are."
        return f"{name} is not translated from {self.title}. {hint}"


APPROXIMATE = {
    "approx_count_distinct": "COUNT(DISTINCT x)",
    "hll": "COUNT(DISTINCT x)",
    "approx_distinct": "COUNT(DISTINCT x)",
    "approx_percentile": "PERCENTILE_CONT",
    "percentile_approx": "percentile(x, 0.5)",
    "approx_quantiles": "PERCENTILE_CONT(x, 0.5) OVER (…)",
    "approx_top_count": "an exact count",
}
AMBIGUOUS = {
    "size": "size(NULL) of Spark is -1 or null, by a setting. Write array_size(x).",
    "cardinality": "cardinality(NULL) of Spark is -1 or null, by a setting. Write array_size(x).",
    "months_between": "months_between counts months of 31 days. Write datediff, or the difference of year and month.",
    "hash": "hash of one engine is not that of another. Write md5 or sha2.",
    "xxhash64": "xxhash64 of one engine is not that of another. Write md5 or sha2.",
    "farm_fingerprint": "FARM_FINGERPRINT is BigQuery's own. Write TO_HEX(MD5(x)).",
    "mode": "mode picks any of the most frequent values. Register it in dialect duckdb.",
    "any_value": "any_value picks any value. Write min or max.",
    "max_by": "max_by treats nulls differently in each engine. Register arg_max in dialect duckdb.",
    "min_by": "min_by treats nulls differently in each engine. Register arg_min in dialect duckdb.",
}


def _spread(forms: tuple[str, ...], count: int) -> list[str]:
    if forms and forms[-1].endswith("…"):
        return [*forms[:-1], *([forms[-1].removesuffix("…")] * (count - len(forms) + 1))]
    return list(forms)


def written(template: str, parts: Sequence[exp.Expr]) -> exp.Expr:
    """A template of the engine's SQL with `:a`, `:b` … as its arguments, `:all` as all of them in order."""
    whole = ", ".join(f":{letter}" for letter in LETTERS[: len(parts)]) if len(parts) <= len(LETTERS) else ""
    if ":all" in template and not whole:
        raise Refusal(f"At most {len(LETTERS)} arguments are translated here.")
    tree: exp.Expr = sqlglot.parse_one(template.replace(":all", whole), dialect=AsWritten)
    for place in list(tree.find_all(exp.Placeholder)):
        part = parts[LETTERS.index(place.name)].copy()
        inside = (
            _enclosed(part)
            if isinstance(place.parent, exp.Binary | exp.Unary | exp.Bracket | exp.Between | exp.Is)
            else part
        )
        if place is tree:
            return part
        place.replace(inside)
    return tree


def _enclosed(tree: exp.Expr) -> exp.Expr:
    plain = exp.Column | exp.Literal | exp.Func | exp.Paren | exp.Null | exp.Boolean
    bare = (isinstance(tree, plain) and not isinstance(tree, exp.Binary | exp.Unary | exp.Case)) or isinstance(
        tree, exp.Paren
    )
    return tree if bare else exp.paren(tree, copy=False)


def over_aggregates(tree: exp.Expr, around: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    """The tree with every aggregate in it replaced: `round(avg(x), 6)` over a window rounds the window's value."""
    aggregates = {id(node): node for node in bare_aggregates(tree)}
    for node in tree.walk():
        if isinstance(node, WINDOWED):
            whole: exp.Expr = node.parent if isinstance(node.parent, exp.IgnoreNulls) else node
            aggregates.setdefault(id(whole), whole)
    for target in aggregates.values():
        if isinstance(target.parent, exp.Window) and target.arg_key == "this":
            continue
        replaced = around(target.copy())
        tree = replaced if target is tree else target.replace(replaced) and tree
    return tree


WINDOWED = (
    exp.RowNumber, exp.Rank, exp.DenseRank, exp.PercentRank, exp.CumeDist, exp.Ntile, exp.Lag, exp.Lead, exp.FirstValue,
    exp.LastValue, exp.NthValue,
)  # fmt: skip


def _words(node: exp.Expr) -> str:
    letters = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in type(node).__name__)
    return f"{letters.strip().capitalize()} ({node.sql()[:60]})" if not isinstance(node, exp.Anonymous) else node.name
