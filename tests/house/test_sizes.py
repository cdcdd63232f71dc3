"""How large the parts of the house are: files in a folder and lines in a function, so that each can be taken in at once.

Migrations are apart: each is written once and never read again as a whole.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("assessments", "platform_site", "registry", "templates")
MOST_FILES = 17
MOST_LINES = 60


def files() -> list[Path]:
    """The modules and templates of the product."""
    paths = [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.suffix in {".py", ".html"}]
    return sorted(path for path in paths if "migrations" not in path.parts)


def full_folders(paths: Iterable[Path]) -> list[str]:
    """The folders that directly hold too many files, each with how many."""
    counts = Counter(path.parent for path in paths)
    return [f"{folder} has {count} files" for folder, count in sorted(counts.items()) if count > MOST_FILES]


def long_functions(path: Path) -> Iterator[str]:
    """The functions of a module that have too many lines, from `def` to their end."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MOST_LINES:
                yield f"{path}:{node.lineno} {node.name} has {lines} lines"


def test_no_folder_of_the_product_is_too_full():
    assert len(files()) > 500, "few files found: the test looks in the wrong place"
    assert full_folders(path.relative_to(ROOT) for path in files()) == []


def test_no_function_is_too_long():
    modules = [*(ROOT / "tests").rglob("*.py"), *(path for path in files() if path.suffix == ".py")]
    assert [line for path in modules for line in long_functions(path)] == []


def test_a_folder_that_is_too_full_is_seen():
    few = [Path("registry", "few", f"m{number}.py") for number in range(MOST_FILES)]
    many = [Path("registry", "many", f"m{number}.html") for number in range(MOST_FILES + 1)]
    below = [Path("registry", "few", "below", "m.py")]
    assert full_folders([*few, *many, *below]) == ["registry/many has 18 files"]


def test_a_function_that_is_too_long_is_seen(tmp_path):
    module = tmp_path / "module.py"
    lines = "\n".join("        x = 1" for _ in range(MOST_LINES - 1))
    fits = f"class C:\n    async def fits(self):\n{lines}\n"
    module.write_text(f"{fits}\n    def too_long(self):\n{lines}\n        x = 2\n")
    assert list(long_functions(module)) == [f"{module}:{MOST_LINES + 3} too_long has {MOST_LINES + 1} lines"]
