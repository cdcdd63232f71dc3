"""A gate in a flow of Prefect 3: a closed gate fails the task, and what depends on it does not run.

    from plumbline.pipelines.prefect import plumbline_gate

    @flow
    def release(version: str):
        decision = plumbline_gate("demand", version, wait=3600)
        deploy(version, wait_for=[decision])

The server and the token come from PLUMBLINE_SERVER and PLUMBLINE_TOKEN, or the token from a Secret block that is named: an
argument would be stored with the run.
"""

from __future__ import annotations

from typing import Any

from prefect import task
from prefect.artifacts import create_markdown_artifact
from prefect.blocks.system import Secret

from .._decisions import Blocked, gate
from .._report import markdown
from .._server import Server


@task(name="Plumbline gate")
def plumbline_gate(
    model: str, version: str, wait: float = 0.0, address: str = "", token_block: str = ""
) -> dict[str, Any]:
    """Ask the deployment gate; the report is kept as an artifact of the run. Raises Blocked, or Waiting."""
    server = Server(address or None, str(Secret.load(token_block).get()) if token_block else None)
    try:
        report = gate(model, version, wait=wait, server=server)
    except Blocked as blocked:
        create_markdown_artifact(markdown(blocked.answer), description=f"Gate of {model} {version}")
        raise
    create_markdown_artifact(markdown(report), description=f"Gate of {model} {version}")
    return report
