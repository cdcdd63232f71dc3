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
from platform_site.outbound.addresses import networks
from platform_site.people.actions import create_team, create_user, make_token
from tests.bench import mlflow_peer
from tests.neighbours.environments import QUIET, environment
from tests.running.installation import PROJECT

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
neighbours = pytest.mark.neighbours
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
    }

    def run(commands: str, programs: Path = Path(sys.executable).parent, **variables: str) -> str:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=tmp_path, env=os.environ | known | QUIET | variables | {"PATH": f"{programs}:{os.environ['PATH']}"},
            capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def follow(tutorial: str, shell, *, expected: int, **surroundings) -> None:
    """Run every block of a tutorial in one shell; what each answers is no fault, and holds what its mark names."""
    steps = blocks(tutorial)
    assert len(steps) == expected
    script = "".join(f"{step.commands}\necho '{END}'\n" for step in steps)
    answers = shell(script, **surroundings).split(END)
    for step, answer in zip(steps, answers, strict=False):
        assert '"errors":[{' not in answer, answer
        assert step.holds in answer, answer


def test_in_ten_minutes_with_your_parquet_files(shell):
    follow("tutorial-parquet.md", shell, expected=9)


@neighbours
def test_in_ten_minutes_with_your_dbt_project(shell):
    follow("tutorial-dbt.md", shell, expected=8, programs=environment("dbt"))


@neighbours
def test_in_ten_minutes_with_your_mlflow(shell, settings, tmp_path):
    settings.OUTBOUND_ALLOW = networks(["127.0.0.1"])
    programs = environment("mlflow")
    (tmp_path / "mlflow").mkdir()
    with mlflow_peer.server(programs / "python", tmp_path / "mlflow", 0, "--workers", "1") as server:
        address = f"http://127.0.0.1:{server.port}"
        follow("tutorial-mlflow.md", shell, expected=8, programs=programs, MLFLOW_TRACKING_URI=address)
