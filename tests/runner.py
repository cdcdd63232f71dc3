"""`manage.py test`: pytest on SQLite, and beside it on a real PostgreSQL server and in a browser.

A plain run proves the main flows in a few minutes: what is not marked `slow` and not of `BEYOND_MAIN_FLOWS` on SQLite;
beside it what is marked `postgresql` and writes on PostgreSQL, the folders that are marked `second_run`, and one walk
through the pages in Chromium. Of a test with a table of cases it runs `ROWS_OF_A_TABLE`. A path among the arguments is run
whole but for what is slow. The first lane prints as it runs; the output of the others follows when all have ended.

Every argument is pytest's (`manage.py test tests/registry -k gate`) but for these: `--slow` runs every test, on
PostgreSQL every one that touches the database, is not marked `same_on_both` and is not of a door (`DOORS`); `--sqlite` and `--postgresql` run on that database alone; `--neighbours`
runs what tests the programs of other tools, each installed apart (tests/neighbours), and nothing else; `--spark` has
installed PySpark; `--ci` runs the steps of tests/ci.py.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import pytest

from platform_site import environment
from platform_site.roof.launcher.parent_death import tied_to_parent
from tests.running.migrated import FOLDER, TEMPLATE, migrated_cluster

PROJECT = Path(__file__).resolve().parent.parent
NOTHING_COLLECTED = 5
OPTIONS = ("--slow", "--sqlite", "--postgresql", "--neighbours", "--spark", "--ci")
ONLY_DATABASE = "PLUMBLINE_TEST_DATABASE_ONLY"
ONLY_MAIN_FLOWS = "PLUMBLINE_TEST_MAIN_FLOWS_ONLY"
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
MARKS_OF_FOLDERS = {  # what a conftest.py adds to every test of a folder
    "tests/access": {"second_run"},
    "tests/assessments": {"second_run"},
    "tests/platform_site": {"second_run"},
    "tests/registry/compute": {"second_run"},
    "tests/browser": {"browser", "worker", "slow"},
}
ON_ONE_ALONE = ("browser", "same_on_both")  # marks of what PostgreSQL is not asked
# Rooms that parse, call one action or query, and render. Their own tests are about that, whatever the database: PostgreSQL
# is asked once for each address and method by tests/access/test_matrix.py, for full pages by tests/registry/test_query_budgets.py, and
# for what doors call by the tests of actions and queries. A file with a test marked `postgresql` runs there all the same.
PAGES_AND_API = {"api", "charts", "forms", "panels", "serializers", "templatetags", "views"}
DOORS = PAGES_AND_API | {"rules"}
# What a plain run leaves to `--slow` and .ci/run, beside rooms of pages and of the API: the matrix of access calls each address
# and method in a plain run too, the package's tests speak with a server, and the walk opens the pages.
BEYOND_MAIN_FLOWS = (
    # Attacks, each by many hands and doors.
    "tests/access/test_changed_values.py",
    "tests/access/test_four_eyes.py",
    "tests/access/test_pressure.py",
    "tests/refusals",
    "tests/registry/compute/kinds/parity/test_hostile_columns.py",
    "tests/registry/compute/sandbox/test_hostile.py",
    "tests/registry/regulation/pack/test_verify.py",
    "tests/registry/serving/test_nobody_approves_their_own.py",
    # Walks over everything that there is.
    "tests/access/test_filters_that_match_nothing.py",
    "tests/assessments/test_tables_as_csv.py",
    "tests/assessments/test_two_organizations.py",
    "tests/platform_site/test_security_headers.py",
    "tests/platform_site/test_urls.py",
    "tests/registry/test_names_that_were_addresses.py",
    # Pages of their own room.
    "tests/assessments/review/test_review.py",
    "tests/platform_site/roof/home",
    "tests/platform_site/roof/demo",
    # Tables of values and of dialects, to the last digit.
    "tests/registry/compute/dialects",
    "tests/registry/compute/kinds/drift/test_windows.py",
    "tests/registry/compute/reading",
    "tests/registry/compute/sandbox/acceptance",
    "tests/registry/compute/sandbox/value_types",
    "tests/registry/compute/stats/test_distribution.py",
    "tests/registry/compute/stats/test_equality.py",
    "tests/registry/compute/stats/test_long_samples.py",
    "tests/registry/compute/stats/test_noise.py",
    # The code itself, and what measures it.
    "tests/bench",
    "tests/house",
    "tests/mutation",
    "tests/vendored",
)
ROWS_OF_A_TABLE = 3  # the first, the middle and the last row
WHOLE_FOLDER = {"second_run", "browser"}  # of these, the ones that no test of the folder lacks


class Lane(NamedTuple):
    """One run of pytest: on which database, which tests, pytest's expression that selects them ("" for none), and whether
    it is one of a plain run: the main flows alone, laws on few examples."""

    database: str
    tests: str
    selection: str = ""
    plain: bool = False

    def run(self, arguments: Sequence[str], out: TextIO = sys.stdout) -> int:
        """Run pytest; return its exit code. Its output goes to `out`."""
        announce(f"{self.database}: {self.tests}", out)
        chosen = [*arguments, *(["-m", self.selection] if self.selection else [])]
        only = {ONLY_MAIN_FLOWS: "1"} if self.plain and not any(map(names_a_path, arguments)) else {}
        if self.database == POSTGRESQL:
            return on_postgresql(chosen, out, **only)
        return on_sqlite(chosen, out, PLUMBLINE_TEST_LAWS="brief" if self.plain else "unhurried", **only)


# Each group runs beside the others, its lanes one after the other: what waits for a server or a browser leaves a core to those
# that do not.
PLAIN = (
    [Lane(SQLITE, "the main flows", "not slow and not browser and not second_run", plain=True)],
    [
        Lane(POSTGRESQL, "where the database decides", "postgresql and not slow", plain=True),
        Lane(SQLITE, "a walk in the browser", "browser and not slow"),
    ],
    [
        Lane(
            SQLITE,
            "the rest of the main flows",
            "second_run and not slow and not browser",
            plain=True,
        ),
    ],
)
WHOLE = (
    [Lane(SQLITE, "the slow tests", "slow and not neighbours")],
    [
        Lane(SQLITE, "the other tests", "not slow"),
        Lane(POSTGRESQL, "the tests that touch the database", "not neighbours"),
    ],
)
NEIGHBOURS = ([Lane(SQLITE, "the programs of other tools", "neighbours")],)


class PytestRunner:
    """Django's test runner: hands everything to pytest, each database in a process and a state folder of its own."""

    def __init__(self, **options: Any) -> None:
        """Django's own options of `test` mean nothing to pytest."""

    def run_tests(self, test_labels: Sequence[str]) -> int:
        """Run pytest with the labels as its arguments; leave the process with the worst of its exit codes."""
        arguments = [label for label in test_labels if label not in OPTIONS]
        with shared_database():
            if "--ci" in test_labels:
                from tests import ci

                sys.exit(ci.main(arguments, spark="--spark" in test_labels))
            sys.exit(run_lanes(lanes_of(test_labels), arguments))


