"""How a process locks itself in, before it looks at anything from outside. Standard library alone.

Each measure reports whether the kernel took it, so that a run can say how strong its walls were.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from collections.abc import Mapping

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
CLONE_NEWNET, CLONE_NEWUSER = 0x40000000, 0x10000000
LANDLOCK_CREATE_RULESET, LANDLOCK_RESTRICT_SELF = 444, 446
LANDLOCK_ALL_OF_VERSION_1 = (1 << 13) - 1
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


def close_the_files() -> bool:
    """Refuse to open any file from now on (Landlock without a rule); False where the kernel does not offer that."""
    handled = ctypes.c_uint64(LANDLOCK_ALL_OF_VERSION_1)
    ruleset = _libc.syscall(LANDLOCK_CREATE_RULESET, ctypes.byref(handled), ctypes.sizeof(handled), 0)
    if ruleset < 0:
        return False
    try:
        return _libc.syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0) == 0
    finally:
        os.close(ruleset)
