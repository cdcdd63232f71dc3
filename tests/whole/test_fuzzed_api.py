"""The running API before a client that reads its schema and sends what nobody would, and holds it to every check.

FUZZ_EXAMPLES says how many bodies each operation is sent beside those that cover its schema; docs/security.md has the
figures of a long run. NUL characters are a run of their own: JSON's schema allows them in any text, the API in none.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.running.demo_site import demo
from tests.running.installation import PROJECT, Up, variables

pytestmark = [pytest.mark.slow, pytest.mark.worker]
EXAMPLES = os.environ.get("FUZZ_EXAMPLES", "1")
FEWEST_CALLS = {"1": 150}
PHASES = "examples,fuzzing" if EXAMPLES == "1" else "examples,coverage,fuzzing"
SCOPES = [word for scope in ("read", "write", "approve", "admin") for word in ("--scope", scope)]
WITH_NUL = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
RUNS = {
    "everything but NUL": ("false", "all", PHASES),
    "NUL, which no answer may break over": ("true", WITH_NUL, "fuzzing"),
}


@pytest.fixture(scope="module")
def up(tmp_path_factory) -> Iterator[Up]:
    with demo(tmp_path_factory.mktemp("fuzzed") / "var") as running:
        running.port()
        yield running


def configuration(folder: Path, nul: str) -> Path:
    path = folder / "schemathesis.toml"
    path.write_text(f"[generation]\nallow-x00 = {nul}\n\n{(Path(__file__).parent / 'schemathesis.toml').read_text()}")
    return path


@pytest.mark.parametrize("run", RUNS)
def test_nothing_crashes_and_no_answer_is_undescribed(run, up, tmp_path):
    nul, checks, phases = RUNS[run]
    command = [sys.executable, "manage.py", "token", "admin", *SCOPES]
    result = variables(up.state_dir)
    made = subprocess.run(command, cwd=PROJECT, env=result, capture_output=True, text=True, timeout=60)
    assert made.returncode == 0, made.stderr
    client = [
        str(Path(sys.executable).with_name("st")), "--config-file", str(configuration(tmp_path, nul)),
        "run", f"http://127.0.0.1:{up.port()}/api/v1/schema/", "--checks", checks, "--no-color",
        "--header", f"Authorization: Bearer {made.stdout.strip()}",
        "--phases", phases, "--max-examples", EXAMPLES, "--generation-deterministic",
    ]  # fmt: skip
    ended = subprocess.run(client, cwd=tmp_path, capture_output=True, text=True, timeout=3_600, check=False)
    print(ended.stdout[-700:])  # noqa: T201 - the figures, with `pytest -s`
    assert ended.returncode == 0, ended.stdout[-20_000:]
    assert "Internal Server Error" not in up.output()
    calls = int(re.search(r"(\d+) generated", ended.stdout)[1])
    assert calls >= (FEWEST_CALLS.get(EXAMPLES, 5_000) if nul == "false" else 100)
