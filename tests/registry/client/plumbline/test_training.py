"""Training runs from a script, against a server that really runs."""

from __future__ import annotations

import pytest

from assessments.models import TrainingRun
from registry.client import plumbline


@pytest.fixture(autouse=True)
def by_hand(monkeypatch):
    from registry.client.plumbline._training import ORCHESTRATORS

    for variable in ORCHESTRATORS:
        monkeypatch.delenv(variable, raising=False)


def test_a_run_that_ends_has_succeeded(teams, server, monkeypatch):
    monkeypatch.setenv("AIRFLOW_CTX_DAG_ID", "demand")
    with plumbline.training_run("demand", team="forecasting", server=server):
        pass
    run = TrainingRun.objects.get()
    assert (run.team, run.model, run.succeeded, run.orchestrator) == ("forecasting", "demand", True, "airflow")
    assert run.started_at <= run.ended_at


def test_an_exception_is_a_failure_and_goes_on(teams, server):
    with pytest.raises(RuntimeError), plumbline.training_run("demand", team="forecasting", server=server):
        raise RuntimeError("diverged")
    assert TrainingRun.objects.get().succeeded is False


def test_a_run_with_an_id_is_corrected(teams, server):
    for _ in range(2):
        with plumbline.training_run("demand", team="forecasting", external_id="demand-1", server=server):
            pass
    assert TrainingRun.objects.count() == 1


def test_a_server_that_refuses_costs_no_training(teams, server):
    done = []
    with (
        pytest.warns(UserWarning, match="The training run of demand was not reported"),
        plumbline.training_run("demand", team="", server=server),
    ):
        done.append(1)
    assert done
