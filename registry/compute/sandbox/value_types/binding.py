"""Bind the types of logics before they are stored: what the engine could never compute, in sentences.

The engine itself decides, in a sandboxed process (`engine_answers`): first over all logics at once, then over the parts of those that
it refused, from the inside out. The innermost part that it refuses is what the sentence is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlglot import exp

from registry.compute.sandbox.acceptance.grammar import WINDOWED
from registry.compute.sandbox.faults import Fault
from registry.compute.sandbox.value_types.engine_answers import Answer, answers
from registry.compute.sandbox.value_types.engine_types import in_words, is_castable
from registry.compute.sandbox.value_types.type_sentences import Part, sentence

DIALECT = "duckdb"
ABOUT_TYPES = frozenset({"BinderException", "CatalogException", "ParserException", "NotImplementedException"})
COMPUTED = (
    exp.Func, exp.Binary, exp.Neg, exp.Not, exp.Between, exp.In, exp.Case, exp.Cast, exp.Window, exp.Bracket,
)  # fmt: skip
NO_VALUE = (exp.Identifier, exp.DataType, exp.Var, exp.Order, exp.Ordered, exp.WindowSpec, exp.Star)
LONGEST_PART = 200
MOST_REMEMBERED = 16_384


class Logic(NamedTuple):
    """An accepted logic's tree, and the engine's type of each column that it names."""

    tree: exp.Expr
    types: Mapping[str, str]


class Bound(NamedTuple):
    """The type of a logic's value, empty if it has none; or what is wrong with its types."""

    type: str
    faults: tuple[Fault, ...] = ()


Key = tuple[str, tuple[tuple[str, str], ...]]
REMEMBERED: dict[Key, Bound] = {}  # the same logic over columns of the same types is bound once for each process


def bind(logics: Sequence[Logic]) -> list[Bound]:
    """The type of each logic, or its faults. Raises a SandboxFailure when the engine does not answer."""
    keys = [(logic.tree.sql(DIALECT), tuple(sorted(logic.types.items()))) for logic in logics]
    unknown = {key: logic for key, logic in zip(keys, logics, strict=True) if key not in REMEMBERED}
    bound = dict(zip(unknown, _bind(list(unknown.values())), strict=True)) if unknown else {}
    answers_now = [bound.get(key) or REMEMBERED[key] for key in keys]
    if len(REMEMBERED) + len(bound) > MOST_REMEMBERED:
        REMEMBERED.clear()
    REMEMBERED.update(bound)
    return answers_now


def _bind(logics: Sequence[Logic]) -> list[Bound]:
    first = _ask([(logic, [logic.tree, *_operands_of_casts(logic.tree)]) for logic in logics])
    refused = [index for index, [whole, *_] in enumerate(first) if whole.error]
    parts = {index: list(_parts(logics[index].tree)) for index in refused}
    second = _ask([(logics[index], [node for part in parts[index] for node in part]) for index in refused])
    of_refused = {index: tuple(_innermost(parts[index], known)) for index, known in zip(refused, second, strict=True)}
    return [
        Bound("", of_refused[index])
        if index in of_refused
        else Bound(whole.type, tuple(_never_cast(logic.tree, inner)))
        for index, (logic, [whole, *inner]) in enumerate(zip(logics, first, strict=True))
    ]


def _ask(questions: Sequence[tuple[Logic, Sequence[exp.Expr]]]) -> list[list[Answer]]:
    """The answers for the expressions of each logic. A column's is known."""
    tables: list[dict[str, tuple[str, str]]] = []
    statements = []
    for logic, nodes in questions:
        computed = [node.sql(DIALECT) for node in nodes if not isinstance(node, exp.Column)]
        if computed:
            table = _table_with(logic.types, tables)
            statements += [(table, text) for text in computed]
    answered = iter(answers([dict(columns.values()) for columns in tables], statements))
    return [
        [Answer(logic.types[node.name]) if isinstance(node, exp.Column) else next(answered) for node in nodes]
        for logic, nodes in questions
    ]


def _table_with(types: Mapping[str, str], tables: list[dict[str, tuple[str, str]]]) -> int:
    """The table that has these columns: one that no column of the same name contradicts, or a new one."""
    wanted = {name.lower(): (name, kind) for name, kind in types.items()}
    for index, table in enumerate(tables):
        if all(table.get(name, column) == column for name, column in wanted.items()):
            table.update(wanted)
            return index
    tables.append(wanted)
    return len(tables) - 1


def _casts(tree: exp.Expr) -> list[exp.Cast]:
    return list(tree.find_all(exp.Cast, bfs=False))


def _operands_of_casts(tree: exp.Expr) -> Iterator[exp.Expr]:
    yield from (cast.this for cast in _casts(tree))


def _never_cast(tree: exp.Expr, operands: Sequence[Answer]) -> Iterator[Fault]:
    for cast, operand in zip(_casts(tree), operands, strict=True):
        target = cast.to.sql(DIALECT)
        if operand.type and not is_castable(operand.type, target):
            value = f"{_text(cast.this)} is {in_words(operand.type)}"
            yield Fault("types", f"{value}, which can never be cast to {target}.")


def _parts(tree: exp.Expr) -> Iterator[list[exp.Expr]]:
    """Each part that computes something, from the inside out, followed by its operands."""
    for node in reversed(list(tree.walk(bfs=True))):
        if isinstance(node, COMPUTED) and not _is_only_windowed(node):
            yield [node, *_operands(node)]


def _is_only_windowed(node: exp.Expr) -> bool:
    """Whether a call can be computed in its window only."""
    name = node.name if isinstance(node, exp.Anonymous) else node.sql_name() if isinstance(node, exp.Func) else ""
    wrapped = node.find_ancestor(exp.Window) if name.lower() in WINDOWED else None
    return wrapped is not None


def _operands(node: exp.Expr) -> Iterator[exp.Expr]:
    if isinstance(node, exp.Window):
        node = node.this
    while isinstance(node, exp.IgnoreNulls | exp.RespectNulls | exp.Filter):
        node = node.this
    for child in node.iter_expressions():
        if isinstance(child, exp.If):  # a branch of a CASE
            yield from (child.this, child.args["true"])
        elif not isinstance(child, NO_VALUE):
            yield child


def _innermost(parts: Sequence[list[exp.Expr]], known: Sequence[Answer]) -> Iterator[Fault]:
    """What is wrong with the innermost part that the engine refuses; nothing where a value alone decides."""
    remaining = iter(known)
    for node, *operands in parts:
        answer, *of_operands = [next(remaining) for _ in (node, *operands)]
        if not answer.error:
            continue
        is_constant = [operand.find(exp.Column) is None for operand in operands]
        if answer.error in ABOUT_TYPES or any(is_constant):
            named = [(_text(operand), kind.type) for operand, kind in zip(operands, of_operands, strict=True)]
            yield Fault("types", sentence(Part(node, _text(node), named), answer))
        return


def _text(node: exp.Expr) -> str:
    text = str(node.unnest().sql(DIALECT))
    return text if len(text) <= LONGEST_PART else f"{text[:LONGEST_PART]}…"
