"""Who may import whom, and that doors do not write. See docs/architecture.md."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("assessments", "registry", "platform_site")
PURE = ("rules", "compute", "domain", "stats", "engines", "sandbox", "checking", "text")
SHARED = ("platform_site", "text")  # the pure room that every other may import
DOORS = ("views", "api", "tasks", "admin", "commands", "forms", "urls", "charts")
FRAMEWORKS = ("django", "rest_framework", "celery", "plotly", "kombu", "redis")
WRITES = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
}  # fmt: skip


def modules() -> list[Path]:
    found = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]
    assert found, "no module found: the test looks in the wrong place"
    return sorted(found)


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def layer(path: Path) -> str:
    """The room inside an app that a module belongs to: its folder, or its own name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return next((part for part in parts[1:] if part in (*PURE, *DOORS, "models", "queries", "actions")), "")


def trespasses(path: Path) -> Iterator[str]:
    here, inside = path.relative_to(ROOT).parts[0], layer(path)
    for line, name in imports(path):
        reason = _reason(here, inside, name)
        if reason:
            yield f"{path.relative_to(ROOT)}:{line} imports {name}: {reason}"


def _reason(here: str, inside: str, name: str) -> str | None:
    parts = name.split(".")
    outside = parts[0] == "platform_site" and tuple(parts[:2]) != SHARED
    if inside in PURE and (parts[0] in FRAMEWORKS or outside or {"models", "settings"} & set(parts)):
        return "a pure room knows no framework, no models, no settings"
    if here == "registry" and parts[0] == "assessments":
        return "the registry does not know of assessments"
    if here == "assessments" and parts[0] == "registry" and not {"queries", "published"} & set(parts):
        return "assessments read the registry by its queries alone"
    forbidden = {"models": {"actions", "queries", *DOORS}, "queries": {"actions", *DOORS}, "actions": set(DOORS)}
    if parts[0] in ROOMS and len(parts) > 1 and parts[1] in forbidden.get(inside, set()):
        return f"{inside} stand below {parts[1]}"
    return None


def test_every_module_imports_only_what_its_room_may():
    assert [found for path in modules() for found in trespasses(path)] == []


def writes(path: Path) -> Iterator[str]:
    """Calls on something's `objects` or on a record that would write. Dicts and sets have `update` too: told apart
    by the manager before it, or by `.save(` and `.delete(` on anything but `super()`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES):
            continue
        source = ast.unparse(node.func.value)
        on_manager = ".objects" in source or ".filter(" in source or source.endswith("_set")
        if on_manager or (node.func.attr in {"save", "delete"} and source != "super()"):
            yield f"{path.relative_to(ROOT)}:{node.lineno} calls {source}.{node.func.attr}()"


def test_doors_do_not_write():
    doors = [path for path in modules() if layer(path) in DOORS]
    assert [found for path in doors for found in writes(path)] == []


@pytest.mark.parametrize(
    ("here", "inside", "name"),
    [
        ("registry", "domain", "django.db"),
        ("registry", "domain", "platform_site.errors"),
        ("platform_site", "text", "django.http"),
        ("platform_site", "text", "registry.models"),
        ("registry", "stats", "registry.models"),
        ("registry", "actions", "registry.features.views"),
        ("registry", "queries", "registry.checks.actions.checks"),
        ("registry", "models", "registry.checks.queries.checks"),
        ("registry", "views", "assessments.models"),
        ("assessments", "views", "registry.models"),
    ],
)
def test_a_trespass_is_seen(here, inside, name):
    assert _reason(here, inside, name)


def test_pure_rooms_share_the_pure_text():
    assert _reason("registry", "domain", "platform_site.text.wording") is None


def test_the_shared_text_needs_the_standard_library_alone():
    """Neither itself nor by what Python loads on the way to it."""
    names = ["platform_site.text." + path.stem for path in (ROOT / "platform_site/text").glob("[a-z]*.py")]
    loaded = f"import sys, {', '.join(names)}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    roots = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert len(names) >= 4
    assert not {*FRAMEWORKS, "registry", "assessments", "numpy"} & set(roots.split())


def test_a_write_in_a_door_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.test_layers.ROOT", tmp_path)
    door = tmp_path / "views.py"
    door.write_text("def view(thing):\n    thing.save()\n    Thing.objects.create()\n    words.update(a=1)\n")
    assert len(list(writes(door))) == 2
