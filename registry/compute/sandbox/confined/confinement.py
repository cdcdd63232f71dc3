"""How a process confines itself before it reads any input. Standard library only.

Each measure reports whether the kernel supports it, so that a run can report its protections.
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
    """Be killed when the worker dies; exit at once if it is already dead."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def bound(limits: Mapping[str, float]) -> None:
    """Limit processor time and open files; allow no writing to files and no core dump."""
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
    """Limit the address space; called after the libraries are loaded and before any data is."""
    value = int(limits["address_space_bytes"])
    resource.setrlimit(resource.RLIMIT_AS, (value, value))


def leave_the_network() -> bool:
    """Move into an empty network namespace; False where the kernel does not support it."""
    return bool(_libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 or _libc.unshare(CLONE_NEWNET) == 0)


def close_the_files(readable: Sequence[str]) -> bool:
    """From now on allow only these files to be opened, for reading; False where the kernel does not support it.

    It applies to this thread and those it starts, so it has to be called before the engine starts its own.
    """
    handled = ctypes.c_uint64(LANDLOCK_ALL_OF_VERSION_1)
    ruleset = _libc.syscall(LANDLOCK_CREATE_RULESET, ctypes.byref(handled), ctypes.sizeof(handled), 0)
    if ruleset < 0:
        return False
    try:
        for path in readable:
            _allow(ruleset, path)
        return bool(_libc.syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str) -> None:
    try:
        file = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # it does not exist: the engine will report it
        return
    rule = struct.pack("=Qi", LANDLOCK_READ_FILE, file)
    _libc.syscall(LANDLOCK_ADD_RULE, ruleset, LANDLOCK_RULE_PATH_BENEATH, rule, 0)
    os.close(file)


def peak_memory_bytes(status: str) -> int:
    """The peak memory of a process, from the text of its /proc/…/status. `getrusage` would include what its parent held
    when it started the process."""
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))
