"""Every address, by every method, for every kind of caller: the answer is the one that the file says, and the file leaves
none out. Another team's things can be read and not changed; nothing is open that nobody listed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, transaction
from drf_spectacular.generators import SchemaGenerator

from tests.access.matrix import METHODS, OURS, Expectation, addresses, answer, lines, methods_of
from tests.access.world import KINDS

pytestmark = pytest.mark.django_db
LINES = lines()
JOIN = "join the matrix: run it for each kind of caller and add this line to tests/data/access_matrix.toml"
# What belongs to the platform or to nobody: a contributor of any team may change it, or ask for it (docs/access.md).
NO_TEAMS = (
    "datasets/", "source-tables/", "/checks/<int:pk>/run", "parity/", "postmortems/",
    "initiatives/new/", "POST /api/v1/initiatives/", "comments/", "tickets/", "escape-hatches/", "ticket-imports/",
    "adoption/", "training-runs/", "projects/", "use-cases/", "showstoppers/", "releases/", "imports/", "/gate/", "deployment-gate/",
    "pack/", "quiet-hours/", "POST /api/v1/lineage", "/account/", "/password/", "/logout/", "/tokens/", "/login/", "/checks/new/", "/api/v1/checks/ ",
)  # fmt: skip
# What decides who owns, who may, what blocks and what is exempt: a field of such a name is tried by everybody.
GUARDED = frozenset({
    "blocking", "schedule", "model", "owner_team", "subject_team", "requires_parity", "regulated", "retired",
    "on_registration", "refuses_name_only", "owner", "user", "roles", "active",
})  # fmt: skip
IN_THE_WORLD = {"{override}": ("model",), "{report}": ("model",)}  # bodies that the world has ready


@pytest.fixture(autouse=True)
def nothing_is_remembered():
    """Counts beside the navigation stay right: the world is rolled back after each call, and changed by events alone."""


def listed(line: Expectation) -> str:
    return f"'{line.method} {line.pattern}' = \"{' '.join('?' for _ in KINDS)}\""


@pytest.mark.slow
@pytest.mark.same_on_both
def test_no_address_and_no_method_is_left_out(world):
    known = {str(line) for line in LINES}
    missing = []
    for pattern, view in addresses():
        if pattern.startswith("/admin/"):
            continue
        declared = methods_of(view)
        for method in METHODS if declared is None else declared:
            line = Expectation(method, pattern, ())
            if str(line) in known:
                continue
            if declared is None and answer(world, line, "administrator") == "405":
                continue
            missing.append(listed(line))
    assert not missing, "\n".join([JOIN, *missing])


def fields_of(schema: dict[str, Any], components: dict[str, Any]) -> set[str]:
    """The names of the fields of a body, in each of its shapes."""
    if "$ref" in schema:
        return fields_of(components[schema["$ref"].rpartition("/")[2]], components)
    shapes = [shape for word in ("oneOf", "anyOf", "allOf") for shape in schema.get(word, [])]
    shapes += [schema["items"]] if "items" in schema else []
    return {*schema.get("properties", {}), *(name for shape in shapes for name in fields_of(shape, components))}


def guarded() -> set[tuple[str, str, str]]:
    """Each method, address and field of the API that not everybody who may call it may set."""
    document = SchemaGenerator().get_schema(request=None, public=True)
    return {
        (method.upper(), path, name)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for content in operation.get("requestBody", {}).get("content", {}).values()
        for name in GUARDED & fields_of(content["schema"], document["components"]["schemas"])
    }


@pytest.mark.same_on_both
def test_no_field_that_only_some_may_set_is_left_out():
    """A door may be shut and a field of it open: each has a line that sends it, and that refuses somebody."""
    sent = {
        (line.method, re.sub(r"<\w+:(\w+)>", r"{\1}", line.pattern).replace("{pk}", "{id}"), name)
        for line in LINES
        if "403" in line.words or "401" in line.words
        for name in (line.payload if isinstance(line.payload, dict) else IN_THE_WORLD.get(line.payload, ()))
    }
    assert len(guarded()) > 30
    assert sorted(guarded() - sent) == []


def test_no_record_of_the_admin_is_left_out():
    ours = {model._meta.label_lower for model in admin.site._registry if model._meta.app_label in OURS}
    foreign = {model._meta.label_lower for model in admin.site._registry} - ours
    names = {
        f"{line.pattern.split('/')[2]}.{line.pattern.split('/')[3]}" for line in LINES if "/admin/" in line.pattern
    }
    assert foreign == set(), "the admin shows records of a library: what they let change is in no log of ours"
    assert ours == names, "join the matrix: say under [admin] of which kind the record is"


def test_every_line_leads_somewhere():
    known = {pattern for pattern, _ in addresses()}
    assert [str(line) for line in LINES if line.pattern not in known and "/admin/" not in line.pattern] == []


@pytest.mark.slow
@pytest.mark.same_on_both
@pytest.mark.parametrize("line", [line for line in LINES if "/admin/" not in line.pattern], ids=str)
def test_everybody_gets_what_is_written(world, line):
    callers = KINDS if connection.vendor == "sqlite" else first_who_may(line) or KINDS[:1]  # Python decides who may
    assert {kind: answer(world, line, kind) for kind in callers} == {kind: line.by_kind[kind] for kind in callers}


def test_every_address_answers_the_first_who_may(world):
    """The plain run's look at every page and at every call: by one caller each."""
    calls = [(line, kind) for line in LINES if "/admin/" not in line.pattern for kind in first_who_may(line)]
    assert len(calls) > 500
    expected = {str(line): line.by_kind[kind] for line, kind in calls}
    assert {str(line): answer(world, line, kind) for line, kind in calls} == expected


