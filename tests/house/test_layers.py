"""Who may import whom, and that doors do not write. The law is written down in docs/architecture.md.

Every module of the product has a place: an app, a room (a noun) and a layer. A module without a place fails, so a new
folder must be placed here before anything can be written in it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent.parent
APPS = ("assessments", "registry", "platform_site")

# From the lowest floor to the highest: a noun imports nouns on lower floors, never one beside it or above.
FLOORS = {
    "registry": (
        "client", "compute", "data", "lineage", "features", "versions", "checks", "serving", "regulation", "imports", "published",
    ),
    "assessments": ("organizations", "tickets", "adoption", "health", "strategy", "postmortems", "initiatives", "review"),
}  # fmt: skip
# What puts the installation together. Everything else in platform_site is the ground floor, which both apps stand on.
ROOF = ("roof", "settings", "urls", "wsgi", "celery", "apps", "tasks", "management")
SHARED = "shared"  # what all nouns of an app share: models, URLs, tasks, the admin

PURE, MODELS, QUERIES, ACTIONS, DOORS, GROUND = "pure", "models", "queries", "actions", "doors", "ground"
LAYERS = {
    PURE: {"rules", "compute", "text", "plumbline", "learning"},
    MODELS: {"models", "signals"},
    QUERIES: {"queries", "published", "pack", "scope", "reported"},
    ACTIONS: {"actions", "receivers"},
    DOORS: {
        "admin", "admin_forms", "api", "api_urls", "apps", "charts", "command", "forms", "management", "markdown", "registration_forms",
        "panels", "serializers", "tasks", "templatetags", "urls", "views",
    },
}  # fmt: skip
BELOW = {  # which layers a layer never imports
    PURE: {MODELS, QUERIES, ACTIONS, DOORS, GROUND},
    MODELS: {QUERIES, ACTIONS, DOORS},
    QUERIES: {ACTIONS, DOORS},
    ACTIONS: {DOORS},
    DOORS: set(),
    GROUND: set(),
}
FRAMEWORKS = ("django", "rest_framework", "drf_spectacular", "celery", "kombu", "redis", "plotly")
WRITES = {
    "save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create",
}  # fmt: skip

# Imports that still run upwards, each to be straightened: the list only shrinks.
TO_STRAIGHTEN: set[str] = set()


class Place(NamedTuple):
    """Where a module stands."""

    app: str
    room: str  # a noun, SHARED, "roof" or "ground floor"
    layer: str


def place(name: str) -> Place | None:
    """The place of a module, by its dotted name; None when it has none."""
    app, *parts = name.split(".")
    if app == "platform_site":
        return Place(app, "roof" if parts and parts[0] in ROOF else "ground floor", _layer(parts) or GROUND)
    if not parts:
        return Place(app, SHARED, MODELS)
    room = parts[0] if parts[0] in FLOORS[app] else SHARED
    layer = _layer(parts) or (QUERIES if parts == [room] else None)
    return Place(app, room, layer) if layer else None


def _layer(parts: list[str]) -> str | None:
    return next((layer for part in parts for layer, names in LAYERS.items() if part in names), None)


def trespass(importer: str, imported: str) -> str | None:
    """Why one module may not import another; None when it may. Both are dotted names."""
    here, target = place(importer), imported.split(".")[0]
    if here is None:
        return "it has no place: give its folder a layer in tests/house/test_layers.py"
    if target in FRAMEWORKS and here.layer == PURE:
        return "pure rules know no framework"
    result = place(imported) if target in APPS else None
    return _between(here, result) if result else None


def _between(importer: Place, imported: Place) -> str | None:
    if imported.layer in BELOW[importer.layer] and importer.room != "roof":
        return f"{importer.layer} stand below {imported.layer}"
    if importer.app == imported.app == "platform_site":
        return (
            "the ground floor knows nothing of the roof"
            if importer.room == "ground floor" and imported.room == "roof"
            else None
        )
    if importer.app == "platform_site":
        return None if importer.room == "roof" else "the ground floor knows nothing of the apps"
    if imported.app == "platform_site":
        return "the apps know nothing of the roof" if imported.room == "roof" else None
    return _between_rooms(importer, imported)


def _between_rooms(importer: Place, imported: Place) -> str | None:
    if importer.app == "registry" and imported.app == "assessments":
        return "the registry knows nothing of assessments"
    if importer.app == "assessments" and imported.app == "registry":
        return None if imported.room == "published" else "assessments read the registry in registry.published alone"
    floors = FLOORS[importer.app]
    if importer.room == SHARED or importer.room == imported.room:
        return None
    if imported.room == SHARED:
        return None if imported.layer == MODELS else "what the nouns share stands above them"
    if floors.index(imported.room) > floors.index(importer.room):
        return f"{importer.room} stands below {imported.room}"
    return None


def modules() -> list[Path]:
    paths = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    assert paths, "no module found: the test looks in the wrong place"
    return sorted(paths)


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or path.is_dir()


@cache
def imports(path: Path) -> list[tuple[int, str]]:
    """The modules that a file imports, each by its whole name, with the line: `from a.b import c` is `a.b.c` where that
    is a module, else `a.b`."""
    return [*_imports(path)]


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from ((node.lineno, name if is_module(name) else node.module) for name in names)


def trespasses(path: Path) -> Iterator[str]:
    for line, imported in imports(path):
        reason = trespass(name_of(path), imported)
        if reason and f"{name_of(path)} > {imported}" not in TO_STRAIGHTEN:
            yield f"{path.relative_to(ROOT)}:{line} imports {imported}: {reason}"


def test_every_module_has_a_place():
    assert [str(path.relative_to(ROOT)) for path in modules() if place(name_of(path)) is None] == []


def test_every_module_imports_only_what_its_place_allows():
    assert [line for path in modules() for line in trespasses(path)] == []


def test_what_is_straightened_leaves_the_list():
    present = {f"{name_of(path)} > {imported}" for path in modules() for _, imported in imports(path)}
    assert TO_STRAIGHTEN - present == set()


def test_the_floors_are_the_folders():
    shared = {"management", "migrations", "models", "templatetags"}
    for app, nouns in FLOORS.items():
        folders = {path.name for path in (ROOT / app).iterdir() if any(path.rglob("*.py"))}
        assert folders - shared == set(nouns)


def writes(path: Path) -> Iterator[str]:
    """Calls on something's `objects` or on a record that would write. Dictionaries and sets have `update` too: only a
    manager before it counts, and `.save(` and `.delete(` on anything but `super()`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES):
            continue
        source = ast.unparse(node.func.value)
        on_manager = ".objects" in source or ".filter(" in source or source.endswith("_set")
        if on_manager or (node.func.attr in {"save", "delete"} and source != "super()"):
            yield f"{path.relative_to(ROOT)}:{node.lineno} calls {source}.{node.func.attr}()"


