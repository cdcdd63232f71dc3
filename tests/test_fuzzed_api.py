"""The running API before a client that reads its schema and sends what nobody would."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.demo_site import demo
from tests.installation import PROJECT, variables

pytestmark = [pytest.mark.slow, pytest.mark.worker]
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
SCOPES = [word for scope in ("read", "write", "approve", "admin") for word in ("--scope", scope)]


def test_nothing_crashes_and_no_answer_is_undescribed(tmp_path):
    with demo(tmp_path / "var") as up:
        address = f"http://127.0.0.1:{up.port()}/api/v1/schema/"
        command = [sys.executable, "manage.py", "token", "admin", *SCOPES]
        made = subprocess.run(
            command, cwd=PROJECT, env=variables(up.state_dir), capture_output=True, text=True, check=True, timeout=60
        )
        client = [
            str(Path(sys.executable).with_name("st")), "run", address, "--checks", CHECKS, "--no-color",
            "--header", f"Authorization: Bearer {made.stdout.strip()}",
            "--phases", "examples,coverage,fuzzing", "--max-examples", "10", "--generation-deterministic",
        ]  # fmt: skip
        ended = subprocess.run(client, cwd=tmp_path, capture_output=True, text=True, timeout=400, check=False)
        assert ended.returncode == 0, ended.stdout[-20_000:]
        assert "Internal Server Error" not in up.said()
