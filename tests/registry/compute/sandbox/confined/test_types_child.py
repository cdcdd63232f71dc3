"""The process that finds out types; test_engine_answers asks it as the product does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from registry.compute.sandbox.confined import types_child
from registry.compute.sandbox.value_types.engine_answers import LIMITS


def _run(folder: Path, **spec: object) -> list[dict[str, str]]:
    content = {"limits": LIMITS.as_dict(), "parent": os.getpid(), "tables": [], "statements": []} | spec
    command = [sys.executable, "-I", "-B", types_child.__file__]
    ran = subprocess.run(command, input=json.dumps(content), cwd=folder, capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


def test_its_folder_is_gone_and_nothing_is_left(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    assert _run(folder, tables=[[["x", "BIGINT"]]], statements=[[0, "x"]]) == [{"type": "BIGINT"}]
    assert not folder.exists()


def test_a_fault_among_many_is_found_alone(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    statements = [[0, "x + 1"]] * types_child.AT_ONCE + [[0, "LOWER(x)"], [1, "s"]]
    answered = _run(folder, tables=[[["x", "BIGINT"]], [["s", "VARCHAR"]]], statements=statements)
    assert answered[:-2] == [{"type": "BIGINT"}] * types_child.AT_ONCE
    assert (answered[-2]["error"], answered[-1]) == ("BinderException", {"type": "VARCHAR"})
