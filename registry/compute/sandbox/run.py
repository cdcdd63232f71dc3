"""Run one SELECT over one table in a process of its own, and hand back Arrow."""

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

CHILD = Path(__file__).with_name("child.py")
LOOK_EVERY_S = 0.1
GRACE_S = 2.0
BLOCK = 1 << 20
SORTING = "NPY_DISABLE_CPU_FEATURES"
PAGE = resource.getpagesize()
BESIDE_BYTES = (
    256 << 20
)  # the libraries themselves, and what the engine does not count; as much as its limit where that is more


Take = Callable[[pa.RecordBatch], None]


class Ran(NamedTuple):
    """What came back, and how it ran: the walls, seconds, peak memory, what computed it, and limits."""

    table: pa.Table
    how: dict[str, Any]


class Part(NamedTuple):
    """The rows of some entities: the part of this ``number``, from 0, of so many, by the columns of the ``entity``."""

    number: int
    of: int
    entity: tuple[str, ...]


WHOLE = Part(0, 1, ())


def run(select: str, **how: Any) -> Ran:
    """The rows that ``run_each`` hands over, as a table."""
    batches: list[pa.RecordBatch] = []

    def opened(schema: pa.Schema) -> Take:
        batches.append(pa.RecordBatch.from_pylist([], schema=schema))
        return batches.append

    told = run_each(select, opened=opened, **how)
    return Ran(pa.Table.from_batches(batches), told)


