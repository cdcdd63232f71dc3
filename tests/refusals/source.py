"""The codes of refusals, as the source raises them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from platform_site.errors import NotReady, Refused

PROJECT = Path(__file__).parents[2]
PRODUCT = ("registry", "assessments", "platform_site")
STATUS = {kind.__name__: int(kind.status) for kind in (Refused, NotReady)}


def codes() -> set[tuple[str, int]]:
    """Every code of a `Refused` or `NotReady` with its HTTP status."""
    sources = ((file.read_text(), str(file)) for file in _files())
    return {
        code for source, name in sources if any(kind in source for kind in STATUS) for code in codes_in(source, name)
    }


def codes_in(source: str, name: str = "") -> set[tuple[str, int]]:
    """The codes that one file raises. AssertionError for one that is not written as text: nobody could list it.

    >>> codes_in('raise Refused("stale", "It moved.")')
    {('stale', 409)}
    """
    result = set()
    for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
        if (kind := getattr(call.func, "id", getattr(call.func, "attr", ""))) in STATUS:
            code = call.args[0] if call.args else None
            where = f"{name}:{call.lineno}"
            assert isinstance(code, ast.Constant), f"{where}: write the code of {kind} as text"
            result.add((code.value, STATUS[kind]))
    return result


def _files() -> Iterator[Path]:
    files = (file for room in PRODUCT for file in (PROJECT / room).rglob("*.py"))
    return (file for file in files if "bench" not in file.parts)  # commands of developers, which answer nobody
