"""Back up an installation's database into one file, and restore it where there is none.

The file is a tar: `manifest.json` says what is in it and which event of the audit log it must end with, `database` is a copy
of the SQLite file or PostgreSQL's own dump, `audit-heads.jsonl` the heads noted until then. Keys are not in it. Both commands
write beside their target first and link it into place whole, so that nothing is ever overwritten.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from platform_site.audit import queries
from platform_site.audit.chain import Head

FORMAT = 1
MANIFEST, DATABASE, HEADS = "manifest.json", "database", "audit-heads.jsonl"
CHUNK = 2**20
CLIENT = "Install PostgreSQL's client programs of the server's version or a newer one (Debian: postgresql-client)."


class CannotBackUp(Exception):
    """Nothing was written; the message says why and what to do."""


class CannotRestore(Exception):
    """Nothing was changed; the message says why and what to do."""


class Manifest(NamedTuple):
    """What a backup holds. ``head``: an event that its audit log has at least."""

    format: int
    vendor: str
    made_at: str
    head: Head
    migrations: int
    digest: str
    bytes: int


def back_up(target: Path) -> Manifest:
    """Write a backup of the running installation; raise `CannotBackUp` where the file exists."""
    if os.path.lexists(target):
        raise CannotBackUp(f"{target} exists, and is not overwritten. Name another file.")
    if not target.parent.is_dir():
        raise CannotBackUp(f"{target.parent} is not a folder.")
    head = queries.head() or Head(0, "")
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
        copy = Path(folder, DATABASE)
        if connection.vendor == "sqlite":
            _copy_sqlite(Path(settings.DATABASES["default"]["NAME"]), copy)
        else:
            _dump_postgresql(copy)
        applied = MigrationRecorder.Migration.objects.count()
        made_at = timezone.now().isoformat(timespec="seconds")
        manifest = Manifest(FORMAT, connection.vendor, made_at, head, applied, _digest(copy), copy.stat().st_size)
        draft = Path(folder, "backup.tar")
        _pack(draft, manifest, copy)
        _link(draft, target)
    return manifest


def read_manifest(file: Path) -> Manifest:
    """What a backup says of itself; raise `CannotRestore` where it is not one."""
    try:
        with tarfile.open(file) as backup:
            member = backup.extractfile(MANIFEST)
            values: dict[str, Any] = json.load(member) if member else {}
        return Manifest(**values | {"head": Head(**values["head"])})
    except FileNotFoundError:
        raise CannotRestore(f"There is no file {file}.") from None
    except (OSError, tarfile.TarError, KeyError, TypeError, ValueError) as error:
        raise CannotRestore(f"{file} is not a backup of Plumbline ({type(error).__name__}).") from error


def restore(file: Path) -> Manifest:
    """Bring the database of a backup to where DATABASE_URL says; raise `CannotRestore` where there is one already."""
    manifest = read_manifest(file)
    if manifest.format != FORMAT:
        raise CannotRestore(
            f"{file} has format {manifest.format}, and this release reads format {FORMAT}. Use its own release."
        )
    if manifest.vendor != connection.vendor:
        raise CannotRestore(
            f"{file} is of a {manifest.vendor} database, and DATABASE_URL names one of {connection.vendor}. Set DATABASE_URL to "
            f"an empty {manifest.vendor} database."
        )
    with _unpacked(file, manifest) as copy:
        if connection.vendor == "sqlite":
            _place_sqlite(copy, Path(settings.DATABASES["default"]["NAME"]))
        else:
            _load_postgresql(copy)
    connection.close()
    _place_heads(file)
    return manifest


def noted_heads(manifest: Manifest) -> list[Head]:
    """The heads that a restored log must contain."""
    return [manifest.head] if manifest.head.sequence else []


def _copy_sqlite(database: Path, copy: Path) -> None:
    """A consistent copy while others write: the whole of it is read in one transaction."""
    copy.touch(mode=0o600)
    running = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=60)
    with (
        contextlib.closing(running) as source,
        contextlib.closing(sqlite3.connect(copy, isolation_level=None)) as target,
    ):
        source.backup(target, pages=-1)
        target.execute("PRAGMA journal_mode=DELETE")
    _check_sqlite(copy, CannotBackUp)


def _check_sqlite(path: Path, refusal: type[Exception]) -> None:
    with contextlib.closing(sqlite3.connect(path)) as copied:
        try:
            (answer,) = copied.execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            answer = str(error)
    if answer != "ok":
        raise refusal(f"The copy of the database is damaged: {answer}.")


def _dump_postgresql(copy: Path) -> None:
    words = ["--format=custom", "--no-owner", "--no-privileges", f"--file={copy}"]
    copy.touch(mode=0o600)
    _run_client("pg_dump", words, CannotBackUp)


def _load_postgresql(copy: Path) -> None:
    if connection.introspection.table_names():
        raise CannotRestore("The database of DATABASE_URL has tables, and is not overwritten. Name an empty one.")
    options = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    name = settings.DATABASES["default"]["NAME"]
    _run_client("pg_restore", [*options, f"--dbname={name}", str(copy)], CannotRestore)


def _run_client(program: str, words: list[str], refusal: type[Exception]) -> None:
    if not shutil.which(program):
        raise refusal(f"{program} is not on this machine. {CLIENT}")
    database: dict[str, Any] = {**settings.DATABASES["default"]}
    where = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    # In the environment, where other users do not read the password as they do on a command line.
    own = {name: str(database[key]) for name, key in where.items() if database.get(key)}
    ended = subprocess.run([program, *words], env=os.environ | own, capture_output=True, text=True, check=False)  # noqa: S603
    if ended.returncode:
        reason = (ended.stderr.strip().splitlines() or ["no reason"])[-1]
        raise refusal(f"{program} failed: {reason}. {CLIENT if 'version' in reason else ''}".strip())


def _pack(draft: Path, manifest: Manifest, copy: Path) -> None:
    text = json.dumps(manifest._asdict() | {"head": manifest.head._asdict()}, indent=2).encode()
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        with tarfile.open(fileobj=out, mode="w") as backup:
            member = tarfile.TarInfo(MANIFEST)
            member.size, member.mode = len(text), 0o600
            backup.addfile(member, io.BytesIO(text))
            backup.add(copy, DATABASE)
            if settings.AUDIT_HEADS_FILE.is_file():
                backup.add(settings.AUDIT_HEADS_FILE, HEADS)
        out.flush()
        os.fsync(out.fileno())


@contextlib.contextmanager
def _unpacked(file: Path, manifest: Manifest) -> Iterator[Path]:
    """The database of a backup as a file of its own, beside where it belongs; refused when it is not the one packed."""
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=_folder_beside()) as folder:
        copy = Path(folder, DATABASE)
        with tarfile.open(file) as backup, os.fdopen(os.open(copy, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as out:
            member = backup.extractfile(DATABASE)
            if member is None:
                raise CannotRestore(f"{file} holds no database.")
            shutil.copyfileobj(member, out, CHUNK)
        if _digest(copy) != manifest.digest:
            raise CannotRestore(f"{file} is damaged: its database is not the one that was packed.")
        yield copy


def _folder_beside() -> Path:
    if connection.vendor != "sqlite":
        return Path(tempfile.gettempdir())
    folder = Path(settings.DATABASES["default"]["NAME"]).parent
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _place_sqlite(copy: Path, database: Path) -> None:
    for path in (database, Path(f"{database}-wal")):
        if path.exists() and path.stat().st_size:
            raise CannotRestore(
                f"{path} exists, and is not overwritten. Stop Plumbline, move it away, and restore again."
            )
    database.unlink(missing_ok=True)  # the empty file that opening a database makes
    _check_sqlite(copy, CannotRestore)
    try:
        _link(copy, database)
    except CannotBackUp as error:
        raise CannotRestore(str(error)) from error


def _place_heads(file: Path) -> None:
    """The noted heads come back where none are noted: those of this machine may be newer."""
    target = settings.AUDIT_HEADS_FILE
    with tarfile.open(file) as backup:
        if HEADS not in backup.getnames() or target.exists():
            return
        member = backup.extractfile(HEADS)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if member:
            with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                shutil.copyfileobj(member, out)


def _link(draft: Path, target: Path) -> None:
    """Give a finished file its name, unless something has it by now."""
    try:
        os.link(draft, target)
    except FileExistsError:
        raise CannotBackUp(f"{target} exists, and is not overwritten. Name another file.") from None
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return f"sha256:{digest.hexdigest()}"