@contextlib.contextmanager
def shared_database() -> Iterator[None]:
    """Name a folder in which the first lane that needs one puts a migrated SQLite database, for all (tests/running)."""
    with tempfile.TemporaryDirectory(prefix="plumbline-migrated-", ignore_cleanup_errors=True) as folder:
        os.environ.setdefault(FOLDER, folder)
        yield


def lanes_of(labels: Sequence[str]) -> tuple[list[Lane], ...]:
    """Return the lanes that the arguments ask for, in groups that run at the same time."""
    if "--neighbours" in labels:
        return NEIGHBOURS
    chosen = any(label.startswith("-m") for label in labels)
    selection = "" if chosen else "not neighbours" if "--slow" in labels else "not slow"
    for option, database in (("--postgresql", POSTGRESQL), ("--sqlite", SQLITE)):
        if option in labels:
            return ([Lane(database, "the tests asked for", selection)],)
    if chosen:
        return [Lane(SQLITE, "the tests asked for")], [Lane(POSTGRESQL, "those that touch the database")]
    return WHOLE if "--slow" in labels else PLAIN


def run_lanes(groups: Sequence[list[Lane]], arguments: Sequence[str]) -> int:
    """Run the groups at the same time; return the worst exit code, "nothing collected" only when no lane had a test.

    The first group prints as it runs; the output of the others follows.
    """
    first, *others = groups
    with contextlib.ExitStack() as open_files, ThreadPoolExecutor(max(len(others), 1)) as pool:
        outputs = [open_files.enter_context(tempfile.TemporaryFile("w+")) for _ in others]
        beside = [pool.submit(run_group, group, arguments, out) for group, out in zip(others, outputs, strict=True)]
        codes = [*run_group(first, arguments), *(code for group in beside for code in group.result())]
        for output in outputs:
            output.seek(0)
            shutil.copyfileobj(output, sys.stdout)
    ran = [code for code in codes if code != NOTHING_COLLECTED]
    lanes = [lane for group in groups for lane in group]
    for lane, code in zip(lanes[:-1], codes, strict=False):  # the last one's closing line is the last thing printed
        if code in ran and code:
            announce(f"{lane.database}, {lane.tests}: FAILED, see above.")
    return max(ran, default=NOTHING_COLLECTED)


