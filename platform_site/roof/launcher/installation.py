"""What must hold before anything is started: a folder of one's own, room on the disk, a database that can be written."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import sqlite3
import stat
from pathlib import Path
from typing import IO

ROOM_MIB = 200
OWNER_ONLY = 0o700


class Unusable(Exception):
    """The installation cannot be started as it is; the message is the sentence to show."""


def lock(state_dir: Path) -> IO[str]:
    """Make `state_dir` where it is missing and keep other `up`s away from it for as long as the result is open."""
    path = state_dir / "up.lock"
    try:
        state_dir.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY)
        held = path.open("a+")
    except OSError as error:
        raise Unusable(
            f"{state_dir} cannot be written ({error.strerror}): set STATE_DIR to a folder of yours."
        ) from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.seek(0)
        owner = held.read().strip() or "another process"
        held.close()
        raise Unusable(f"Plumbline already runs on {state_dir} ({owner}): stop that one, or set STATE_DIR.") from None
    held.truncate(0)
    held.write(f"process {os.getpid()}\n")
    held.flush()
    return held


def restrict(folder: Path) -> None:
    """Take all rights of group and others away from `folder` and from everything in it; links are not followed.

    What belongs to another user is left as it is: only its owner can change it.
    """
    _restrict_entry(folder)
    for parent, folders, files in os.walk(folder):
        for name in (*folders, *files):
            _restrict_entry(Path(parent, name))


def _restrict_entry(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError, PermissionError):
        mode = path.lstat().st_mode
        if not stat.S_ISLNK(mode) and stat.S_IMODE(mode) & ~OWNER_ONLY:
            path.chmod(stat.S_IMODE(mode) & OWNER_ONLY)


def check_room(folder: Path, *, needed_mib: int = ROOM_MIB) -> None:
    """Raise `Unusable` when the disk below `folder` has less room than the database may want soon."""
    free = shutil.disk_usage(folder).free // 2**20
    if free < needed_mib:
        raise Unusable(
            f"The disk is full: {folder} has {free} MiB left, and Plumbline needs {needed_mib} MiB to start."
        )


def check_sqlite(path: Path) -> None:
    """Raise `Unusable` when the database file is none, is locked by somebody else for good, or cannot be written."""
    try:
        connection = sqlite3.connect(path, timeout=5, isolation_level=None)
        try:
            connection.execute("PRAGMA schema_version")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise Unusable(f"The database {path} cannot be used: {error}. Mend it, restore it, or move it away.") from error
