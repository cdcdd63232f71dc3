"""Run one SELECT over one table in a separate, confined process, and receive its rows as Arrow."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from registry.compute.sandbox.limits import Limits
from registry.compute.sandbox.outcomes import (
    SandboxCancelled,
    SandboxCrashed,
    SandboxFailure,
    SandboxMemory,
    SandboxRefused,
    SandboxTimeout,
    SandboxTooMuch,
)

CHILD = Path(__file__).parent / "confined" / "child.py"
POLL_S = 0.1
GRACE_S = 2.0
BLOCK = 1 << 20
SORTING = "NPY_DISABLE_CPU_FEATURES"
PAGE = resource.getpagesize()
# What the libraries take, and what the engine does not count: this much, or as much as its limit if that is more.
UNCOUNTED_BYTES = 256 << 20

OnBatch = Callable[[pa.RecordBatch], None]
OnSchema = Callable[[pa.Schema], OnBatch]


class Ran(NamedTuple):
    """The rows, and how they were computed: protections, seconds, peak memory, what computed them, limits."""

    table: pa.Table
    how: dict[str, Any]


class Part(NamedTuple):
    """Some of the entities: part ``number``, from 0, of ``of`` parts, by a hash of the columns of the ``entity``."""

    number: int
    of: int
    entity: tuple[str, ...]


WHOLE = Part(0, 1, ())


class Job(NamedTuple):
    """A SELECT over the table `source_rows`, which holds ``columns`` of a part of the trusted ``files``, which are Parquet.

    ``windows``: the plan by which simple windows are computed without the engine.
    """

    select: str
    files: Sequence[str]
    columns: Sequence[str]
    limits: Limits
    windows: Mapping[str, Any] | None = None
    part: Part = WHOLE

    def as_json(self) -> bytes:
        """The job as the sandboxed process reads it."""
        return json.dumps(
            {
                "select": self.select,
                "files": list(self.files),
                "columns": list(self.columns),
                "windows": self.windows,
                "part": self.part._asdict(),
                "limits": self.limits.as_dict(),
                "parent": os.getpid(),
            }
        ).encode()


def run(job: Job, *, cancelled: Callable[[], bool] = lambda: False) -> Ran:
    """All rows of a job, as one table. Raises as `run_in_batches` does."""
    batches: list[pa.RecordBatch] = []

    def on_schema(schema: pa.Schema) -> OnBatch:
        batches.append(pa.RecordBatch.from_pylist([], schema=schema))
        return batches.append

    how = run_in_batches(job, on_schema=on_schema, cancelled=cancelled)
    return Ran(pa.Table.from_batches(batches), how)


def run_in_batches(job: Job, *, on_schema: OnSchema, cancelled: Callable[[], bool] = lambda: False) -> dict[str, Any]:
    """Run a job in a sandboxed process and pass its rows on as they arrive; return how it ran.

    ``on_schema`` is called with the types of the rows and returns what takes each batch; both are called in another
    thread. ``cancelled`` is called several times a second. Raises a SandboxFailure that says what to do, or
    SandboxCancelled.
    """
    with tempfile.TemporaryDirectory(prefix="plumbline-sandbox-") as folder:
        process = start(folder)
        try:
            return _attend(process, job, on_schema, cancelled)
        finally:
            end(process)


def start(folder: str, script: Path = CHILD) -> subprocess.Popen[bytes]:
    """Start a sandboxed process; ``folder`` is its own and empty. `end` it, whatever happens."""
    return subprocess.Popen(  # noqa: S603 - our own file, by this very interpreter
        [sys.executable, "-I", "-B", str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env={"LC_ALL": "C.UTF-8", **_sorting()},
        pipesize=BLOCK,
        start_new_session=True,
    )


def _sorting() -> dict[str, str]:
    """The choice among numpy's sorts that the worker was started with, if there is one."""
    return {SORTING: os.environ[SORTING]} if SORTING in os.environ else {}


class Collected:
    """Reads one stream of the process in a thread, up to a number of bytes."""

    def __init__(self, stream: Any, most: int) -> None:
        self.stream, self.most = stream, most
        self.blocks: list[bytes] = []
        self.size = 0
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    @property
    def too_much(self) -> bool:
        return self.size > self.most

    def _read(self) -> None:
        while not self.too_much and (block := self.stream.read1(BLOCK)):
            self.size += len(block)
            self.blocks.append(block)


