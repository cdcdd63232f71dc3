"""How a process locks itself in, before it looks at anything from outside. Standard library alone.

Each measure reports whether the kernel took it, so that a run can say how strong its walls were.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
from collections.abc import Mapping, Sequence

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
CLONE_NEWNET, CLONE_NEWUSER = 0x40000000, 0x10000000
LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
LANDLOCK_ALL_OF_VERSION_1, LANDLOCK_READ_FILE, LANDLOCK_RULE_PATH_BENEATH = (1 << 13) - 1, 1 << 2, 1
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent: int) -> None:
    """Be killed when the worker dies; leave at once when it died already."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def bound(limits: Mapping[str, float]) -> None:
    """Set the process's limits: processor time, files, what it may write (nothing), no core dump."""
    cpu = int(limits["cpu_seconds"])
    for name, value in (
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_NOFILE, int(limits["open_files"])),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(name, (value, value))
    _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def bound_memory(limits: Mapping[str, float]) -> None:
    """Set the hard wall around the address space; after the libraries are loaded, before any data is."""
    value = int(limits["address_space_bytes"])
    resource.setrlimit(resource.RLIMIT_AS, (value, value))


def leave_the_network() -> bool:
    """Move into a network namespace of its own, with nothing in it; False where the kernel does not offer that."""
    return _libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 or _libc.unshare(CLONE_NEWNET) == 0


def close_the_files(readable: Sequence[str]) -> bool:
    """From now on open nothing but these files, and those for reading; False where the kernel does not offer that.

    It holds for this thread and those it starts: to be called before the engine starts its own.
    """
    handled = ctypes.c_uint64(LANDLOCK_ALL_OF_VERSION_1)
    ruleset = _libc.syscall(LANDLOCK_CREATE_RULESET, ctypes.byref(handled), ctypes.sizeof(handled), 0)
    if ruleset < 0:
        return False
    try:
        for path in readable:
            _allow(ruleset, path)
        return _libc.syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0) == 0
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str) -> None:
    try:
        file = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # it is gone: the engine will say so
        return
    rule = struct.pack("=Qi", LANDLOCK_READ_FILE, file)
    _libc.syscall(LANDLOCK_ADD_RULE, ruleset, LANDLOCK_RULE_PATH_BENEATH, rule, 0)
    os.close(file)


def peak_memory_bytes(status: str) -> int:
    """The most memory that a program held, by the text of its /proc/…/status. `getrusage` would count what its parent
    held when it started it."""
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))
