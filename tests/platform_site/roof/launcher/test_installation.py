"""The folder, the disk and the database that `up` checks before anything else."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest

from platform_site.roof.launcher import installation


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