class _Received:
    """Reads the rows that the process writes, in a thread and up to a number of bytes, and passes them on."""

    def __init__(self, stream: Any, most: int, on_schema: OnSchema) -> None:
        self.stream, self.left, self.on_schema = stream, most, on_schema
        self.closed = self.too_much = self.broken = False
        self.error: Exception | None = None
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def read(self, size: int = -1) -> bytes:
        """Read like a file. A message that claims to be longer than the limit allows is not read."""
        if not 0 <= size <= self.left:
            self.too_much = True
            raise OSError
        self.left -= size
        content: bytes = self.stream.read(size)
        return content

    def close(self) -> None:
        """Do nothing: the stream is closed with the process."""

    def _read(self) -> None:
        try:
            with pa.ipc.open_stream(pa.PythonFile(self, mode="r")) as rows:
                on_batch = self._pass_on(self.on_schema, rows.schema)
                for batch in rows:
                    self._pass_on(on_batch, batch)
        except (pa.ArrowException, OSError, ValueError):  # truncated: the exit code says why
            self.broken = True

    def _pass_on(self, receiver: Callable[[Any], Any], content: Any) -> Any:
        try:
            return receiver(content)
        except Exception as error:
            self.error = error
            raise OSError from error


def _attend(
    process: subprocess.Popen[bytes], job: Job, on_schema: OnSchema, cancelled: Callable[[], bool]
) -> dict[str, Any]:
    rows, errors = _Received(process.stdout, job.limits.result_bytes, on_schema), Collected(process.stderr, BLOCK)
    _send(process, job)
    _wait(process, job.limits, rows, errors, cancelled)
    if rows.error:
        raise rows.error
    if rows.too_much or errors.too_much:
        raise SandboxTooMuch("The computation returned more than its limit. Check less data.")
    errors.thread.join()
    how = _outcome(process.returncode, b"".join(errors.blocks), job.limits)
    if rows.broken:
        raise SandboxCrashed("The rows of the computation are incomplete. Run the check again.")
    return how | {"limits": job.limits.as_dict()}


def _wait(
    process: subprocess.Popen[bytes],
    limits: Limits,
    rows: _Received,
    errors: Collected,
    cancelled: Callable[[], bool],
) -> None:
    """Until the process has ended and its rows are read, or something is wrong with what it writes."""
    deadline = time.monotonic() + limits.wall_seconds + GRACE_S
    while process.poll() is None or rows.thread.is_alive():
        if cancelled():
            raise SandboxCancelled
        if time.monotonic() > deadline:
            raise SandboxTimeout(time_sentence(limits))
        if _resident_bytes(process.pid) > limits.memory_bytes + max(limits.memory_bytes, UNCOUNTED_BYTES):
            raise SandboxMemory(_memory_sentence(limits))
        if rows.error or rows.too_much or errors.too_much:
            return
        _pause(process, rows.thread)


def _pause(process: subprocess.Popen[bytes], reading: threading.Thread) -> None:
    """Wait for the rows, then for the end of the process; each time for a moment at most."""
    if reading.is_alive():
        reading.join(POLL_S)
        return
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(POLL_S)


def _send(process: subprocess.Popen[bytes], job: Job) -> None:
    if process.stdin is None:
        return
    try:
        process.stdin.write(job.as_json())
        process.stdin.close()
    except BrokenPipeError:  # it died before it read the job; its exit code says why
        return


def _outcome(code: int, answer: bytes, limits: Limits) -> dict[str, Any]:
    try:
        outcome = json.loads(answer.decode(errors="replace").splitlines()[-1]) if code == 0 else {}
    except (ValueError, IndexError):
        outcome = {}
    if not outcome:
        raise _death(code, limits)
    if outcome.get("failure") == "memory":
        raise SandboxMemory(_memory_sentence(limits))
    if outcome.get("failure") == "time":
        raise SandboxTimeout(time_sentence(limits))
    if outcome.get("failure"):
        raise SandboxRefused(f"The data engine refused the computation: {outcome['message']}")
    return {name: outcome[name] for name in ("walls", "seconds", "peak_memory_bytes", "computed")}


def _death(code: int, limits: Limits) -> SandboxFailure:
    if code == -signal.SIGXCPU:
        return SandboxTimeout(
            f"The computation used more than {limits.cpu_seconds} s of processor time and was stopped."
        )
    if code in (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS):  # how a process ends when it gets no more memory
        return SandboxMemory(_memory_sentence(limits))
    return SandboxCrashed(f"The process of the computation ended with exit code {code}. Run the check again.")


def _resident_bytes(pid: int) -> int:
    """The memory that the process holds now, including strings, which the engine does not count. 0 after its end."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def time_sentence(limits: Limits) -> str:
    return (
        f"The computation took longer than {limits.wall_seconds:g} s and was stopped. Simplify the logic, check less "
        "data, or raise CHECK_TIME_LIMIT_S."
    )


def _memory_sentence(limits: Limits) -> str:
    mebibytes = limits.memory_bytes // 2**20
    return (
        f"The computation needs more memory than its limit of {mebibytes} MiB. Simplify the logic, check less data, or raise "
        "CHECK_MEMORY_MIB."
    )


def end(process: subprocess.Popen[bytes]) -> None:
    """Leave no process behind, whatever happened."""
    if process.poll() is None:
        process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()
