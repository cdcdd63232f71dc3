"""A release has one number, and what builds it is named by digest."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def test_the_newest_release_of_the_changelog_is_the_version():
    released = re.findall(
        r"^## (\d+\.\d+\.\d+) \(\d{4}-\d{2}-\d{2}\)$", (PROJECT / "CHANGELOG.md").read_text(), re.MULTILINE
    )
    version = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
    assert released[0] == version
    assert released == sorted(released, key=lambda number: [int(part) for part in number.split(".")], reverse=True)


def test_every_action_of_others_is_pinned_by_digest_with_its_version_beside():
    lines = [
        line.strip()
        for path in (PROJECT / ".github").rglob("*.yml")
        for line in path.read_text().splitlines()
        if re.search(r"\buses: (?!\./)", line)
    ]
    assert lines
    assert not [line for line in lines if not re.search(r"@[0-9a-f]{40}  # v\d+\.\d+\.\d+$", line)]
