"""The operator in Airflow itself: `dags test` with a closed gate, and a task that is deferred until an approval."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from platform_site.access import Actor, Role
from registry.versions.actions.overrides import approve_override, request_override
from tests.neighbours.environments import RUN_S, environment, finished, package_from, run
from tests.registry.conftest import FIXED, register
from tests.running.installation import wait

pytestmark = [pytest.mark.slow, pytest.mark.neighbours, pytest.mark.django_db]
ANN = Actor("ann", frozenset({Role.APPROVER}))
SHIPPED = "shipped.txt"
DAG = """
from pathlib import Path
from airflow.sdk import DAG, task
from plumbline.pipelines.airflow import PlumblineGateOperator

with DAG("release", schedule=None):
    gate = PlumblineGateOperator(task_id="gate", model="demand", version="v1", conn_id="plumbline", wait_s=120, poll_s=0.5)

    @task
    def ship():
        Path("{shipped}").write_text("shipped")

    gate >> ship()
"""


class Airflow:
    """Airflow in a folder of its own, with a DAG and variables of the environment."""

    def __init__(self, folder: Path, programs: Path, name: str, dag: str, **variables: str) -> None:
        self.folder, self.programs, self.name = folder, programs, name
        self.log = folder / "log.txt"
        self.log.touch()
        self.variables = {
            "AIRFLOW_HOME": str(folder),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
            "PATH": f"{programs}:/usr/bin:/bin",
        } | variables
        (folder / "dags").mkdir()
        (folder / "dags" / f"{name}.py").write_text(dag)

    def prepared(self) -> Airflow:
        run([self.programs / "airflow", "db", "migrate"], self.folder, **self.variables)
        run([self.programs / "airflow", "dags", "reserialize"], self.folder, **self.variables)
        return self

    def tested(self) -> subprocess.CompletedProcess[str]:
        """`dags test`, which writes to a file, so that it can be read meanwhile."""
        command = f"{self.programs}/airflow dags test {self.name} > {self.log} 2>&1"
        return finished(["bash", "-c", command], self.folder, **self.variables)

    def states(self) -> dict[str, str]:
        """How each task ended, as Airflow's own database has it."""
        with contextlib.closing(sqlite3.connect(self.folder / "airflow.db", timeout=30)) as database:
            return dict(database.execute("SELECT task_id, state FROM task_instance"))


@pytest.fixture
def airflow(plumbline, tmp_path) -> Airflow:
    programs = environment("airflow")
    host, token = plumbline["PLUMBLINE_SERVER"], plumbline["PLUMBLINE_TOKEN"]
    connection = f'{{"conn_type": "http", "host": "{host}", "password": "{token}"}}'
    package = package_from(host, programs, tmp_path)
    dag = DAG.replace("{shipped}", str(tmp_path / SHIPPED))
    own = {"AIRFLOW_CONN_PLUMBLINE": connection, "PYTHONPATH": str(package)}
    return Airflow(tmp_path, programs, "release", dag, **own).prepared()


def test_a_closed_gate_fails_the_task_and_nothing_ships(in_production, cora, airflow):
    register(FIXED, cora)
    ended = airflow.tested()
    output = airflow.log.read_text()
    assert "BLOCKED, 1 conflict blocks: demand v1" in output
    assert ended.returncode != 0
    assert airflow.states() == {"gate": "failed", "ship": "upstream_failed"}
    assert not (airflow.folder / SHIPPED).exists()


def test_a_requested_approval_defers_the_task_and_lets_it_go_on(in_production, cora, airflow, plumbline):
    register(FIXED, cora)
    override = request_override(
        in_production, reason="Retraining is due.", expires_at=timezone.now() + timedelta(days=1), actor=cora
    )
    ends: list[subprocess.CompletedProcess[str]] = []
    tested = threading.Thread(target=lambda: ends.append(airflow.tested()))
    tested.start()
    wait(lambda: "DEFERRED" in airflow.log.read_text() or not tested.is_alive(), seconds=RUN_S)
    assert "DEFERRED" in airflow.log.read_text(), airflow.log.read_text()
    approve_override(override, actor=ANN)
    tested.join()
    output = airflow.log.read_text()
    assert [ended.returncode for ended in ends] == [0], output
    assert airflow.states() == {"gate": "success", "ship": "success"}, output
    assert (airflow.folder / SHIPPED).exists()
    assert plumbline["PLUMBLINE_TOKEN"] not in output
