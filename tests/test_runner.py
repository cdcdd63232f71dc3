"""`manage.py test` on a small folder of tests: which run, on what, and with which exit code."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.runner import BEYOND_MAIN_FLOWS, can_select, few_rows, is_of_main_flows, lanes_of, may_differ, names_a_path


class Item(NamedTuple):
    """What the runner reads of a collected test."""

    nodeid: str


PROJECT = Path(__file__).resolve().parents[1]
TESTS = """
import os
import pytest

def test_pure():
    assert "REDIS_URL" not in os.environ

@pytest.mark.django_db
def test_database(django_user_model):
    assert not django_user_model.objects.exists()

@pytest.mark.slow
def test_slow():
    pass

@pytest.mark.slow
@pytest.mark.neighbours
def test_neighbour(db):
    pass

@pytest.mark.postgresql
def test_where_the_database_decides(db):
    pass

@pytest.mark.browser
@pytest.mark.django_db
def test_browser():
    pass

@pytest.mark.slow
@pytest.mark.same_on_both
def test_decided_in_python(db):
    from django.db import connection
    assert connection.vendor == "sqlite"

def test_on_one_alone(db):
    from django.db import connection
    assert connection.vendor in os.environ["GOOD_ON"]
"""


def run(folder: Path, *words: str, good_on: str = "sqlite postgresql") -> subprocess.CompletedProcess[str]:
    (folder / "test_small.py").write_text(TESTS)
    (folder / "pytest.ini").write_text(
        "[pytest]\nmarkers =\n  slow\n  browser\n  postgresql\n  neighbours\n  same_on_both\n"
    )
    environment = {"PATH": "/usr/bin:/bin", "STATE_DIR": str(folder / "var"), "REDIS_URL": "redis://nowhere:1/0"}
    tables = "--nomigrations"  # which tests run where, whatever made the tables
    command = [sys.executable, "manage.py", "test", str(folder), tables, *words]
    return subprocess.run(
        command, cwd=PROJECT, env={**environment, "GOOD_ON": good_on}, capture_output=True, text=True, check=False
    )


def counts(ended: subprocess.CompletedProcess[str]) -> list[str]:
    """The closing line of each run, without its time."""
    return re.findall(r"^=* ?(\d.*|no tests ran) in \d[\d.]*s", ended.stdout, re.MULTILINE)


@pytest.mark.parametrize(
    ("expression", "file", "may"),
    [
        ("postgresql and not slow", "tests/registry/test_locks.py", True),
        ("postgresql and not slow", "tests/house/test_words.py", False),
        ("postgresql and not slow", "registry/compute/definition.py", False),
        ("not slow and not browser", "tests/browser/test_story.py", False),
        ("browser and not slow", "tests/browser/test_story.py", True),
        ("slow and worker", "tests/browser/test_story.py", True),
        ("second_run and not slow", "tests/platform_site/test_work.py", True),
        ("second_run and not slow", "tests/registry/compute/test_definition.py", True),
        ("second_run and not slow", "tests/registry/test_names.py", False),
        ("not slow and not second_run", "tests/platform_site/test_work.py", False),
        ("not slow and not second_run", "tests/registry/test_names.py", True),
        ("not (slow or browser)", "tests/browser/test_story.py", True),
        ("", "tests/browser/test_story.py", True),
    ],
)
def test_a_file_in_which_no_test_can_be_selected_is_not_imported(expression, file, may):
    assert can_select(expression, PROJECT / file) is may


@pytest.mark.parametrize(
    ("file", "may"),
    [
        ("tests/registry/versions/actions/test_pins.py", True),
        ("tests/registry/versions/views/test_model_list.py", False),
        ("tests/registry/serving/test_forms.py", False),
        ("tests/assessments/tickets/api/test_campaigns.py", True),  # has tests that are marked `postgresql`
        ("tests/access/test_matrix.py", True),
        ("registry/compute/definition.py", False),
        ("/elsewhere/views/test_small.py", True),
    ],
)
def test_postgresql_is_not_asked_for_doors_and_docstrings(file, may):
    assert may_differ(PROJECT / file) is may


@pytest.mark.parametrize(
    ("file", "belongs"),
    [
        ("tests/registry/versions/actions/test_pins.py", True),
        ("tests/registry/versions/views/test_model_list.py", False),
        ("tests/registry/serving/test_forms.py", False),
        ("tests/assessments/tickets/api/test_campaigns.py", False),
        ("tests/registry/versions/rules/test_gates.py", True),
        ("tests/access/test_matrix.py", True),
        ("tests/access/test_four_eyes.py", False),
        ("tests/house/test_words.py", False),
        ("registry/versions/api/models.py", True),  # the examples in its docstrings
        ("/elsewhere/views/test_small.py", True),
    ],
)
def test_a_plain_run_holds_the_main_flows(file, belongs):
    assert is_of_main_flows(PROJECT / file) is belongs


@pytest.mark.parametrize(
    ("file", "belongs"),
    [
        ("tests/registry/versions/actions/test_pins.py", True),
        ("tests/registry/versions/queries/test_snapshots.py", False),
        ("tests/platform_site/audit/test_queries.py", False),
        ("tests/registry/test_locks.py", True),
    ],
)
def test_on_postgresql_it_holds_what_writes(file, belongs):
    assert is_of_main_flows(PROJECT / file, on_postgresql=True) is belongs


@pytest.mark.parametrize(
    ("cases", "few"),
    [
        (["a"], ["a"]),
        (["a[1]", "a[2]", "a[3]"], ["a[1]", "a[2]", "a[3]"]),
        (["a[1]", "a[2]", "a[3]", "a[4]", "a[5]", "b[1]"], ["a[1]", "a[3]", "a[5]", "b[1]"]),
        (["a[1]", "b", "a[2]", "a[3]", "a[4]"], ["a[1]", "b", "a[3]", "a[4]"]),
    ],
)
def test_of_a_table_it_holds_the_first_the_middle_and_the_last_row(cases, few):
    assert [item.nodeid for item in few_rows([Item(case) for case in cases])] == few


def test_what_is_beyond_the_main_flows_is_there():
    assert [name for name in BEYOND_MAIN_FLOWS if not (PROJECT / name).exists()] == []


@pytest.mark.parametrize(
    ("argument", "names"),
    [
        ("tests/house", True),
        ("tests/test_runner.py::test_small", True),
        ("-q", False),
        ("--tb=short", False),
        ("gate and not pin", False),
    ],
)
def test_a_path_among_the_arguments_is_run_whole(argument, names):
    assert names_a_path(argument) is names


@pytest.mark.parametrize(
    ("words", "lanes"),
    [
        (["--slow"], ["sqlite slow and not neighbours", "sqlite not slow", "postgresql not neighbours"]),
        (["--slow", "-k", "pure"], ["sqlite slow and not neighbours", "sqlite not slow", "postgresql not neighbours"]),
        (["--sqlite"], ["sqlite not slow"]),
        (["--postgresql", "-k", "pure"], ["postgresql not slow"]),
        (["--postgresql", "--slow"], ["postgresql not neighbours"]),
        (["--neighbours"], ["sqlite neighbours"]),
        (["-m", "slow and not neighbours", "--sqlite"], ["sqlite "]),
        (["-m", "slow and not neighbours"], ["sqlite ", "postgresql "]),
    ],
)
def test_which_lanes_arguments_ask_for(words, lanes):
    asked_for = [f"{lane.database.lower()} {lane.selection}" for group in lanes_of(words) for lane in group]
    assert asked_for == lanes


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "good_on", "closing", "code"),
    [
        (
            [],
            "sqlite",
            ["4 passed, 4 deselected", "1 passed, 7 deselected", "1 passed, 7 deselected", "no tests ran"],
            0,
        ),
        (
            ["--slow"],
            "",
            ["2 passed, 6 deselected", "1 failed, 4 passed, 3 deselected", "1 failed, 2 passed, 5 deselected"],
            1,
        ),
        (["--postgresql", "-k", "pure"], "", ["8 deselected"], 5),
    ],
)
def test_which_tests_run_where(tmp_path, words, good_on, closing, code):
    ended = run(tmp_path, *words, good_on=good_on)

    assert counts(ended) == closing, ended.stdout + ended.stderr
    assert ended.returncode == code
    assert ended.stdout.count("database: postgresql") == 1
    assert ended.stdout.count("database: sqlite3") == len(closing) - 1
    failed = re.findall("(.*): FAILED, see above", ended.stdout)  # the last lane's closing line says it by itself
    assert failed == (["===== SQLite, the other tests"] if code == 1 else [])


@pytest.mark.slow
def test_what_needs_the_program_of_another_tool_is_slow(tmp_path):
    command = [
        sys.executable,
        "-m",
        "pytest",
        "tests/neighbours",
        "--collect-only",
        "-q",
        "-m",
        "neighbours and not slow",
    ]
    environment = {"PATH": "/usr/bin:/bin", "STATE_DIR": str(tmp_path / "var")}
    ended = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 5, ended.stdout + ended.stderr


@pytest.mark.slow
def test_without_chromium_the_browser_tests_are_skipped_loudly(tmp_path):
    command = [sys.executable, "-m", "pytest", "tests/browser/test_story.py"]
    environment = {"PATH": str(tmp_path), "STATE_DIR": str(tmp_path / "var")}
    ended = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout
    assert re.search(r"!!!!! \d+ browser tests were SKIPPED.*apt-get install chromium", ended.stdout)
