"""Tie a program to its parent: whatever ends the parent, SIGKILL included, ends the program too.

Run as a script, it becomes the program: `python parent_death.py PARENT_PID SIGNAL USER PROGRAM [ARGUMENT …]`. A step of its
own, and not `preexec_fn`, because that one is unsafe in a process with threads. USER is a name to become first, or
`-`; the kernel forgets the tie when the user changes, so the order matters. Forks are not tied by it: a program's own
children call `die_with_parent` themselves.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of <linux/prctl.h>


def die_with_parent(parent: int, ending: int = signal.SIGKILL) -> None:
    """Have the kernel send `ending` to this process when `parent` is gone; on other systems than Linux, nothing."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(SET_PARENT_DEATH_SIGNAL, int(ending), 0, 0, 0)
    if os.getppid() != parent:  # it ended before the kernel knew
        os.kill(os.getpid(), ending)


def tied_to_parent(command: Sequence[str | Path], *, ending: int = signal.SIGKILL, user: str = "-") -> list[str]:
    """Return the command line that starts `command` tied to the process that calls this."""
    words = [os.getpid(), int(ending), user, *command]
    return [sys.executable, "-I", "-S", __file__, *map(str, words)]


def _become(user: str) -> None:
    account = pwd.getpwnam(user)
    os.initgroups(user, account.pw_gid)
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)


if __name__ == "__main__":
    parent, ending, user, *program = sys.argv[1:]
    if user != "-":
        _become(user)
    die_with_parent(int(parent), int(ending))
    os.execvp(program[0], program)  # noqa: S606
