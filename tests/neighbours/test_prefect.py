"""The task in Prefect itself: a closed gate fails the flow, and what waits for it does not run."""

from __future__ import annotations

import pytest

from tests.neighbours.environments import environment, finished, package_from
from tests.registry.conftest import FIXED, register

pytestmark = [pytest.mark.slow, pytest.mark.neighbours, pytest.mark.django_db]
FLOW = """
from pathlib import Path
from prefect import flow, task
from plumbline.pipelines.prefect import plumbline_gate

@task
def ship():
    Path("shipped.txt").write_text("shipped")

@flow
def release():
    decision = plumbline_gate.submit("demand", "v1")
    ship.submit(wait_for=[decision]).result()

release()
"""


@pytest.fixture
def released(plumbline, tmp_path):
    """Runs the flow: its exit code, its output, and whether it shipped."""
    programs = environment("prefect")
    package = package_from(plumbline["PLUMBLINE_SERVER"], programs, tmp_path)
    (tmp_path / "release.py").write_text(FLOW)
    variables = plumbline | {"PYTHONPATH": str(package), "PREFECT_HOME": str(tmp_path / "home")}
    variables |= {"PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120"}

    def release() -> tuple[int, str, bool]:
        ended = finished([programs / "python", "release.py"], tmp_path, **variables)
        return ended.returncode, ended.stdout + ended.stderr, (tmp_path / "shipped.txt").exists()

    return release


def test_an_open_gate_lets_the_flow_go_on(in_production, released):
    code, output, shipped = released()
    assert (code, shipped) == (0, True), output


def test_a_closed_gate_fails_the_flow_and_nothing_ships(in_production, cora, released, plumbline):
    register(FIXED, cora)
    code, output, shipped = released()
    assert (code, shipped) == (1, False), output
    assert "BLOCKED, 1 conflict blocks: demand v1" in output
    assert plumbline["PLUMBLINE_TOKEN"] not in output
