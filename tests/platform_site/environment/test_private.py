"""The folder of an installation is for its owner alone, and so is what lies in it."""

from __future__ import annotations

import stat

from platform_site.environment.private import keep_private


def mode(path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_the_database_and_the_keys_are_for_nobody_else(tmp_path):
    state, names = tmp_path / "var", ("db.sqlite3", "db.sqlite3-wal", "secrets.json", "audit-heads.jsonl")
    state.mkdir()
    state.chmod(0o755)
    for name in (*names, "notes.txt"):
        (state / name).touch(mode=0o644)
        (state / name).chmod(0o644)
    keep_private(state)
    assert mode(state) == 0o700
    assert {mode(state / name) for name in names} == {0o600}
    assert mode(state / "notes.txt") == 0o644, "a folder that nobody enters hides it"


def test_a_link_leads_to_no_others_file_and_a_missing_folder_is_none(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.touch()
    elsewhere.chmod(0o644)
    state = tmp_path / "var"
    keep_private(state)
    state.mkdir()
    (state / "db.sqlite3").symlink_to(elsewhere)
    keep_private(state)
    assert mode(elsewhere) == 0o644