def first_who_may(line: Expectation) -> tuple[str, ...]:
    """The first kind of caller who is let in, or nobody."""
    return tuple(kind for kind, word in line.by_kind.items() if word == "ok" or word.endswith("done"))[:1]


@pytest.mark.slow
@pytest.mark.same_on_both
@pytest.mark.parametrize("line", [line for line in LINES if "/admin/" in line.pattern], ids=str)
def test_the_admin_opens_for_leads_and_administrators_alone(world, line):
    result = KINDS if "/people/user/" in line.pattern else ("viewer", "lead", "administrator")
    result = result if connection.vendor == "sqlite" else ("administrator",)
    assert {kind: answer(world, line, kind) for kind in result} == {kind: line.by_kind[kind] for kind in result}


@pytest.mark.same_on_both
def test_each_line_proves_that_whoever_may_can():
    """A refusal says little while nobody succeeds with what is sent."""
    lines_of_writes = [line for line in LINES if line.method != "GET" and "/admin/" not in line.pattern]
    assert len(lines_of_writes) > 250
    unproven = [
        str(line)
        for line in lines_of_writes
        if not (any(word.endswith("done") for word in line.words) or line.changes_nothing)
    ]
    assert unproven == [], "send something that succeeds"


def test_nobody_changes_what_belongs_to_another_team_and_a_viewer_nothing():
    changed = [
        str(line)
        for line in LINES
        if line.method != "GET" and not any(part in str(line) for part in NO_TEAMS)
        if {line.by_kind["viewer"], line.by_kind["other team"]} & {"done"}
    ]
    assert changed == []


def test_who_is_not_signed_in_changes_nothing_and_a_service_account_decides_nothing():
    assert [str(row) for row in LINES if row.by_kind["anonymous"].endswith("done")] == []
    deciding = [line for line in LINES if line.pattern.endswith(("approve/", "reject/", "<str:decision>/"))]
    assert len(deciding) >= 6
    assert {line.by_kind["service account"] for line in deciding} <= {"403", "login"}


@pytest.mark.slow
def test_a_call_takes_back_what_it_changed(world):
    before = world.sequence()
    line = next(line for line in LINES if str(line) == "POST /api/v1/models/")
    with transaction.atomic():
        assert [answer(world, line, "owner") for _ in range(2)] == ["done", "done"]
    assert world.sequence() == before
