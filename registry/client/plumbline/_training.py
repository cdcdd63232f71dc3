"""Report a training run, so that adoption counts it: when it began and ended, and whether it succeeded."""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any
from urllib.parse import urlencode

from ._server import PlumblineError, Server

# What started the run, by the variables that orchestrators and CI systems set.
ORCHESTRATORS = {
    "AIRFLOW_CTX_DAG_ID": "airflow", "PREFECT__FLOW_RUN_ID": "prefect", "DAGSTER_RUN_JOB_NAME": "dagster",
    "KFP_RUN_ID": "kubeflow", "ARGO_CONTAINER_NAME": "argo", "GITHUB_ACTIONS": "github", "GITLAB_CI": "gitlab",
}  # fmt: skip


@contextlib.contextmanager
def training_run(
    model: str,
    *,
    team: str,
    orchestrator: str | None = None,
    external_id: str = "",
    organization: str = "",
    server: Server | None = None,
) -> Iterator[None]:
    """Run a training inside of `with plumbline.training_run("demand", team="forecasting"):`.

    It succeeded unless it ends by an exception, which goes on. A server that cannot be reached costs a warning and never
    the training. A run with an ``external_id`` that is reported again is corrected and not counted twice.
    """
    server = server or Server()
    started_at, succeeded = datetime.now(timezone.utc), False
    try:
        yield
        succeeded = True
    finally:
        run = {
            "team": team,
            "model": model,
            "started_at": started_at.isoformat(),
            "ended_at": datetime.now(timezone.utc).isoformat(),
            "succeeded": succeeded,
            "orchestrator": _orchestrator() if orchestrator is None else orchestrator,
            "external_id": external_id,
        }
        _report(server, run, organization)


def _report(server: Server, run: dict[str, Any], organization: str) -> None:
    query = "?" + urlencode({"organization": organization}) if organization else ""
    try:
        server.post("training-runs/" + query, run)
    except PlumblineError as error:
        warnings.warn(f"The training run of {run['model']} was not reported. {error}", stacklevel=4)


def _orchestrator() -> str:
    return next((name for variable, name in ORCHESTRATORS.items() if os.environ.get(variable)), "")
