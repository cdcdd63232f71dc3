"""The component of GitLab: its script in a shell, with inputs as GitLab would put them in."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from registry.client.plumbline import _command
from tests.running.installation import PROJECT

SPEC, JOBS = yaml.safe_load_all((PROJECT / "templates/gate/template.yml").read_text())
INPUTS = SPEC["spec"]["inputs"]
(JOB,) = JOBS.values()
INPUT = re.compile(r"\$\[\[ inputs\.([\w-]+) \]\]")


def test_its_inputs_are_the_arguments_of_the_gate():
    arguments = {action.dest.replace("_", "-") for action in _command.arguments()._actions} - {"help", "format"}
    assert set(INPUTS) - {"sha256", "stage", "image", "job-name"} == arguments


def test_no_input_is_text_of_the_script():
    assert not INPUT.search("\n".join(JOB["script"]))
    used = INPUT.findall(yaml.safe_dump([JOBS, JOB["variables"]]))
    assert set(used) == set(INPUTS)


CASES = [
    ({"model": "demand", "version": "v1"}, 0),
    ({"model": "demand", "version": "$(touch run)"}, 2),
    ({"model": "demand", "version": "--help"}, 2),
    ({"model": "demand", "version": "v1", "sha256": "0" * 64}, 4),
]


@pytest.mark.parametrize(("inputs", "expected"), CASES)
def test_it_does_what_the_gate_does(in_production, server, tmp_path, inputs, expected):
    values = {name: str(described.get("default", "")) for name, described in INPUTS.items()}
    values |= {"server": server.address} | inputs
    variables = {name: INPUT.sub(lambda match: values[match[1]], text) for name, text in JOB["variables"].items()}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    ended = subprocess.run(
        ["sh", "-e", "-c", "\n".join(JOB["script"])],
        env=variables | {"PATH": path, "PLUMBLINE_TOKEN": server.token},
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == expected, ended.stderr
    assert not (tmp_path / "run").exists()
    if expected == 0:
        assert ElementTree.parse(tmp_path / "plumbline-gate.xml").getroot()[0].get("failures") == "0"
