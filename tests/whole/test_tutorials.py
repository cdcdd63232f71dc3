"""The tutorials are run as they stand: each block marked `run` in one shell, and its answer holds what the mark names."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import NamedTuple

import pytest

from platform_site.access import SYSTEM, Role
from platform_site.people.actions import create_team, create_user, make_token
from tests.running.installation import PROJECT

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MARKED = re.compile(r"^<!-- run(?:: (?P<holds>.+?))? -->\n\n(?P<block>(?:    .*\n|\n)+)", re.MULTILINE)
END = "=== end of a block ==="


class Block(NamedTuple):
    """Commands of a tutorial, and what their answer holds."""

    commands: str
    holds: str


def blocks(name: str) -> list[Block]:
    text = (PROJECT / "docs" / name).read_text()
    return [Block(textwrap.dedent(match["block"]), match["holds"] or "") for match in MARKED.finditer(text)]


@pytest.fixture
def shell(live_server, settings, tmp_path):
    """Run commands in a shell that knows the server, a token of a contributor of team `shop`, and the data root."""
    settings.DATA_ROOTS = [tmp_path / "data"]
    (tmp_path / "data").mkdir()
    create_team(slug="shop", name="Shop", actor=SYSTEM)
    user = create_user(username="kim", password="a long one, 1", roles=[Role.CONTRIBUTOR], teams=["shop"], actor=SYSTEM)
    known = {
        "PLUMBLINE_SERVER": live_server.url,
        "PLUMBLINE_TOKEN": make_token(user, scopes=("read", "write"), actor=SYSTEM),
        "DATA_ROOT": str(tmp_path / "data"),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }

    def run(commands: str) -> str:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=tmp_path, env=os.environ | known, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_in_ten_minutes_with_your_parquet_files(shell):
    steps = blocks("tutorial-parquet.md")
    assert len(steps) == 9
    script = "".join(f"{step.commands}\necho '{END}'\n" for step in steps)
    answers = shell(script).split(END)
    for step, answer in zip(steps, answers, strict=False):
        assert '"errors":[{' not in answer, answer
        assert step.holds in answer, answer
