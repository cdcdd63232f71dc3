"""The process around the engine: whatever slipped past the grammar reaches nothing and is stopped."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from registry.compute.sandbox.limits import GIB, MIB, Limits
from registry.compute.sandbox.outcomes import (
    SandboxCancelled,
    SandboxFailure,
    SandboxMemory,
    SandboxRefused,
    SandboxTimeout,
    SandboxTooMuch,
)
from registry.compute.sandbox.run import Job, run

LONG = "SELECT sum(a.range * b.range) AS s FROM range(10000000) a, range(10000000) b"
SMALL = Limits(memory_bytes=256 * MIB, wall_seconds=20)


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    path = tmp_path_factory.mktemp("rows") / "rows.parquet"
    pq.write_table(pa.table({"x": [1, 2, None], "s": ["it's secret, O'Brien", "b", "c"]}), path)
    return [str(path)]


def sandboxed(select, rows, *, limits=SMALL, **others):
    return run(Job(select, rows, ["x", "s"], limits), **others)


def runs_of(worker: int) -> list[int]:
    """The process ids of the sandboxed runs that a process started and that have not been waited for."""
    return [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if _is_run(folder, worker)]


def _is_run(folder: Path, worker: int) -> bool:
    try:
        is_child = f"\nPPid:\t{worker}\n" in (folder / "status").read_text()
        return is_child and b"child.py" in (folder / "cmdline").read_bytes()
    except OSError:  # it ended while we looked
        return False


@pytest.fixture(autouse=True)
def no_process_is_left():
    yield
    assert runs_of(os.getpid()) == []


def test_rows_come_back_as_arrow_with_how_they_were_computed(rows):
    ran = sandboxed("SELECT x + 1 AS y FROM source_rows", rows)
    assert ran.table.to_pydict() == {"y": [2, 3, None]}
    assert ran.how["peak_memory_bytes"] > 0
    assert "own process" in ran.how["walls"]


ESCAPES = [
    ("SELECT * FROM read_csv('/etc/passwd')", "a file"),
    ("SELECT * FROM read_text('/proc/self/environ')", "the environment"),
    ("SELECT getenv('PATH')", "the environment by a function"),
    ("SELECT * FROM glob('/etc/*')", "a folder"),
    ("SELECT * FROM '/etc/passwd'", "a file by its name"),
    ("COPY source_rows TO '/tmp/plumbline-escape.csv'", "a file to write"),
    ("ATTACH '/tmp/plumbline-escape.db'", "another database"),
    ("INSTALL httpfs", "an extension"),
    ("LOAD httpfs", "an extension"),
    ("SET enable_external_access = true", "a setting"),
    ("SET lock_configuration = false", "a setting"),
    ("SET memory_limit = '100GB'", "a setting"),
    ("SELECT * FROM read_parquet('http://127.0.0.1:1/x')", "the network"),
]


@pytest.mark.parametrize(("select", "what"), ESCAPES, ids=[what for _, what in ESCAPES])
def test_nothing_outside_is_reached(rows, select, what):
    with pytest.raises(SandboxRefused):
        sandboxed(select, rows)


PLAN = {
    "entity": ["c0"], "order": ["c1"], "named": False, "arguments": {"c1": True}, "kept": {}, "passed": ["c0"], "ties": [],
    "windows": {"w0": {"function": "sum", "column": "c1", "rule": "none", "dropped_by": [], "first": 2, "last": 0}},
    "select": "SELECT c0, w0 FROM computed_rows", "bare": {},
}  # fmt: skip


@pytest.mark.slow
def test_windows_are_computed_behind_the_same_walls(tmp_path):
    rows = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"k": [2, 1, 2, 2], "x": [1, 2, 3, 4]}), rows)
    job = Job("SELECT 1", [str(rows)], ["k", "x"], SMALL)
    ran = run(job._replace(windows=PLAN))
    assert ran.table.cast(pa.schema([("c0", pa.int64()), ("w0", pa.int64())])).to_pydict() == {
        "c0": [2, 1, 2, 2],
        "w0": [1, 2, 4, 8],
    }
    assert set(ran.how["walls"]) == set(run(job).how["walls"])
    for select, what in ESCAPES[::4]:
        with pytest.raises(SandboxRefused):
            pytest.fail(f"{what}: {run(job._replace(windows=PLAN | {'select': select}))}")


BOMBS = [
    ("SELECT list(a.range) AS l FROM range(100000000) a", SandboxMemory, "a list of all rows"),
    (
        "SELECT repeat('x', 1000000000) || repeat('y', 1000000000) || repeat('z', 1900000000) AS s",
        SandboxMemory,
        "a long string",
    ),
    ("SELECT range AS r FROM range(200000000)", SandboxTooMuch, "many rows"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("select", "failure", "what"), BOMBS, ids=[what for *_, what in BOMBS])
def test_a_bomb_is_stopped_within_its_limits(rows, select, failure, what):
    began = time.monotonic()
    limits = Limits(memory_bytes=256 * MIB, address_space_bytes=2 * GIB, wall_seconds=4, result_bytes=200 * MIB)
    with pytest.raises(SandboxFailure) as stopped:
        sandboxed(select, rows, limits=limits)
    assert time.monotonic() - began < 4 + 2 + 3
    assert isinstance(stopped.value, failure), stopped.value


def test_what_takes_too_long_is_stopped(rows):
    began = time.monotonic()
    with pytest.raises(SandboxTimeout, match="CHECK_TIME_LIMIT_S"):
        sandboxed(LONG, rows, limits=Limits(wall_seconds=1))
    assert time.monotonic() - began < 1 + 2 + 1


def test_a_cancel_is_heard_within_a_second(rows):
    began = time.monotonic()
    with pytest.raises(SandboxCancelled):
        sandboxed(
            LONG,
            rows,
            cancelled=lambda: time.monotonic() - began > 1.5,
        )
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "select",
    [
        "SELECT CAST(s AS INTEGER) AS i FROM source_rows",
        "SELECT CAST(s || 'x' AS DATE) AS i FROM source_rows",
        "SELECT (x + 8086) * 9223372036854775807 AS i FROM source_rows",
        "SELECT CAST(x + 8086 AS TINYINT) AS i FROM source_rows",
    ],
)
def test_an_error_of_the_engine_does_not_quote_the_data(rows, select):
    with pytest.raises(SandboxRefused) as refused:
        sandboxed(select, rows)
    assert not any(text in str(refused.value) for text in ("secret", "Brien", "value is", "808"))


def test_the_memory_of_the_worker_is_not_taken_for_that_of_the_run(rows):
    held = b"x" * (600 * MIB)
    assert sandboxed("SELECT x FROM source_rows", rows).how["peak_memory_bytes"] < 400 * MIB < len(held)


def test_a_run_dies_with_its_worker(rows):
    folders = set(Path(tempfile.gettempdir()).glob("plumbline-sandbox-*"))
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER.format(select=LONG, rows=rows)],
        cwd=Path(__file__).parents[4],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        run_pid = _soon(lambda: _run_of(worker), "the run began")
        _soon(lambda: str(Path(f"/proc/{run_pid}/cwd").readlink()).endswith("(deleted)"), "the run left its folder")
    finally:
        worker.kill()
        worker.communicate()
    _soon(lambda: not _alive(run_pid), "the run ended")
    assert set(Path(tempfile.gettempdir()).glob("plumbline-sandbox-*")) <= folders


WORKER = """
from registry.compute.sandbox.limits import Limits
from registry.compute.sandbox.run import Job, run
run(Job({select!r}, {rows!r}, ["x"], Limits()))
"""


def _run_of(worker) -> int | None:
    """The sandboxed run that this worker started; None before it did."""
    assert worker.poll() is None, f"the worker ended before its run began: {worker.stderr.read()}"
    return next(iter(runs_of(worker.pid)), None)


def _alive(pid) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def _soon(happened, what):
    deadline = time.monotonic() + 60
    while not (it := happened()):
        assert time.monotonic() < deadline, what
        time.sleep(0.05)
    return it


def test_a_file_that_is_gone_is_said(rows):
    with pytest.raises(SandboxRefused):
        run(Job("SELECT 1", ["/nowhere.parquet"], ["x"], SMALL))