def run_each(
    select: str,
    *,
    files: Sequence[str],
    kind: str,
    columns: Sequence[str],
    limits: Limits,
    opened: Callable[[pa.Schema], Take],
    windows: Mapping[str, Any] | None = None,
    part: Part = WHOLE,
    cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Load ``columns`` of a part of the trusted ``files`` as the table `source_rows`, run the SELECT, hand its rows over
    as they come; return how it ran.

    ``opened`` hears of their types first and says what takes the rows, in a thread of its own. ``windows``: the plan by
    which simple ones are computed without the engine. ``cancelled`` is asked several times a second. Raises a SandboxFailure that says what to do, or SandboxCancelled.
    """
    spec = {
        "select": select,
        "files": list(files),
        "kind": kind,
        "columns": list(columns),
        "windows": windows,
        "part": part._asdict(),
        "limits": limits.as_dict(),
        "parent": os.getpid(),
    }
    with tempfile.TemporaryDirectory(prefix="plumbline-sandbox-") as folder:
        process = subprocess.Popen(  # noqa: S603 - our own file, by this very interpreter
            [sys.executable, "-I", "-B", str(CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env={"LC_ALL": "C.UTF-8", **_sorting()},
            pipesize=BLOCK,
            start_new_session=True,
        )
        try:
            return _attend(process, spec, limits, opened, cancelled)
        finally:
            _end(process)


def _sorting() -> dict[str, str]:
    """Which of numpy's sorts is the quicker here, where somebody found that out for the worker."""
    return {SORTING: os.environ[SORTING]} if SORTING in os.environ else {}


class _Collected:
    """Reads one of the process's streams in a thread, up to a number of bytes."""

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
    """Reads the rows that the process writes, in a thread, up to a number of bytes, and hands them over."""

    def __init__(self, stream: Any, most: int, opened: Callable[[pa.Schema], Take]) -> None:
        self.stream, self.left, self.opened = stream, most, opened
        self.closed = self.too_much = self.broken = False
        self.error: Exception | None = None
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def read(self, size: int = -1) -> bytes:
        """As a file reads. What a message claims to hold is not believed beyond the limit."""
        if not 0 <= size <= self.left:
            self.too_much = True
            raise OSError
        self.left -= size
        return self.stream.read(size)

    def close(self) -> None:
        """Its stream is closed by who started the process."""

    def _read(self) -> None:
        try:
            with pa.ipc.open_stream(pa.PythonFile(self, mode="r")) as rows:
                take = self._mind(self.opened, rows.schema)
                for batch in rows:
                    self._mind(take, batch)
        except (pa.ArrowException, OSError, ValueError):  # cut off: how the process ended tells why
            self.broken = True

    def _mind(self, taker: Callable[[Any], Any], what: Any) -> Any:
        try:
            return taker(what)
        except Exception as error:
            self.error = error
            raise OSError from error


def _attend(
    process: subprocess.Popen[bytes],
    spec: dict[str, Any],
    limits: Limits,
    opened: Callable[[pa.Schema], Take],
    cancelled: Callable[[], bool],
) -> dict[str, Any]:
    out, told = _Received(process.stdout, limits.result_bytes, opened), _Collected(process.stderr, BLOCK)
    _hand_over(process, spec)
    deadline = time.monotonic() + limits.wall_seconds + GRACE_S
    while process.poll() is None or out.thread.is_alive():
        if cancelled():
            raise SandboxCancelled
        if time.monotonic() > deadline:
            raise SandboxTimeout(_time_sentence(limits))
        if _resident_bytes(process.pid) > limits.memory_bytes + max(limits.memory_bytes, BESIDE_BYTES):
            raise SandboxMemory(_memory_sentence(limits))
        if out.error or out.too_much or told.too_much:
            break
        _pause(process, out.thread)
    if out.error:
        raise out.error
    if out.too_much or told.too_much:
        raise SandboxTooMuch("The computation handed back more than its limit. Check less data.")
    told.thread.join()
    how = _outcome(process.returncode, b"".join(told.blocks), limits)
    if out.broken:
        raise SandboxCrashed("The computation's rows were cut off. Run the check again.")
    return how | {"limits": limits.as_dict()}


def _pause(process: subprocess.Popen[bytes], reading: threading.Thread) -> None:
    """Until the rows are read, until the process has ended, or for a moment."""
    if reading.is_alive():
        reading.join(LOOK_EVERY_S)
        return
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(LOOK_EVERY_S)


def _hand_over(process: subprocess.Popen[bytes], spec: dict[str, Any]) -> None:
    try:
        process.stdin.write(json.dumps(spec).encode())
        process.stdin.close()
    except BrokenPipeError:  # it died before it listened; its exit code tells the rest
        return


def _outcome(code: int, told: bytes, limits: Limits) -> dict[str, Any]:
    try:
        outcome = json.loads(told.decode(errors="replace").splitlines()[-1]) if code == 0 else {}
    except (ValueError, IndexError):
        outcome = {}
    if not outcome:
        raise _death(code, limits)
    if outcome.get("failure") == "memory":
        raise SandboxMemory(_memory_sentence(limits))
    if outcome.get("failure") == "time":
        raise SandboxTimeout(_time_sentence(limits))
    if outcome.get("failure"):
        raise SandboxRefused(f"The data engine refused the computation: {outcome['message']}")
    return {name: outcome[name] for name in ("walls", "seconds", "peak_memory_bytes", "computed")}


def _death(code: int, limits: Limits) -> SandboxFailure:
    if code == -signal.SIGXCPU:
        return SandboxTimeout(
            f"The computation used more than {limits.cpu_seconds} s of processor time and was stopped."
        )
    if code in (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS):  # how a process ends that is refused memory
        return SandboxMemory(_memory_sentence(limits))
    return SandboxCrashed(f"The computation's process ended with code {code}. Run the check again.")


def _resident_bytes(pid: int) -> int:
    """What the process holds now: strings too, which the engine does not count. 0 once it has ended."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def _time_sentence(limits: Limits) -> str:
    return (
        f"The computation took longer than {limits.wall_seconds:g} s and was stopped. Simplify the logic, check less "
        "data, or raise CHECK_TIME_LIMIT_S."
    )


def _memory_sentence(limits: Limits) -> str:
    mebibytes = limits.memory_bytes // 2**20
    return (
        f"The computation wanted more memory than its {mebibytes} MiB. Simplify the logic, check less data, or raise "
        "CHECK_MEMORY_MIB."
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave no process behind, whatever happened."""
    if process.poll() is None:
        process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        stream.close()
