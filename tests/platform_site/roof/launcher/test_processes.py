"""The port, the lock, the disk, the database and the broker that `up` asks for before anything else."""

from __future__ import annotations

import os
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from platform_site.roof.launcher import installation, ports
from platform_site.roof.launcher.broker import Broker
from tests import servers


def test_the_next_port_is_taken_when_one_is_in_use():
    with ports.listen(ports.free_port()) as first:
        wanted = first.getsockname()[1]
        with ports.listen(wanted) as second:
            assert second.getsockname()[1] > wanted


def test_a_port_asked_for_by_number_is_that_one_or_none():
    with ports.listen(ports.free_port()) as first:
        wanted = first.getsockname()[1]
        with pytest.raises(ports.Taken, match=f"^Port {wanted} is in use: choose another with --port"):
            ports.listen(wanted, exactly=True)


def test_a_request_that_comes_early_waits_instead_of_being_refused():
    with ports.listen(ports.free_port()) as door, socket.create_connection(door.getsockname(), timeout=5):
        pass  # connected, though nobody has accepted yet


def test_only_one_may_hold_an_installation(tmp_path):
    with installation.lock(tmp_path / "var"), pytest.raises(installation.Unusable, match=r"already runs on .*process"):
        installation.lock(tmp_path / "var")
    installation.lock(tmp_path / "var").close()


def test_a_state_folder_that_is_a_file_is_named(tmp_path):
    (tmp_path / "var").write_text("")

    with pytest.raises(installation.Unusable, match="var cannot be written"):
        installation.lock(tmp_path / "var")


def test_a_full_disk_is_said_in_figures(tmp_path):
    installation.check_room(tmp_path, needed_mib=1)

    with pytest.raises(installation.Unusable, match=r"^The disk is full: .* has \d+ MiB left, and Plumbline needs"):
        installation.check_room(tmp_path, needed_mib=10**9)


def test_a_database_that_is_none_is_named(tmp_path):
    (tmp_path / "db.sqlite3").write_bytes(b"not a database at all, but long enough to be read as one" * 20)

    with pytest.raises(installation.Unusable, match=r"db\.sqlite3 cannot be used: file is not a database"):
        installation.check_sqlite(tmp_path / "db.sqlite3")


def test_a_database_that_is_missing_or_filled_can_be_used(tmp_path):
    path = tmp_path / "db.sqlite3"
    installation.check_sqlite(path)
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE kept (id INTEGER)")
    connection.close()

    installation.check_sqlite(path)


def test_the_broker_answers_to_its_password_alone():
    with servers.valkey() as address, socket.create_connection(("127.0.0.1", urlsplit(address).port)) as line:
        line.sendall(b"PING\r\n")
        assert line.recv(64).startswith(b"-NOAUTH")
        line.sendall(f"AUTH {urlsplit(address).password}\r\n".encode())
        assert line.recv(64) == b"+OK\r\n"


def test_the_brokers_password_is_for_its_owners_eyes(tmp_path):
    broker = Broker(tmp_path / "a folder")

    command = broker.command()

    assert not any(broker.password in word for word in command)
    for path in (broker.url_file, broker.folder / "valkey.conf"):
        assert broker.password in path.read_text()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_address_is_forgotten_when_its_broker_stops(tmp_path):
    broker = Broker(tmp_path)
    broker.command()

    broker.forget()

    assert not broker.url_file.exists()
    assert not broker.answers()


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
        "import time; from tests import servers\n"
        "with servers.valkey() as address: print(address, flush=True); time.sleep(60)"
    )
    project = Path(__file__).resolve().parents[4]
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


def rights(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_an_existing_installation_is_closed_to_group_and_others(tmp_path):
    outside = tmp_path / "outside.parquet"
    outside.write_text("")
    outside.chmod(0o644)
    state = tmp_path / "var"
    for folder in (state, state / "data", state / "logs"):
        folder.mkdir()
        folder.chmod(0o755)
    files = [state / name for name in ("secrets.json", "db.sqlite3", "db.sqlite3-wal", "data/a.parquet", "logs/up.log")]
    for file in files:
        file.write_text("")
        file.chmod(0o644)
    program = state / "program"
    program.write_text("")
    program.chmod(0o755)
    (state / "data" / "link").symlink_to(outside)

    installation.restrict(state)

    assert {rights(folder) for folder in (state, state / "data", state / "logs", program)} == {0o700}
    assert {rights(file) for file in files} == {0o600}
    assert rights(outside) == 0o644


def test_a_new_installation_is_a_folder_of_its_owner(tmp_path):
    with installation.lock(tmp_path / "var"):
        assert rights(tmp_path / "var") == 0o700
