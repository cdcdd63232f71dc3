"""A process whose keys do not fit the audit log does not start, and says what to do."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import DatabaseError, transaction

from platform_site.access import SYSTEM
from platform_site.audit import queries
from platform_site.audit.record import record
from platform_site.roof.start import REFUSED, require_audit_key
from tests.running.installation import PROJECT, variables
from tests.running.migrated import install

OTHER = "a key of which this audit log knows nothing"


@pytest.fixture
def stays_connected(monkeypatch):
    """Tests share their connection, which a start closes."""
    monkeypatch.setattr("platform_site.roof.start.connection.close", lambda: None)


@pytest.mark.django_db
def test_a_key_that_sealed_the_newest_event_starts_and_no_other(stays_connected, settings, capsys):
    require_audit_key()  # an empty log fits every key
    with transaction.atomic():
        record("pin.set", subject="model:eta", actor=SYSTEM)
    require_audit_key()
    settings.AUDIT_KEYS = [OTHER]
    with pytest.raises(SystemExit) as refusal:
        require_audit_key()
    assert refusal.value.code == REFUSED
    assert "none of these keys sealed event 1" in capsys.readouterr().err


def test_a_database_that_is_away_is_not_its_matter(stays_connected, monkeypatch):
    def away() -> None:
        raise DatabaseError

    monkeypatch.setattr(queries, "key_fault", away)
    require_audit_key()


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The folder of an installation whose log has begun."""
    folder = tmp_path_factory.mktemp("installed")
    install(folder)
    subprocess.run(
        [sys.executable, "manage.py", "people", "add", "ann", "--role", "administrator"], cwd=PROJECT, env=variables(folder),
        input="a long pass-phrase\n" * 2, text=True, capture_output=True, check=True,
    )  # fmt: skip
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    "program", [["gunicorn", "--config", "python:platform_site.roof.launcher.web", "--bind", "127.0.0.1:0", "--workers", "1"],
                ["celery", "-A", "platform_site", "worker"], ["celery", "-A", "platform_site", "beat", "--pidfile="]],
    ids=["web", "worker", "beat"],
)  # fmt: skip
def test_no_program_starts_with_another_key(program, installed):
    ended = subprocess.run(
        [sys.executable, "-m", *program], cwd=PROJECT, env=variables(installed, AUDIT_KEY=OTHER), text=True,
        capture_output=True, timeout=240, check=False,
    )  # fmt: skip
    assert ended.returncode == REFUSED, ended.stderr
    assert "none of these keys sealed event" in ended.stderr
