"""Checks before anything is started: a private folder, space on the disk, a writable database."""

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
    """The installation cannot be started; the message says why."""


def lock(state_dir: Path) -> IO[str]:
    """Create `state_dir` if it is missing, and lock it against other `up`s while the result is open."""
    path = state_dir / "up.lock"
    try:
        state_dir.mkdir(parents=True, exist_ok=True, mode=OWNER_ONLY)
        held = path.open("a+")
    except OSError as error:
        raise Unusable(
            f"{state_dir} cannot be written ({error.strerror}): set STATE_DIR to a folder that you can write."
        ) from error
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.seek(0)
        owner = held.read().strip() or "another process"
        held.close()
        raise Unusable(
            f"Plumbline already runs on {state_dir} ({owner}). Stop it, or set STATE_DIR to another folder."
        ) from None
    held.truncate(0)
    held.write(f"process {os.getpid()}\n")
    held.flush()
    return held


def restrict(folder: Path) -> None:
    """Remove all permissions of group and others from `folder` and everything in it; links are not followed.

    Files of another user stay as they are: only their owner can change them.
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
    """Raise `Unusable` when the disk of `folder` has less than ``needed_mib`` left."""
    free = shutil.disk_usage(folder).free // 2**20
    if free < needed_mib:
        raise Unusable(
            f"The disk is full: {folder} has {free} MiB left, and Plumbline needs {needed_mib} MiB to start."
        )


def check_sqlite(path: Path) -> None:
    """Raise `Unusable` when the file is not a database, stays locked, or cannot be written."""
    try:
        connection = sqlite3.connect(path, timeout=5, isolation_level=None)
        try:
            connection.execute("PRAGMA schema_version")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise Unusable(
            f"The database {path} cannot be used: {error}. Repair or restore it, or move it away."
        ) from error
