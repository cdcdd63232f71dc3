"""The two databases of the fault tests, each with its own way to fail: one locked by another process, one restarted."""

from __future__ import annotations

import contextlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from platform_site.roof.launcher.parent_death import tied_to_parent
from platform_site.roof.launcher.ports import LOOPBACK, free_port
from tests.running import servers
from tests.running.installation import wait
from tests.running.migrated import migrated_cluster

LOCKED_S = 3
HOLD_THE_LOCK = """
import sqlite3, sys, time
database = sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None)
database.execute("BEGIN EXCLUSIVE")
time.sleep(float(sys.argv[2]))
database.execute("ROLLBACK")
"""


class SqliteFile:
    """The database file of a local installation."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=20)) as database:
            return database.execute(sql).fetchall()

    def fail(self) -> None:
        """Have another process keep the file locked for some seconds."""
        command = [sys.executable, "-c", HOLD_THE_LOCK, str(self.path), str(LOCKED_S)]
        subprocess.run(command, check=True, timeout=60)


class PostgresServer:
    """A PostgreSQL server in `folder`, which its user must be able to reach; its database is migrated."""

    def __init__(self, folder: Path, binaries: servers.Binaries) -> None:
        self.folder, self.user = folder, binaries.user
        self.programs, self.port = binaries.within_reach(folder), free_port()
        password = servers.copy_cluster(migrated_cluster(), folder, self.user)
        self.server_url = f"postgres://plumbline:{password}@{LOOPBACK}:{self.port}"
        self.url = f"{self.server_url}/plumbline"
        self.start()

    def start(self) -> None:
        options = [f"listen_addresses={LOOPBACK}", f"port={self.port}", "unix_socket_directories=", *servers.CARELESS]
        command = [self.programs / "postgres", "-D", self.folder / "base", *(f"--{option}" for option in options)]
        with (self.folder / "log").open("ab") as out:
            self.process = subprocess.Popen(
                tied_to_parent(command, ending=signal.SIGQUIT, user=self.user), stdout=out, stderr=out, cwd="/"
            )
        assert wait(lambda: servers.created(self.server_url), seconds=servers.PATIENCE_S)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        import psycopg

        with psycopg.connect(self.url, autocommit=True, connect_timeout=5) as connection:
            return connection.execute(sql).fetchall()

    def fail(self) -> None:
        """Shut the server down at once, sessions and all (its immediate mode), and start it a second later."""
        self.end()
        time.sleep(1)
        self.start()

    def end(self) -> None:
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(timeout=20)


@contextlib.contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A server of its own, gone afterwards; raises `servers.Missing` where there is none."""
    binaries = servers.find_postgres()
    with servers.folder_of(binaries.user) as folder:
        server = PostgresServer(folder, binaries)
        try:
            yield server
        finally:
            server.end()
            shutil.rmtree(folder / "base", ignore_errors=True)


Database = SqliteFile | PostgresServer
Rows = Sequence[tuple[Any, ...]]
