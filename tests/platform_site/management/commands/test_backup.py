"""`manage.py backup`: what it says is in the file, and what is not. The rest is in tests/platform_site/roof/test_backup.py."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from platform_site.audit.chain import Head
from platform_site.management.commands import backup
from platform_site.roof.backup import FORMAT, CannotBackUp, Manifest

MADE = Manifest(FORMAT, "sqlite", "2026-11-30T20:00:00+00:00", Head(7, "ab"), 90, "sha256:0", 3_743_744)


def test_it_names_what_is_not_in_the_file(monkeypatch, settings, tmp_path, capsys):
    settings.STATE_DIR = tmp_path
    monkeypatch.setattr(backup, "back_up", lambda file: MADE)
    call_command("backup", str(tmp_path / "b.tar"))
    first, second = capsys.readouterr().out.splitlines()
    assert first == f"{tmp_path}/b.tar: sqlite, 3.7 MB, at least to event 7."
    assert second.startswith("Not in it: SECRET_KEY and AUDIT_KEYS, without which it cannot be used; the files")
    (tmp_path / "secrets.json").touch()
    call_command("backup", str(tmp_path / "b.tar"))
    assert f"cannot be used (here in {tmp_path}/secrets.json); the files" in capsys.readouterr().out


def test_a_refusal_is_a_sentence(monkeypatch, tmp_path):
    def refuse(file):
        raise CannotBackUp("It exists.")

    monkeypatch.setattr(backup, "back_up", refuse)
    with pytest.raises(CommandError, match=r"^It exists\.$"):
        call_command("backup", str(tmp_path / "b.tar"))
