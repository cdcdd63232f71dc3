"""A full disk stops writes alone: reads answer, a write says 503, and `/readyz` names the disk. A real disk, really full."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.running.installation import PROJECT, READY, variables, wait

pytestmark = [pytest.mark.slow, pytest.mark.worker]
SIZE_MIB = 300
START = "mount -t tmpfs -o size={size}m,mode=700 none {state} && exec {python} manage.py up --no-demo"
ACCOUNTS = """
from platform_site.access import SYSTEM, Role
from platform_site.people.actions import create_user, make_token
user = create_user(username="cora", password="a plumb line hangs true", roles=[Role.LEAD], teams=[], actor=SYSTEM)
print(make_token(user, scopes=("read", "write"), actor=SYSTEM))
"""


class Small(NamedTuple):
    """An installation on a small disk of its own, which only its processes see."""

    process: int
    port: int
    token: str
    state: Path  # as it is reached from here

    def call(self, path: str, body: object = None) -> tuple[int, dict]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=data, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Iterator[Small]:
    folder = tmp_path_factory.mktemp("disk")
    (state := folder / "state").mkdir()
    own = ["unshare", "--mount"]
    if (
        not shutil.which("unshare")
        or subprocess.run([*own, "mount", "-t", "tmpfs", "none", str(state)], check=False).returncode
    ):
        pytest.skip("A full disk was NOT tested: only root mounts one. sudo python3 manage.py test …")
    log = folder / "up.log"
    script = START.format(size=SIZE_MIB, state=state, python=sys.executable)
    with log.open("w") as out:
        started = subprocess.Popen(
            [*own, "sh", "-c", script], cwd=PROJECT, env=variables(state), stdout=out, stderr=subprocess.STDOUT
        )
    try:
        assert wait(lambda: READY.search(log.read_text()) or started.poll() is not None, seconds=240)
        ready = READY.search(log.read_text())
        assert ready, log.read_text()
        shell = [
            "nsenter",
            "--target",
            str(started.pid),
            "--mount",
            sys.executable,
            str(PROJECT / "manage.py"),
            "shell",
            "-v",
            "0",
            "-c",
            ACCOUNTS,
        ]
        printed = subprocess.run(shell, cwd=PROJECT, env=variables(state), capture_output=True, text=True, check=True)
        token = re.search(r"plb_\S+", printed.stdout)[0]
        yield Small(started.pid, int(ready[1]), token, Path(f"/proc/{started.pid}/root{state}"))
    finally:
        started.terminate()
        started.wait(timeout=60)


def fill(folder: Path) -> None:
    with (folder / "filler").open("wb") as filler, contextlib.suppress(OSError):
        while True:
            os.write(filler.fileno(), b"\0" * 65_536)


def test_reads_answer_writes_say_503_and_readyz_names_the_disk(small):
    team = {"slug": "eta", "name": "Arrival times"}
    assert small.call("/api/v1/features/")[0] == 200
    assert small.call("/readyz")[0] == 200
    fill(small.state)
    assert small.call("/api/v1/features/")[0] == 200
    status, parts = small.call("/readyz")
    assert (status, parts["parts"]["disk"].startswith("full: ")) == (503, True), parts
    assert parts["parts"]["database"] == "ready"
    statuses = {
        small.call("/api/v1/teams/", team | {"slug": f"eta-{number}", "name": f"Team {number} {'x' * 80}"})[0]
        for number in range(60)
    }
    assert 503 in statuses
    assert statuses <= {201, 503}, "a write that finds room in a page that is there already may still succeed"
    (small.state / "filler").unlink()
    assert wait(lambda: small.call("/readyz")[0] == 200, seconds=90)
    assert small.call("/api/v1/teams/", team)[0] == 201
