"""The folder of an installation is its owner's: whoever reads the database or the keys is everybody.

Standard library alone, like `platform_site.environment`.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

FOR_OTHERS = 0o077
SECRET = ("*.sqlite3*", "secrets.json", "*.jsonl")


def keep_private(state_dir: Path) -> None:
    """Take the folder and the files with secrets in it from group and others, where this user owns them."""
    for path in (state_dir, *(each for pattern in SECRET for each in state_dir.glob(pattern))):
        try:
            facts = path.lstat()
            if facts.st_uid == os.geteuid() and not stat.S_ISLNK(facts.st_mode) and facts.st_mode & FOR_OTHERS:
                path.chmod(stat.S_IMODE(facts.st_mode) & ~FOR_OTHERS)
        except OSError:  # gone, or on a file system that has no such rights: `check` cannot mend that
            continue
