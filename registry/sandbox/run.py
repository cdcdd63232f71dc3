"""Run one SELECT over one table in a process of its own, and hand back Arrow."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from registry.sandbox.limits import Limits
from registry.sandbox.outcomes import (
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
PAGE = resource.getpagesize()
MOST_OF_MEMORY = 2  # times the engine's own limit, for what it does not count


class Ran(NamedTuple):
    """What came back, and how it ran: the walls, seconds, peak memory and limits."""

    table: pa.Table
    how: dict[str, Any]


def run(
    select: str,
    *,
    files: Sequence[str],
    kind: str,
    columns: Sequence[str],
    limits: Limits,
    cancelled: Callable[[], bool] = lambda: False,
) -> Ran:
    """Load ``columns`` of the trusted ``files`` as the table `source_rows`, run the SELECT, return its rows.

    ``cancelled`` is asked several times a second. Raises a SandboxFailure that says what to do, or SandboxCancelled.
    """
    spec = {
        "select": select,
        "files": list(files),
        "kind": kind,
        "columns": list(columns),
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
            env={"LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
        try:
            return _attend(process, spec, limits, cancelled)
        finally:
            _end(process)


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


def _attend(
    process: subprocess.Popen[bytes], spec: dict[str, Any], limits: Limits, cancelled: Callable[[], bool]
) -> Ran:
    out, told = _Collected(process.stdout, limits.result_bytes), _Collected(process.stderr, BLOCK)
    _hand_over(process, spec)
    deadline = time.monotonic() + limits.wall_seconds + GRACE_S
    while process.poll() is None:
        if cancelled():
            raise SandboxCancelled
        if time.monotonic() > deadline:
            raise SandboxTimeout(_time_sentence(limits))
        if _resident_bytes(process.pid) > MOST_OF_MEMORY * limits.memory_bytes:
            raise SandboxMemory(_memory_sentence(limits))
        if out.too_much or told.too_much:
            raise SandboxTooMuch("The computation handed back more than its limit. Check less data.")
        out.thread.join(LOOK_EVERY_S)
    for stream in (out, told):
        stream.thread.join()
    if out.too_much:
        raise SandboxTooMuch("The computation handed back more than its limit. Check less data.")
    how = _outcome(process.returncode, b"".join(told.blocks), limits)
    return Ran(pa.ipc.open_stream(b"".join(out.blocks)).read_all(), how | {"limits": limits.as_dict()})


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
    return {name: outcome[name] for name in ("walls", "seconds", "peak_memory_bytes")}


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