def test_doors_do_not_write():
    doors = [path for path in modules() if (here := place(name_of(path))) and here.layer == DOORS]
    assert [line for path in doors for line in writes(path)] == []


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("registry.features.rules.change", "django.db"),
        ("registry.compute.stats.drift", "registry.models"),
        ("registry.compute.sandbox.run", "platform_site.errors"),
        ("registry.versions.actions.gates", "registry.versions.views.models"),
        ("registry.versions.queries.gates", "registry.versions.actions.gates"),
        ("registry.models.checks", "registry.checks.queries.checks"),
        ("registry.features.actions", "registry.versions.queries.gates"),
        ("registry.versions.views.models", "registry.serving.queries.deployments"),
        ("registry.data.queries.datasets", "registry.tasks"),
        ("registry.serving.views.graph", "assessments.models"),
        ("assessments.health.views.history", "registry.models"),
        ("assessments.health.queries.evidence", "registry.versions.queries.gates"),
        ("assessments.tickets.queries.triage", "assessments.health.queries.assessments"),
        ("platform_site.people.views.sign_in", "registry.models"),
        ("platform_site.templatetags.ui", "registry.serving.queries.change_requests"),
        ("platform_site.work", "platform_site.celery"),
        ("platform_site.people.actions.tokens", "platform_site.people.views.account"),
        ("platform_site.webhooks.models", "platform_site.webhooks.actions.targets"),
        ("registry.checks.actions.runs", "platform_site.roof.workers"),
        ("registry.somewhere.new", "django.db"),
        ("assessments.misc", "django.db"),
    ],
)
def test_a_trespass_is_seen(importer, imported):
    assert trespass(importer, imported)


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("registry.checks.actions.runs", "registry.features.actions"),
        ("registry.checks.actions.runs", "platform_site.work"),
        ("registry.compute.kinds.report", "platform_site.text.cells"),
        ("assessments.health.queries.evidence", "registry.published.evidence"),
        ("platform_site.roof.home.page", "registry.versions.queries.gates"),
        ("registry.tasks", "registry.serving.actions.rollouts"),
        ("registry.features.rules.change", "registry.compute.definition"),
    ],
)
def test_what_the_law_allows_passes(importer, imported):
    assert trespass(importer, imported) is None


def test_an_import_is_read_by_its_whole_path(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.house.test_layers.ROOT", tmp_path)
    (tmp_path / "registry" / "serving").mkdir(parents=True)
    (tmp_path / "registry" / "serving" / "views.py").write_text("")
    module = tmp_path / "registry" / "features.py"
    module.write_text("from registry.serving import views, other\nimport platform_site.roof.home.page as home\n")
    assert list(imports(module)) == [
        (1, "registry.serving.views"), (1, "registry.serving"), (2, "platform_site.roof.home.page"),
    ]  # fmt: skip


def test_a_write_in_a_door_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr("tests.house.test_layers.ROOT", tmp_path)
    door = tmp_path / "views.py"
    door.write_text("def view(thing):\n    thing.save()\n    Thing.objects.create()\n    words.update(a=1)\n")
    assert len(list(writes(door))) == 2