def run_group(lanes: Sequence[Lane], arguments: Sequence[str], out: TextIO = sys.stdout) -> list[int]:
    """Run the lanes one after the other; return their exit codes."""
    return [lane.run(arguments, out) for lane in lanes]


def names_a_path(argument: str) -> bool:
    """Whether an argument is a file or folder, or a test in one."""
    return not argument.startswith("-") and (PROJECT / argument.partition("::")[0]).exists()


def on_sqlite(arguments: Sequence[str], out: TextIO = sys.stdout, **settings: str) -> int:
    """Run tests on SQLite with those variables; return pytest's exit code."""
    with fresh_environment(**settings) as variables:
        return run_pytest(arguments, variables, out)


def on_postgresql(arguments: Sequence[str], out: TextIO = sys.stdout, **settings: str) -> int:
    """Run the tests that touch the database on a PostgreSQL server of their own, laws on few examples: SQLite tries them
    on many. Return pytest's exit code."""
    from tests.running import servers

    try:
        with (
            servers.postgres(copied=migrated_cluster()) as address,
            fresh_environment(DATABASE_URL=address, PLUMBLINE_TEST_LAWS="brief", **settings) as variables,
        ):
            return run_pytest(arguments, variables | {ONLY_DATABASE: "1", TEMPLATE: "plumbline"}, out)
    except (servers.Missing, RuntimeError) as failure:
        print(f"The tests did NOT run on PostgreSQL. {failure}", file=out, flush=True)
        return 1


