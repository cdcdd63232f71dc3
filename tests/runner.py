"""`manage.py test`: pytest on SQLite, and beside it the tests that touch the database on a real PostgreSQL server.

Two runs go on side by side, the first of them aloud; what the others say is printed after it has ended.

Every argument is pytest's (`manage.py test tests/registry -k gate`) but for these: `--slow` takes the slow tests in,
which are left out otherwise; `--sqlite` and `--postgresql` run on that database alone; `--spark` has installed PySpark.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from platform_site import environment
from platform_site.supervisor.leash import tied_to_parent

PROJECT = Path(__file__).resolve().parent.parent
NOTHING_COLLECTED = 5
OURS = ("--slow", "--sqlite", "--postgresql", "--spark")
ONLY_DATABASE = "PLUMBLINE_TEST_DATABASE_ONLY"


class PytestRunner:
    """Django's TEST_RUNNER: hands everything to pytest, each database in a process and a state folder of its own."""

    def __init__(self, **options: Any) -> None:
        """Django's own options of `test` mean nothing to pytest."""

    def run_tests(self, test_labels: Sequence[str]) -> int:
        """Run pytest with the labels as its arguments; leave the process with the worse of its exit codes."""
        asked = [label for label in test_labels if label not in OURS]
        whole = "--slow" in test_labels and not any(word.startswith("-m") for word in asked)
        if "--slow" not in test_labels and not any(word.startswith("-m") for word in asked):
            asked += ["-m", "not slow"]
        if "--postgresql" in test_labels:
            sys.exit(on_postgresql(asked))
        if "--sqlite" in test_labels:
            sys.exit(on_sqlite(asked))
        sys.exit(on_both(asked, in_halves=whole))


def on_both(arguments: Sequence[str], *, in_halves: bool = False) -> int:
    """Run on both databases at the same time; return the worst exit code.

    `in_halves` SQLite's slow tests have a run of their own, beside which all others fit.
    """
    halves = [(["-m", "slow"], "the slow tests"), (["-m", "not slow"], "the other tests")]
    sqlite = [partial(on_sqlite, [*arguments, *those], which=which) for those, which in halves] if in_halves else []
    first, *others = [*(sqlite or [partial(on_sqlite, arguments)]), partial(on_postgresql, arguments)]
    with tempfile.TemporaryFile("w+") as heard, ThreadPoolExecutor(1) as beside:
        later = [beside.submit(run, heard=heard) for run in others]
        codes = [first(), *(run.result() for run in later)]
        heard.seek(0)
        shutil.copyfileobj(heard, sys.stdout)
    *sqlite_codes, postgresql_code = codes
    code = max([one for one in sqlite_codes if one != NOTHING_COLLECTED], default=NOTHING_COLLECTED)
    if code:  # the closing line of the runs above does not count it
        announce(f"The run on SQLite FAILED (exit code {code}): look above.")
    return max(code, postgresql_code)


def on_sqlite(arguments: Sequence[str], heard: TextIO = sys.stdout, *, which: str = "all tests") -> int:
    """Run tests on SQLite; return pytest's exit code. What it says goes to `heard`."""
    announce(f"SQLite: {which}", heard)
    with fresh_environment() as variables:
        return pytest(arguments, variables, heard)


def on_postgresql(arguments: Sequence[str], heard: TextIO = sys.stdout) -> int:
    """Run the tests that touch the database on a PostgreSQL server of their own; return pytest's exit code.

    What it says goes to `heard`.
    """
    from tests import servers

    announce("PostgreSQL: the tests that touch the database", heard)
    try:
        with servers.postgres() as address, fresh_environment(DATABASE_URL=address) as variables:
            code = pytest(arguments, variables | {ONLY_DATABASE: "1"}, heard)
    except (servers.Missing, RuntimeError) as failure:
        print(f"The tests did NOT run on PostgreSQL. {failure}", file=heard)
        return 1
    return 0 if code == NOTHING_COLLECTED else code


@contextlib.contextmanager
def fresh_environment(**given: str) -> Iterator[dict[str, str]]:
    """Yield this process's variables without any of Plumbline's, but for a new state folder and those given."""
    own = {setting.name for setting in environment.SETTINGS}
    with tempfile.TemporaryDirectory(prefix="plumbline-tests-", ignore_cleanup_errors=True) as folder:
        kept = {name: value for name, value in os.environ.items() if name not in own}
        yield {**kept, "STATE_DIR": folder, **given}


def pytest(arguments: Sequence[str], variables: dict[str, str], heard: TextIO = sys.stdout) -> int:
    """Run pytest in a process of its own; Ctrl-C reaches it directly, and here its report is waited for."""
    command = [sys.executable, "-m", "pytest", "-p", "tests.runner", *arguments]
    leash = tied_to_parent(command, ending=signal.SIGTERM)
    child = subprocess.Popen(leash, cwd=PROJECT, env=variables, stdout=heard, stderr=heard)
    while True:
        with contextlib.suppress(KeyboardInterrupt):
            return abs(child.wait())


def announce(what: str, heard: TextIO = sys.stdout) -> None:
    """Say on which database the next run is, or how it ended."""
    print(f"\n===== {what} =====", flush=True, file=heard)


def pytest_report_header() -> str:
    """Name the database in pytest's own header too (this module is loaded as a plugin of the runs above)."""
    from django.conf import settings

    return f"database: {settings.DATABASES['default']['ENGINE'].rpartition('.')[2]}"


def pytest_collection_modifyitems(config: Any, items: list[Any]) -> None:
    """On the second database, keep what touches the database; the browser saw everything on the first."""
    if not os.environ.get(ONLY_DATABASE):
        return
    others = [item for item in items if item.get_closest_marker("browser") or not touches_database(item)]
    config.hook.pytest_deselected(items=others)
    dropped = set(others)
    items[:] = [item for item in items if item not in dropped]


def touches_database(item: Any) -> bool:
    """Whether a collected test has asked pytest-django for the database."""
    asked = item.get_closest_marker("django_db") is not None
    return asked or "_django_db_helper" in getattr(item, "fixturenames", ())
