"""`manage.py test`: pytest on SQLite, then the tests that touch the database once more on a real PostgreSQL server.

Every argument is pytest's (`manage.py test tests/registry -k gate`) but for these: `--slow` takes the slow tests in,
which are left out otherwise; `--sqlite` and `--postgresql` run on that database alone.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from platform_site import environment
from platform_site.supervisor.leash import leashed

PROJECT = Path(__file__).resolve().parent.parent
NOTHING_COLLECTED = 5
ONLY_DATABASE = "PLUMBLINE_TEST_DATABASE_ONLY"
BEFORE = "PLUMBLINE_TEST_BEFORE"


class PytestRunner:
    """Django's TEST_RUNNER: hands everything to pytest, each database in a process and a state folder of its own."""

    def __init__(self, **options: Any) -> None:
        """Django's own options of `test` mean nothing to pytest."""

    def run_tests(self, test_labels: Sequence[str]) -> int:
        """Run pytest with the labels as its arguments; leave the process with the worse of its exit codes."""
        asked = [label for label in test_labels if label not in ("--slow", "--sqlite", "--postgresql")]
        if "--slow" not in test_labels and not any(word.startswith("-m") for word in asked):
            asked += ["-m", "not slow"]
        codes = []
        if "--postgresql" not in test_labels:
            codes.append(on_sqlite(asked))
        if "--sqlite" not in test_labels and codes != [2]:  # 2: interrupted, and meant
            codes.append(on_postgresql(asked, before=sum(codes)))
        sys.exit(max(codes))


def on_sqlite(arguments: Sequence[str]) -> int:
    """Run all the tests on SQLite; return pytest's exit code."""
    announce("SQLite: all tests")
    with fresh_environment() as variables:
        return pytest(arguments, variables)


def on_postgresql(arguments: Sequence[str], *, before: int) -> int:
    """Run the tests that touch the database on a PostgreSQL server of their own; return pytest's exit code.

    `before` is the exit code on SQLite: the last summary says so when that run was no success.
    """
    from tests import servers

    announce("PostgreSQL: the tests that touch the database")
    try:
        with servers.postgres() as address, fresh_environment(DATABASE_URL=address) as variables:
            code = pytest(arguments, variables | {ONLY_DATABASE: "1", BEFORE: str(before)})
    except (servers.Missing, RuntimeError) as failure:
        print(f"The tests did NOT run on PostgreSQL. {failure}", file=sys.stderr)  # noqa: T201
        return 1
    return 0 if code == NOTHING_COLLECTED else code


@contextlib.contextmanager
def fresh_environment(**given: str) -> Iterator[dict[str, str]]:
    """Yield this process's variables without any of Plumbline's, but for a new state folder and those given."""
    own = {setting.name for setting in environment.SETTINGS}
    with tempfile.TemporaryDirectory(prefix="plumbline-tests-", ignore_cleanup_errors=True) as folder:
        kept = {name: value for name, value in os.environ.items() if name not in own}
        yield {**kept, "STATE_DIR": folder, **given}


def pytest(arguments: Sequence[str], variables: dict[str, str]) -> int:
    """Run pytest in a process of its own; Ctrl-C reaches it directly, and here its report is waited for."""
    command = [sys.executable, "-m", "pytest", "-p", "platform_site.test_runner", *arguments]
    child = subprocess.Popen(leashed(command, ending=signal.SIGTERM), cwd=PROJECT, env=variables)  # noqa: S603
    while True:
        with contextlib.suppress(KeyboardInterrupt):
            return abs(child.wait())


def announce(what: str) -> None:
    """Say on which database the next run is."""
    print(f"\n===== {what} =====", flush=True)  # noqa: T201


def pytest_report_header() -> str:
    """Name the database in pytest's own header too (this module is loaded as a plugin of the runs above)."""
    from django.conf import settings

    return f"database: {settings.DATABASES['default']['ENGINE'].rpartition('.')[2]}"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Recall a failure of the run before, which the closing line of this one does not count."""
    if (before := os.environ.get(BEFORE, "0")) != "0":
        terminalreporter.write_line(f"The run on SQLite above FAILED (exit code {before}).", red=True, bold=True)


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