@contextlib.contextmanager
def fresh_environment(**variables: str) -> Iterator[dict[str, str]]:
    """Yield this process's variables without any of Plumbline's, but for a new state folder and `variables`. Bytecode is
    kept: without it every start of pytest compiles a thousand files anew, for ten seconds of CPU."""
    own = {variable.name for variable in environment.VARIABLES.values()} | {"PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory(prefix="plumbline-tests-", ignore_cleanup_errors=True) as folder:
        others = {name: value for name, value in os.environ.items() if name not in own}
        yield {**others, "STATE_DIR": folder, **variables}


def run_pytest(arguments: Sequence[str], variables: dict[str, str], out: TextIO = sys.stdout) -> int:
    """Run pytest in a process of its own; Ctrl-C reaches it directly, and here its report is waited for."""
    command = [sys.executable, "-m", "pytest", "-p", "tests.runner", *arguments]
    leash = tied_to_parent(command, ending=signal.SIGTERM)
    child = subprocess.Popen(leash, cwd=PROJECT, env=variables, stdout=out, stderr=out)
    while True:
        with contextlib.suppress(KeyboardInterrupt):
            return abs(child.wait())


def announce(title: str, out: TextIO = sys.stdout) -> None:
    """Print a heading: which run follows, or how one ended."""
    print(f"\n===== {title} =====", flush=True, file=out)


def pytest_report_header() -> list[str]:
    """Name the database in pytest's own header too (this module is loaded as a plugin of the runs above), and what is left
    out."""
    from django.conf import settings

    database = f"database: {settings.DATABASES['default']['ENGINE'].rpartition('.')[2]}"
    left_out = (
        "left out: the rooms of pages and of the API, attacks, tables of values, more than "
        f"{ROWS_OF_A_TABLE} cases of any other table. All: manage.py test --slow"
    )
    return [database, left_out] if os.environ.get(ONLY_MAIN_FLOWS) else [database]


def pytest_ignore_collect(collection_path: Path, config: Any) -> bool | None:
    """Leave out a file in which nothing can be selected, before it is imported; one that an argument names stays."""
    if collection_path.suffix != ".py":
        return None
    on_postgresql, main_flows = bool(os.environ.get(ONLY_DATABASE)), os.environ.get(ONLY_MAIN_FLOWS)
    left_out = (on_postgresql and not may_differ(collection_path)) or (
        main_flows and not is_of_main_flows(collection_path, on_postgresql=on_postgresql)
    )
    return True if left_out or not can_select(config.option.markexpr, collection_path) else None


def is_of_main_flows(path: Path, *, on_postgresql: bool = False) -> bool:
    """Whether a plain run holds this file, or what it has that is not slow. PostgreSQL is asked for what writes: locks,
    triggers and constraints."""
    beyond = any(path.is_relative_to(PROJECT / name) for name in BEYOND_MAIN_FLOWS)
    left_out = PAGES_AND_API | ({"queries"} if on_postgresql else set())
    return not beyond and not (rooms_of(path) & left_out and path.is_relative_to(PROJECT / "tests"))


def rooms_of(path: Path) -> set[str]:
    """The rooms that a test's path names: its folders, and what its own file is about."""
    names = path.relative_to(PROJECT).with_suffix("").parts if path.is_relative_to(PROJECT) else ()
    return {name.removeprefix("test_") for name in names[1:]}


def may_differ(path: Path) -> bool:
    """Whether the second database may answer a test of this file otherwise: not the examples in the product's docstrings,
    and not a door."""
    if not path.is_relative_to(PROJECT):
        return True
    door = DOORS & rooms_of(path)
    in_tests = path.is_relative_to(PROJECT / "tests")
    return in_tests and (not door or "mark.postgresql" in path.read_text(encoding="utf-8"))


def can_select(expression: str, path: Path) -> bool:
    """Whether a file may hold a test that the marks select: `a and not b` is read, anything else may select all."""
    terms = [re.fullmatch(r"(not )?(\w+)", term.strip()) for term in expression.split(" and ")]
    if not all(terms):
        return True
    by_folder = set().union(
        *(marks for folder, marks in MARKS_OF_FOLDERS.items() if (PROJECT / folder) in path.parents)
    )
    text = ""
    for without, mark in (term.groups() for term in terms if term):
        if without and mark in by_folder & WHOLE_FOLDER:
            return False
        if not without and mark not in by_folder:
            text = text or path.read_text(encoding="utf-8")
            if f"mark.{mark}" not in text:
                return False
    return True


@pytest.hookimpl(trylast=True)  # among what the marks and `-k` have selected
def pytest_collection_modifyitems(config: Any, items: list[Any]) -> None:
    """On the second database, keep what it could change: what touches the database, but for what is marked as decided in
    Python and for the browser, which saw everything on the first. In a plain run, keep a few rows of each table of cases."""
    chosen = items
    if os.environ.get(ONLY_DATABASE):
        chosen = [
            item
            for item in items
            if not set(ON_ONE_ALONE) & {mark.name for mark in item.iter_markers()} and touches_database(item)
        ]
    if os.environ.get(ONLY_MAIN_FLOWS):
        chosen = few_rows(chosen)
    if dropped := set(items) - set(chosen):
        config.hook.pytest_deselected(items=[item for item in items if item in dropped])
        items[:] = chosen


def few_rows(items: Sequence[Any]) -> list[Any]:
    """The items, but of a test with more than `ROWS_OF_A_TABLE` cases the first, the middle and the last."""
    tables: dict[str, list[Any]] = {}
    for item in items:
        tables.setdefault(item.nodeid.partition("[")[0], []).append(item)
    few = set()
    for rows in tables.values():
        few.update(rows if len(rows) <= ROWS_OF_A_TABLE else (rows[0], rows[len(rows) // 2], rows[-1]))
    return [item for item in items if item in few]


def touches_database(item: Any) -> bool:
    """Whether a collected test has asked pytest-django for the database."""
    marked = item.get_closest_marker("django_db") is not None
    return marked or "_django_db_helper" in getattr(item, "fixturenames", ())
