"""A database in which every migration has run, of SQLite and of PostgreSQL: made once by `manage.py migrate`, then copied.

The runner names a folder of the run (`FOLDER`), which its lanes share; without it each process makes its own. What else takes
long to make is made once there as well (`made_once`).
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path

FOLDER = "PLUMBLINE_TEST_MIGRATED"
TEMPLATE = "PLUMBLINE_TEST_TEMPLATE"  # the migrated database on the server of DATABASE_URL
NAME, KEYS = "db.sqlite3", "secrets.json"  # what an installation calls them in its STATE_DIR


def migrated() -> Path:
    """The folder of an installation with that database, which nobody may change."""
    return made_once("migrated", _migrate)


@cache
def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """The folder of that name which ``make`` filled, and nobody may change; whoever comes second waits for it."""
    folder = Path(os.environ.get(FOLDER) or _own_folder())
    made, making = folder / name, folder / f"{name}-making"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(making, ignore_errors=True)
            make(making)
            making.rename(made)
    return made


def install(state_dir: Path) -> None:
    """Give an installation that has no database yet a migrated one, and the keys that belong to it."""
    install_keys(state_dir)
    _copy(NAME, state_dir)


def install_keys(state_dir: Path) -> None:
    """Give an installation that has no keys yet those of the databases that are copied."""
    state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    _copy(KEYS, state_dir)


def _copy(name: str, state_dir: Path) -> None:
    if not (state_dir / name).exists():
        shutil.copyfile(migrated() / name, state_dir / name)
        (state_dir / name).chmod(0o600)


def migrated_cluster() -> Path:
    """The files of a PostgreSQL server whose database `plumbline` is migrated with the keys of `migrated`; for `servers`."""
    return made_once("migrated-postgresql", _migrate_postgresql)


def fill(connection: sqlite3.Connection) -> None:
    """Copy everything into an empty database."""
    with closing(sqlite3.connect(f"file:{migrated() / NAME}?mode=ro", uri=True)) as source:
        source.backup(connection)


def _migrate(state_dir: Path) -> None:
    _run_migrations(state_dir)
    in_one_file(state_dir / NAME)


def _migrate_postgresql(folder: Path) -> None:
    from tests.running import servers

    install_keys(folder / "state")
    with servers.postgres(saved_to=folder) as address:
        _run_migrations(folder / "state", DATABASE_URL=address)


def _run_migrations(state_dir: Path, **fields: str) -> None:
    from tests.running.installation import PROJECT, variables

    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    own = variables(state_dir, **fields)
    ended = subprocess.run(command, cwd=PROJECT, env=own, capture_output=True, text=True, timeout=600, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def in_one_file(path: Path) -> None:
    """Write what is in the log beside a database into it."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@cache
def _own_folder() -> str:
    folder = tempfile.mkdtemp(prefix="plumbline-migrated-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
