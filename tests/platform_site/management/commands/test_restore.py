"""`manage.py restore`: it verifies what it restored. The rest is in tests/platform_site/roof/test_backup.py."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from platform_site.audit.chain import Head
from platform_site.management.commands import restore
from platform_site.roof.backup import CannotRestore
from tests.platform_site.management.commands.test_backup import MADE


def test_a_log_that_lacks_the_event_of_the_backup_is_broken(db, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(restore, "restore", lambda file: MADE._replace(head=Head(10**9, "ab")))
    with pytest.raises(SystemExit) as ended:
        call_command("restore", str(tmp_path / "b.tar"))
    assert ended.value.code == 1
    assert "a noted head proves that event 1000000000 existed" in capsys.readouterr().err


def test_an_intact_log_is_said_to_be(db, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(restore, "restore", lambda file: MADE._replace(head=Head(0, "")))
    call_command("restore", str(tmp_path / "b.tar"))
    assert "The chain is intact: 0 events" in capsys.readouterr().out


def test_a_refusal_is_a_sentence(monkeypatch, tmp_path):
    def refuse(file):
        raise CannotRestore("There is one.")

    monkeypatch.setattr(restore, "restore", refuse)
    with pytest.raises(CommandError, match=r"^There is one\.$"):
        call_command("restore", str(tmp_path / "b.tar"))
