"""A backup of a running installation, restored elsewhere: the chain is whole, and nothing is ever overwritten."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running import servers
from tests.running.installation import PROJECT, variables
from tests.running.migrated import install

pytestmark = pytest.mark.slow

KEYS = {"SECRET_KEY": "s3cret-" * 8, "AUDIT_KEY": "aud1t-" * 8}
WRITERS, EVENTS = 4, 60
FOR_EVER = 1_000_000
WRITE = """
import time
from django.db import transaction
from platform_site.access import SYSTEM
from platform_site.audit.record import record
for number in range(int(sys.argv[1])):
    with transaction.atomic():
        record("model.described", subject="model:demand", actor=SYSTEM, payload={"text": "x" * 500, "n": number})
    print(number, flush=True)
    time.sleep(0.01)  # four at once leave the processor to what they load
"""


class Place:
    """An installation without processes: its variables, and commands in it."""

    def __init__(self, folder: Path, **fields: str) -> None:
        self.folder, self.fields = folder, KEYS | fields

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        own = variables(self.folder, **self.fields)
        call = [sys.executable, "manage.py", *words]
        return subprocess.run(call, cwd=PROJECT, env=own, capture_output=True, text=True, check=False)

    def migrate(self) -> None:
        if "DATABASE_URL" in self.fields:
            self._from_template(*self.fields["DATABASE_URL"].rsplit("/", 1))
        else:
            install(self.folder)

    def _from_template(self, server: str, name: str) -> None:
        """A copy of a database of that server in which `manage.py migrate` ran once."""
        import psycopg

        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            if not connection.execute("SELECT FROM pg_database WHERE datname = 'migrated'").fetchone():
                connection.execute("CREATE DATABASE migrated")
                Place(self.folder, DATABASE_URL=f"{server}/migrated").manage("migrate", "-v", "0")
            connection.execute(f"DROP DATABASE {name}")
            connection.execute(f"CREATE DATABASE {name} TEMPLATE migrated")

    def manage(self, *words: str) -> str:
        ended = self.command(*words)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def refusal(self, *words: str) -> str:
        ended = self.command(*words)
        assert ended.returncode == 1, ended.stdout
        assert "Traceback" not in ended.stderr, ended.stderr
        return ended.stderr.strip()

    def writer(self, events: int = EVENTS) -> subprocess.Popen[str]:
        own = variables(self.folder, **self.fields) | {"DJANGO_SETTINGS_MODULE": "platform_site.settings"}
        code = f"import sys, django; django.setup()\n{WRITE}"
        return subprocess.Popen(
            [sys.executable, "-c", code, str(events)], cwd=PROJECT, env=own, stdout=subprocess.PIPE, text=True
        )


@pytest.fixture(scope="module")
def postgresql(tmp_path_factory) -> Iterator[str]:
    try:
        with servers.postgres() as address:
            yield address
    except servers.Missing as reason:
        pytest.skip(f"!!!!! Backups of PostgreSQL were NOT tested: {reason} !!!!!")


@pytest.fixture(params=["sqlite", "postgresql"])
def places(request, tmp_path) -> tuple[Place, Place]:
    """An installation and an empty place for another one, on either database."""
    if request.param == "sqlite":
        return Place(tmp_path / "here"), Place(tmp_path / "elsewhere")
    if not shutil.which("pg_dump"):
        pytest.skip("!!!!! Backups of PostgreSQL were NOT tested: apt-get install postgresql-client !!!!!")
    address = request.getfixturevalue("postgresql")
    return tuple(Place(tmp_path / name, DATABASE_URL=_database(address, name)) for name in ("here", "elsewhere"))


def _database(address: str, name: str) -> str:
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}")
        connection.execute(f"CREATE DATABASE {name}")
    return address.rpartition("/")[0] + f"/{name}"


def test_under_load_it_ends_in_a_verified_chain_elsewhere_and_nothing_is_overwritten(places, tmp_path):
    here, elsewhere = places
    here.migrate()
    writers = [here.writer(FOR_EVER) for _ in range(WRITERS)]
    assert all(writer.stdout.readline() for writer in writers)  # each has written its first event
    file = tmp_path / "first.tar"
    written = here.manage("backup", str(file))
    still_writing = [writer.poll() is None for writer in writers]
    for writer in writers:
        writer.kill()
        writer.communicate()
    assert all(still_writing)
    (least,) = re.findall(r"at least to event (\d+)", written)

    assert (file.stat().st_mode & 0o777, [*tmp_path.glob(".*")]) == (0o600, [])
    before = file.read_bytes()
    assert "exists, and is not overwritten" in here.refusal("backup", str(file))
    assert file.read_bytes() == before

    restored = elsewhere.manage("restore", str(file))
    (events,) = re.findall(r"The chain is intact: (\d+) events", restored)
    (in_the_end,) = re.findall(r"intact: (\d+) events", here.manage("verify_audit"))
    assert int(least) <= int(events) < int(in_the_end)
    assert "is not overwritten" in elsewhere.refusal("restore", str(file))
    assert elsewhere.manage("verify_audit").startswith(f"The chain is intact: {events} events")


@pytest.fixture(scope="module")
def sqlite_backup(tmp_path_factory) -> Path:
    """A backup, which no test changes."""
    tmp_path = tmp_path_factory.mktemp("backup")
    here = Place(tmp_path / "here")
    here.migrate()
    here.writer().communicate(timeout=120)
    here.manage("backup", str(tmp_path / "b.tar"))
    return tmp_path / "b.tar"


def test_another_key_and_another_database_are_named(sqlite_backup, tmp_path):
    other = Place(tmp_path / "other", AUDIT_KEY="other-" * 8)
    sentence = other.refusal("restore", str(sqlite_backup))
    assert "The chain is broken at event 1" in sentence
    assert "With other AUDIT_KEYS" in sentence
    elsewhere = Place(tmp_path / "third", DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert "is of a sqlite database" in elsewhere.refusal("restore", str(sqlite_backup))


@pytest.mark.parametrize("content", [b"", b"not a tar", None])
def test_what_is_not_a_backup_is_named(content, tmp_path):
    file = tmp_path / "b.tar"
    if content is not None:
        file.write_bytes(content)
    sentence = Place(tmp_path / "there").refusal("restore", str(file))
    assert sentence.endswith(("is not a backup of Plumbline (ReadError).", f"There is no file {file}."))
    assert not (tmp_path / "there" / "db.sqlite3").exists()


def test_a_damaged_backup_and_one_that_was_cut_are_refused(sqlite_backup, tmp_path):
    """One byte of its database changed; its last event, with the row of the head, taken out and packed anew."""
    damaged = tmp_path / "damaged.tar"
    content = bytearray(sqlite_backup.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    assert "is damaged" in Place(tmp_path / "a").refusal("restore", str(damaged))

    with tarfile.open(sqlite_backup) as backup:
        backup.extractall(tmp_path / "open", filter="data")
    database, manifest = tmp_path / "open" / "database", tmp_path / "open" / "manifest.json"
    with sqlite3.connect(database) as opened:
        for trigger in [row[0] for row in opened.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
            opened.execute(f'DROP TRIGGER "{trigger}"')
        opened.execute("DELETE FROM audit_auditevent WHERE sequence = (SELECT max(sequence) FROM audit_auditevent)")
        opened.execute(
            "UPDATE audit_audithead SET (sequence, hash) ="
            " (SELECT sequence, hash FROM audit_auditevent ORDER BY sequence DESC LIMIT 1)"
        )
    from platform_site.roof.backup import _digest

    values = json.loads(manifest.read_text()) | {"digest": _digest(database)}
    manifest.write_text(json.dumps(values))
    with tarfile.open(tmp_path / "cut.tar", "w") as cut:
        for path in (manifest, database):
            cut.add(path, path.name)
    sentence = Place(tmp_path / "c").refusal("restore", str(tmp_path / "cut.tar"))
    assert f"a noted head proves that event {EVENTS} existed" in sentence


def test_without_pg_dump_the_sentence_says_what_to_install(tmp_path, monkeypatch):
    from platform_site.roof import backup

    monkeypatch.setattr(backup.shutil, "which", lambda program: None)
    with pytest.raises(backup.CannotBackUp, match=r"pg_dump is not on this machine\. Install PostgreSQL's client"):
        backup._run_client("pg_dump", [], backup.CannotBackUp)
