"""The mutants of a module: small changes of its source that a test should notice."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
APPS = ("assessments", "platform_site", "registry")
LAYERS = {"rules", "queries", "actions", "pack"}
FILTERS = {"filter", "exclude"}
LOCK = "select_for_update"  # SQLite serialises writers, so only the tests of two sessions on PostgreSQL can judge it


class Mutant(NamedTuple):
    """One change: in which file, on which line, of which kind, and the bytes of the source that ``text`` replaces."""

    path: str
    line: int
    kind: str
    start: int
    end: int
    text: str

    def apply(self, source: str) -> str:
        content = source.encode()
        return (content[: self.start] + self.text.encode() + content[self.end :]).decode()


def modules(below: list[str]) -> list[str]:
    """The paths of all rules, queries and actions, or of those below the given paths; a file by its own path may be any."""
    paths = sorted(path.relative_to(ROOT) for app in APPS for path in (ROOT / app).rglob("*.py"))
    return [
        str(path)
        for path in paths
        if (LAYERS & {*path.parts, path.stem} or str(path) in below) and path.stem != "__init__"
        if not below or any(path.is_relative_to(part) for part in below)
    ]


def mutants_of(source: str, path: str = "") -> list[Mutant]:
    """Every mutant of a module's source, in the order of the source.

    >>> [(mutant.kind, mutant.text) for mutant in mutants_of("def f(x): return x > 1")]
    [('return', 'None'), ('compare', '(not (x > 1))'), ('constant', '2')]
    """
    starts = [0]
    for line in source.encode().splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    rows = []
    for node in _mutable(ast.parse(source)):
        for kind, target, text in _changes(node, source):
            start = starts[target.lineno - 1] + target.col_offset
            end = starts[(target.end_lineno or 0) - 1] + (target.end_col_offset or 0)
            rows.append(Mutant(path, target.lineno, kind, start, end, text))
    return rows


def _mutable(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run: no annotations, no decorators, nothing inside an f-string, whose positions are not exact."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr):
                yield from _mutable(child)


def _changes(node: ast.AST, source: str) -> Iterator[tuple[str, ast.expr | ast.stmt, str]]:
    """The changes of one node: the kind, the node to replace, and the text to put there."""
    match node:
        case ast.Compare():
            yield "compare", node, f"(not ({_text(node, source)}))"
        case ast.BoolOp():
            other = " or " if isinstance(node.op, ast.And) else " and "
            yield "boolean", node, f"({other.join(f'({_text(value, source)})' for value in node.values)})"
        case ast.Call(func=ast.Attribute(value=receiver, attr=attr)) if attr in FILTERS:
            yield "filter", node, _text(receiver, source)
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield "return", value, "None"
        case ast.Constant(value=int() as value) if not isinstance(value, bool):
            yield "constant", node, str(value + 1)
        case ast.Expr(value=ast.Call()) if LOCK not in _text(node, source):
            yield "call", node, "pass"


def _text(node: ast.AST, source: str) -> str:
    return ast.get_source_segment(source, node) or ""
