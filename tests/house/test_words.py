"""The part of docs/style.md that a test can hold: banned names in code, banned phrases in what people read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
CODE = ("assessments", "registry", "platform_site")

NAMES = {"told", "said", "asked", "found", "given", "kept", "there", "mine", "one"}
CLASSES = {
    "Word", "Line", "Standing", "Asked", "Said", "Begun", "Broken", "Acting", "ByAction", "Complicated", "Unfit",
    "Unsafe", "Pulse", "Untold", "Told", "Teller", "Heard",
}  # fmt: skip
PHRASES = (
    r"\b(?<!there )(?<!There )(is|are) no (?!longer\b|more\b|less\b|later\b|earlier\b|other\b|one\b)[a-z]",
    r"\bchoose of\b",
    r"\btold\b",
    r"\b[Aa]sked for by\b",
    r"\b[Tt]hat many\b",
    r"\b[Ss]o many\b",
    r"\b[Oo]ne in a line\b",
    r"\b[Ii]t is said\b",
    r"\b[Ff]or my word\b",
    r"\b[Tt]ake the (mark|samples?) away\b",
    r"\b[Ss]ay types?\b",
    r"\b[Ll]ook after it\b",
    r"\b[Nn]ormed Wasserstein\b",
    r"\bFurthest\b",
    r"\bas jira\b",
    r"\d[  ]%(?!\w)",
)  # fmt: skip
PHRASE = re.compile("|".join(PHRASES))
COLUMNS = {"registry/models/imports.py": {"found"}}  # columns of the database, which keep their names


def python_files() -> list[Path]:
    paths = [path for app in CODE for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    assert paths, "no module found: the test looks in the wrong place"
    return sorted(paths)


def files_of_tests() -> list[Path]:
    return sorted((ROOT / "tests").rglob("*.py"))


def names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every name that a module makes: variables, parameters, attributes, functions, classes, modules it imports as."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(ctx=ast.Store()):
                yield node.lineno, node.id
            case ast.arg():
                yield node.lineno, node.arg
            case ast.Attribute(ctx=ast.Store()):
                yield node.lineno, node.attr
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.lineno, node.name
            case ast.alias(asname=str()):
                yield node.lineno, node.asname
            case ast.ExceptHandler(name=str()):
                yield node.lineno, node.name


def is_banned(name: str) -> bool:
    return name in CLASSES or name in NAMES or "told" in name.lower().split("_")


def banned_names(path: Path) -> list[str]:
    here = path.relative_to(ROOT)
    file_name = [f"{here}: the file's name"] if is_banned(path.stem) else []
    banned = [(line, name) for line, name in names(ast.parse(path.read_text())) if is_banned(name)]
    columns = COLUMNS.get(str(here), set())
    return file_name + [f"{here}:{line} {name}" for line, name in banned if name not in columns]


def sentences(path: Path) -> Iterator[tuple[int, str]]:
    """The strings of a module, docstrings included; of templates everything but tags and comments."""
    if path.suffix == ".html":
        text = re.sub(
            r"{#.*?#}|{% comment %}.*?{% endcomment %}|{%.*?%}|{{.*?}}|<[^>]*>", blank, path.read_text(), flags=re.S
        )
        yield from enumerate(text.splitlines(), 1)
        return
    if path.suffix == ".md":
        yield from enumerate(path.read_text().splitlines(), 1)
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def banned_phrases(path: Path) -> list[str]:
    here = path.relative_to(ROOT)
    return [f"{here}:{line} {hit[0]!r}" for line, text in sentences(path) for hit in PHRASE.finditer(text)]


def test_no_name_is_banned():
    assert [line for path in python_files() for line in banned_names(path)] == []


@pytest.mark.slow
def test_no_name_in_the_tests_is_banned():
    """The names of tests are sentences, which are free; all others are names like those of the product."""
    banned = [line for path in files_of_tests() for line in banned_names(path)]
    assert [line for line in banned if not line.split()[-1].startswith("test_")] == []


def test_no_phrase_is_banned():
    pages = sorted((ROOT / "templates").rglob("*.html"))
    documents = [path for path in sorted((ROOT / "docs").rglob("*.md")) if path.name != "style.md"]
    documents += [ROOT / "README.md", *(ROOT / app / "README.md" for app in ("registry", "assessments"))]
    assert [line for path in [*python_files(), *pages, *documents] for line in banned_phrases(path)] == []


@pytest.mark.parametrize(
    "code",
    [
        "told = 1",
        "def f(found): ...",
        "for one in rows: ...",
        "class Standing: ...",
        "def _told_of(): ...",
        "x.kept = 1",
    ],
)
def test_a_banned_name_is_seen(code):
    assert any(is_banned(name) for _, name in names(ast.parse(code)))


@pytest.mark.parametrize(
    "text",
    ["'61' is no minute.", "choose of a, b", "Asked for by ann", "One in a line", "30 % is the mark", "It was told"],
)
def test_a_banned_phrase_is_seen(text):
    assert PHRASE.search(text)


@pytest.mark.parametrize(
    "text", ["There is no team x.", "It is no longer served.", "12% of the rows", "61 is not a minute."]
)
def test_plain_english_passes(text):
    assert not PHRASE.search(text)
