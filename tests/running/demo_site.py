"""The demo as it stands once all of its checks have run: loaded once by `manage.py up`, then copied."""

from __future__ import annotations

import shutil
import signal
import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path

from tests.running.installation import Up, started, wait
from tests.running.migrated import NAME, in_one_file, made_once

PASSWORD = "a plumb line hangs true"
UNDER_WAY = "SELECT count(*) FILTER (WHERE state = 'finished'), count(*) FROM registry_checkrun"
OF_ONE_START = ("*-shm", "*-wal", "broker", "celerybeat-schedule*", "logs", "up.lock")


def demo(state_dir: Path, **fields: str) -> AbstractContextManager[Up]:
    """An installation with the demo; everybody's password is `PASSWORD`."""
    shutil.copytree(made_once("demo", _load), state_dir, ignore=shutil.ignore_patterns(*OF_ONE_START))
    return started(state_dir, **{"DEMO_PASSWORD": PASSWORD} | fields)


def _load(state_dir: Path) -> None:
    with started(state_dir, DEMO_PASSWORD=PASSWORD) as up:
        up.port(patience_s=600)  # half a minute of processor time, beside whatever other lanes do
        assert wait(lambda: checks_are_over(up), seconds=300), up.output()
        up.end(signal.SIGTERM)
    in_one_file(state_dir / NAME)


def checks_are_over(up: Up) -> bool:
    """Whether every run that the demo asked for has ended."""
    with sqlite3.connect(f"file:{up.state_dir / NAME}?mode=ro", uri=True, timeout=20) as database:
        ended, result = database.execute(UNDER_WAY).fetchone()
    return ended == result > 1
