"""The check of an asset in Dagster itself: red where the gate is closed, and what is downstream is not materialized."""

from __future__ import annotations

import pytest

from tests.neighbours.environments import environment, finished, package_from
from tests.registry.conftest import FIXED, register

pytestmark = [pytest.mark.slow, pytest.mark.neighbours, pytest.mark.django_db]
DEFINITIONS = """
from pathlib import Path
from dagster import Definitions, asset
from plumbline.pipelines.dagster import gate_check

@asset
def demand_model():
    return 1

@asset
def shipped(demand_model):
    Path("shipped.txt").write_text("shipped")

defs = Definitions(assets=[demand_model, shipped], asset_checks=[gate_check(demand_model, "demand", lambda context: "v1")])
"""


@pytest.fixture
def materialized(plumbline, tmp_path):
    """Materializes both assets: the exit code, the output, and whether the second one was made."""
    programs = environment("dagster")
    package = package_from(plumbline["PLUMBLINE_SERVER"], programs, tmp_path)
    (tmp_path / "release.py").write_text(DEFINITIONS)
    variables = plumbline | {
        "PYTHONPATH": str(package),
        "DAGSTER_HOME": str(tmp_path),
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }

    def materialize() -> tuple[int, str, bool]:
        words = [programs / "dagster", "asset", "materialize", "--select", "*", "-f", "release.py"]
        ended = finished(words, tmp_path, **variables)
        return ended.returncode, ended.stdout + ended.stderr, (tmp_path / "shipped.txt").exists()

    return materialize


def test_an_open_gate_is_a_green_check(in_production, materialized):
    code, output, shipped = materialized()
    assert (code, shipped) == (0, True), output
    assert "plumbline_gate" in output


def test_a_closed_gate_is_a_red_check_and_nothing_ships(in_production, cora, materialized, plumbline):
    register(FIXED, cora)
    code, output, shipped = materialized()
    assert (code != 0, shipped) == (True, False), output
    assert plumbline["PLUMBLINE_TOKEN"] not in output
