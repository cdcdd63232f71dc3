"""One file made of several modules of the package, for a Python that has installed nothing: what `/gate.py` serves.

Each module's imports stand at its top. Those of the standard library are written once, those of the package are left
out, since what they name stands further up in the same file.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from pathlib import Path

Import = ast.Import | ast.ImportFrom
PACKAGE = Path(__file__).resolve().parents[1] / "plumbline"
GATE = ("_server", "_questions", "_report", "_command")  # each reads those before it; the last one is the program


def gate_script(package: Path = PACKAGE) -> str:
    """The program that asks the gate, as one file."""
    return joined({name: (package / f"{name}.py").read_text(encoding="utf-8") for name in GATE})


def joined(modules: Mapping[str, str]) -> str:
    """The modules as one program, under the first lines of the last one.

    >>> print(joined({"_a": "import os\\n\\nX = os.sep\\n", "_b": "'Do.'\\nimport os\\nfrom ._a import X\\n\\nprint(X)\\n"}))
    #!/usr/bin/env python3
    'Do.'
    <BLANKLINE>
    import os
    <BLANKLINE>
    <BLANKLINE>
    X = os.sep
    <BLANKLINE>
    <BLANKLINE>
    print(X)
    <BLANKLINE>
    """
    *_, program = modules.values()
    head = ast.get_source_segment(program, ast.parse(program).body[0]) or ""
    parts = [_split(text) for text in modules.values()]
    imports = _merged([node for nodes, _ in parts for node in nodes])
    bodies = [body for _, body in parts]
    return "\n".join(["#!/usr/bin/env python3", head, "", *imports, "\n", "\n\n\n".join(bodies), ""])


def _split(text: str) -> tuple[Sequence[Import], str]:
    """The imports of a module from outside of the package, and everything below them."""
    tree = ast.parse(text)
    imports = [node for node in tree.body if isinstance(node, Import)]
    last = max((node.end_lineno or 0 for node in imports), default=0)
    above = [node for node in tree.body if node.lineno <= last and not _stands_at_the_top(node)]
    if above:
        raise ValueError(f"line {above[0].lineno} stands between imports: write it below them")
    outside = [node for node in imports if not (isinstance(node, ast.ImportFrom) and node.level)]
    return outside, "\n".join(text.splitlines()[last:]).strip("\n")


def _stands_at_the_top(node: ast.stmt) -> bool:
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return docstring or isinstance(node, Import)


def _merged(nodes: Sequence[Import]) -> list[str]:
    """One line for each module that is imported, or imported from."""
    plain = {ast.unparse(node) for node in nodes if isinstance(node, ast.Import)}
    names: dict[str, set[str]] = {}
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            names.setdefault(node.module or "", set()).update(ast.unparse(alias) for alias in node.names)
    future = names.pop("__future__", set())
    first = [f"from __future__ import {', '.join(sorted(future))}", ""] if future else []
    listed = (f"from {module} import {', '.join(sorted(taken))}" for module, taken in sorted(names.items()))
    return [*first, *sorted(plain), *listed]
