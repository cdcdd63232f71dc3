"""The servers that tests start: they begin empty, and die with the test run."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.running import servers


def test_a_postgresql_server_starts_empty_and_is_gone_afterwards():
    import psycopg

    with servers.postgres() as address, psycopg.connect(address) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address, connect_timeout=2)


def test_the_postgresql_of_the_wheel_starts_too(monkeypatch):
    import psycopg

    monkeypatch.setattr(servers, "installed_postgres", list)
    with servers.postgres() as address, psycopg.connect(address) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("plumbline",)


def test_a_server_dies_with_the_test_run_that_started_it(tmp_path):
    start = (
        "import time; from tests.running import servers\n"
        "with servers.valkey() as address: print(address, flush=True); time.sleep(60)"
    )
    project = Path(__file__).resolve().parents[2]
    here = {**os.environ, "TMPDIR": str(tmp_path)}  # a killed run cannot clear its folder away
    with subprocess.Popen([sys.executable, "-c", start], stdout=subprocess.PIPE, cwd=project, env=here) as run:
        port = urlsplit(run.stdout.readline().decode().strip()).port
        run.kill()

    deadline = time.monotonic() + 5
    while not refused(port):
        assert time.monotonic() < deadline, "the server still listens"
        time.sleep(0.02)


def refused(port: int) -> bool:
    """Whether nobody listens; a reset is no proof, since a dying server gives one as well."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:
        pass
    return False
