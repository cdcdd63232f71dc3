"""The demo as it stands once both of its checks have run."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path

from tests.running.installation import Up, started

PASSWORD = "a plumb line hangs true"
UNDER_WAY = "SELECT count(*) FILTER (WHERE state = 'finished'), count(*) FROM registry_checkrun"


def demo(state_dir: Path) -> AbstractContextManager[Up]:
    """An installation with the demo; everybody's password is `PASSWORD`."""
    return started(state_dir, DEMO_PASSWORD=PASSWORD)


def checks_are_over(up: Up) -> bool:
    """Whether every run that the demo asked for has ended."""
    with sqlite3.connect(f"file:{up.state_dir / 'db.sqlite3'}?mode=ro", uri=True, timeout=20) as database:
        ended, result = database.execute(UNDER_WAY).fetchone()
    return ended == result > 1
