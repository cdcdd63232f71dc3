"""An installation that a bench fills and throws away."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.bench.servers import PROJECT
from tests.running.migrated import install


def scratch_environment(folder: str) -> dict[str, str]:
    """The variables of an installation in that folder: SQLite, no broker, no limit on calls."""
    own = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "REDIS_URL", "AUDIT_HEADS_FILE")
    }
    return own | {"STATE_DIR": folder, "API_CALLS_PER_MINUTE": "1000000"}


def migrate(own: dict[str, str]) -> None:
    """Make the tables."""
    if "DATABASE_URL" in own:
        manage(own, "migrate", "-v", "0")
    else:
        install(Path(own["STATE_DIR"]))


def manage(own: dict[str, str], *words: str) -> str:
    """Run a command of that installation; what it printed."""
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=PROJECT, env=own, check=True, capture_output=True, text=True).stdout
