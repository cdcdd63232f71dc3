"""The sandboxed process by itself: it reads a job, writes Arrow rows and reports the outcome as JSON."""

import json
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from registry.compute.sandbox.limits import MIB, Limits
from registry.compute.sandbox.run import CHILD, Job, Part

SMALL = Limits(memory_bytes=256 * MIB, wall_seconds=20)


@pytest.fixture
def rows(tmp_path):
    path = tmp_path / "rows.parquet"
    pq.write_table(pa.table({"k": [row % 20 for row in range(60)], "x": range(60)}), path)
    return str(path)


def started(tmp_path, job, **changed):
    """The exit code, what the process wrote, and its report."""
    folder = tmp_path / "empty"
    folder.mkdir()
    text = json.dumps(json.loads(job.as_json()) | changed).encode()
    command = [sys.executable, "-I", "-B", str(CHILD)]
    done = subprocess.run(command, input=text, capture_output=True, cwd=folder, check=False, timeout=60)
    assert not folder.exists(), "its folder is removed"
    return done.returncode, done.stdout, done.stderr.decode().splitlines()


def test_rows_are_written_as_arrow_and_the_outcome_as_json(tmp_path, rows):
    job = Job("SELECT sum(x) AS total FROM source_rows", [rows], ["x"], SMALL)
    code, written, report = started(tmp_path, job)
    outcome = json.loads(report[-1])
    assert (code, outcome["rows"], outcome["computed"]) == (0, 1, "by DuckDB")
    assert pa.ipc.open_stream(written).read_all().to_pydict() == {"total": [sum(range(60))]}


def test_a_process_whose_worker_is_gone_ends_without_a_word(tmp_path, rows):
    job = Job("SELECT x FROM source_rows", [rows], ["x"], SMALL)
    assert started(tmp_path, job, parent=1) == (1, b"", [])


def test_an_error_about_the_select_is_reported_without_what_it_quotes(tmp_path, rows):
    job = Job("SELECT nosuch FROM source_rows", [rows], ["x"], SMALL)
    code, written, report = started(tmp_path, job)
    outcome = json.loads(report[-1])
    assert (code, written, outcome["failure"]) == (0, b"", "refused")
    assert outcome["message"].startswith("Binder Error")
    assert "nosuch" not in outcome["message"]
    assert len(outcome["message"]) <= 300


def test_the_parts_of_a_job_hold_each_entity_once(tmp_path, rows):
    job = Job("SELECT k FROM source_rows", [rows], ["k"], SMALL)
    parts = []
    for number in (0, 1):
        (tmp_path / str(number)).mkdir()
        _, written, _ = started(tmp_path / str(number), job._replace(part=Part(number, 2, ("k",))))
        parts.append(pa.ipc.open_stream(written).read_all()["k"].to_pylist())
    assert sorted(parts[0] + parts[1]) == sorted(row % 20 for row in range(60))
    assert not set(parts[0]) & set(parts[1])
