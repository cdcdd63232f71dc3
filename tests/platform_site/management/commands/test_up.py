"""`manage.py up` with all its real processes: it gets ready, mends itself, refuses clearly and leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from secrets import token_urlsafe

import pytest

from platform_site.management.commands.up import ask_readyz
from platform_site.roof.launcher import installation, ports
from tests.running import servers
from tests.running.installation import PROJECT, Up, get, started, variables, wait


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[Up]:
    with started(tmp_path_factory.mktemp("up") / "var", "--no-demo") as up:
        up.port()
        yield up


def refusal(state_dir: Path, *words: str, **fields: str) -> str:
    """Run `up` where it must refuse, and return the one sentence it says."""
    command = [sys.executable, "manage.py", "up", *words]
    ended = subprocess.run(
        command,
        cwd=PROJECT,
        env=variables(state_dir, **fields),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr, ended.stderr
    (sentence,) = ended.stderr.strip().splitlines()
    return sentence


@pytest.mark.slow
@pytest.mark.worker
def test_it_is_ready_when_it_says_so_and_says_nothing_after_it(running):
    port = running.port()

    assert get(port, "/healthz") == get(port, "/readyz") == 200
    assert ask_readyz(port)[0] == 200


@pytest.mark.slow
@pytest.mark.worker
def test_who_starts_without_anybody_hears_how_to_make_the_first_account(running):
    running.port()

    assert running.output().count("manage.py people add NAME --role administrator adds the first account") == 1


@pytest.mark.slow
@pytest.mark.worker
def test_the_screen_shows_phases_with_seconds_and_the_log_the_rest(running):
    running.port()
    shown, log = running.output(), running.state_dir / "logs" / "up.log"

    assert re.search(r"^\d\d:\d\d:\d\d up     \| updating the database: done in \d+\.\d s$", shown, re.MULTILINE)
    assert f"Log       {log}" in shown
    assert "/readyz" not in shown + log.read_text()
    assert wait(lambda: "celery.worker" in log.read_text(), seconds=30)
    assert "INFO celery" not in shown


@pytest.mark.slow
@pytest.mark.worker
def test_everything_it_keeps_is_for_its_owner_only(running):
    running.port()
    open_to_others = [
        path for path in (running.state_dir, *running.state_dir.rglob("*"))
        if not path.is_symlink() and path.stat().st_mode & 0o077
    ]  # fmt: skip

    assert open_to_others == []


@pytest.mark.slow
@pytest.mark.worker
def test_nobody_reads_the_brokers_password_in_the_process_list(running):
    password = (running.state_dir / "broker" / "url").read_text().partition("://:")[2].partition("@")[0]

    assert len(password) > 20
    assert not [command for command in running.processes().values() if password in command]


@pytest.mark.slow
@pytest.mark.worker
def test_a_second_one_on_the_same_installation_is_refused(running):
    sentence = refusal(running.state_dir)

    assert sentence.startswith(f"Plumbline already runs on {running.state_dir} (process {running.process.pid})")


@pytest.mark.slow
@pytest.mark.worker
@pytest.mark.parametrize("word", [" worker ", " beat ", "gunicorn", "valkey-server"])
def test_a_killed_part_is_back_within_ten_seconds(running, word):
    killed = running.leader(word)
    family = [pid for pid in running.processes(word) if os.getpgid(pid) == killed]
    os.kill(killed, signal.SIGKILL)

    assert wait(lambda: [pid for pid in running.processes(word) if pid not in family], seconds=10)
    assert not set(family) & set(running.processes(word))
    assert wait(lambda: ask_readyz(running.port())[0] == 200, seconds=60)
    assert "was killed by SIGKILL; restarting" in running.output()


@pytest.mark.slow
@pytest.mark.worker
def test_a_request_waits_while_the_web_server_is_started_again(running):
    family = set(running.processes("gunicorn"))
    os.kill(running.leader("gunicorn"), signal.SIGKILL)
    assert wait(lambda: not family & set(running.processes()), seconds=5)

    assert get(running.port(), "/healthz") == 200


@pytest.mark.slow
@pytest.mark.worker
def test_killing_it_leaves_no_process(running):
    """The last test of this file that needs it."""
    names = " ".join(running.processes().values())
    assert all(word in names for word in ("valkey-server", " worker ", " beat ", "gunicorn"))

    running.end(signal.SIGKILL)

    assert wait(lambda: not running.processes(), seconds=5), running.processes()


def ends_in_order(up: Up, number: signal.Signals) -> None:
    """A polite end stops everything, and says so last."""
    assert up.end(number) == 0
    assert not up.processes()
    assert not (up.state_dir / "broker" / "url").exists()
    assert up.output().splitlines()[-1].endswith("up     | stopped")


def login_block(shown: str) -> list[str]:
    """The framed lines, the two rules included."""
    lines = shown.splitlines()
    first, last = [number for number, line in enumerate(lines) if line.startswith("─")]
    return lines[first : last + 1]


GOES_ON = ("sqlite_", "django_session", "webhooks_delivery")  # what waits to be delivered is tried again meanwhile


@pytest.mark.slow
@pytest.mark.worker
def test_a_second_start_keeps_everything_and_doubles_nothing_and_each_ends_in_order(tmp_path):
    tables = "SELECT name FROM sqlite_master WHERE type = 'table'"
    counts = []
    for number in (signal.SIGTERM, signal.SIGINT):
        with started(tmp_path / "var", anew=True) as up:
            up.port()
            block = login_block(up.output())
            assert set(block[0]) == set(block[-1]) == {"─"}
            assert [line.split()[0] for line in block[1:-1]] == ["Plumbline", "User", "Password", "Log"]
            ends_in_order(up, number)
        with contextlib.closing(sqlite3.connect(tmp_path / "var" / "db.sqlite3")) as database:
            names = [name for (name,) in database.execute(tables) if not name.startswith(GOES_ON)]
            count = {name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
            counts.append(count)

    assert counts[0] == counts[1]
    assert counts[0]["registry_feature"] > 0


@pytest.mark.slow
@pytest.mark.worker
def test_it_runs_on_postgresql_and_on_a_broker_of_somebody_else(tmp_path):
    with servers.postgres() as database, servers.valkey() as broker:
        values = {"DATABASE_URL": database, "REDIS_URL": broker}
        with started(tmp_path / "var", "--no-demo", **values) as up:
            assert get(up.port(), "/readyz") == 200
            assert not up.processes("valkey-server")
            assert not (tmp_path / "var" / "db.sqlite3").exists()
            assert up.end(signal.SIGTERM) == 0


def test_the_next_port_is_taken_and_said_when_none_was_asked_for(capsys, monkeypatch):
    from platform_site.management.commands import up

    with ports.listen(ports.free_port()) as occupied:
        monkeypatch.setattr(up, "DEFAULT_PORT", occupied.getsockname()[1])
        up.open_listener(None).close()

    assert re.fullmatch(rf"Port {up.DEFAULT_PORT} is in use; using \d+ instead\.\n", capsys.readouterr().out)


def test_a_port_in_use_that_was_asked_for_is_refused(tmp_path):
    with ports.listen(ports.free_port()) as occupied:
        port = occupied.getsockname()[1]

        assert refusal(tmp_path / "var", "--port", str(port)).startswith(f"Port {port} is in use")


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "٣", "80 80"])
def test_what_is_no_port_is_refused(port):
    from argparse import ArgumentTypeError

    from platform_site.management.commands.up import port_number

    with pytest.raises(ArgumentTypeError, match=rf"^{port} is not a port\. Write a number from 1 to 65535\.$"):
        port_number(port)


@pytest.mark.slow
def test_an_installation_in_use_is_refused(tmp_path):
    with installation.lock(tmp_path / "var"):
        assert refusal(tmp_path / "var") == (
            f"Plumbline already runs on {tmp_path / 'var'} (process {os.getpid()}). Stop it, or set STATE_DIR to another folder."
        )


@pytest.mark.slow
def test_a_broken_database_is_refused(tmp_path):
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "db.sqlite3").write_text("this is a letter and no database " * 50)

    keys = {"SECRET_KEY": token_urlsafe(48), "AUDIT_KEYS": token_urlsafe(48)}
    assert "db.sqlite3 cannot be used: file is not a database" in refusal(tmp_path / "var", **keys)


@pytest.mark.slow
def test_a_database_server_that_is_away_is_refused(tmp_path):
    address = f"postgres://plumbline:secret@127.0.0.1:{ports.free_port()}/plumbline"

    sentence = refusal(tmp_path / "var", DATABASE_URL=address)

    assert "The database cannot be used" in sentence
    assert "secret" not in sentence
