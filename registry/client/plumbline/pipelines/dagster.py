"""A gate as a check of a Dagster asset: a closed gate fails the check, and what is materialized after it does not run.

    from plumbline.pipelines.dagster import gate_check

    defs = Definitions(assets=[demand_model, deployed], asset_checks=[gate_check(demand_model, "demand", "v3")])

The server and the token come from PLUMBLINE_SERVER and PLUMBLINE_TOKEN.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    MetadataValue,
    asset_check,
)

from .._decisions import gate
from .._report import WORDS, markdown
from .._server import PASSED


def gate_check(
    asset: Any,
    model: str,
    version: str | Callable[[AssetCheckExecutionContext], str],
    *,
    wait: float = 0.0,
    blocking: bool = True,
    name: str = "plumbline_gate",
) -> AssetChecksDefinition:
    """A check that asks the deployment gate of a version, which may be a function of the run's context."""

    @asset_check(asset=asset, name=name, blocking=blocking, description=f"The deployment gate of {model}.")
    def plumbline_gate(context) -> AssetCheckResult:  # Dagster reads no annotation that is text
        wanted = version(context) if callable(version) else version
        report = gate(model, wanted, wait=wait, check=False)
        return AssetCheckResult(
            passed=report["exit_code"] == PASSED,
            severity=AssetCheckSeverity.ERROR,
            metadata={
                "decision": WORDS[report["exit_code"]],
                "version": wanted,
                "report": MetadataValue.md(markdown(report)),
                "page": MetadataValue.url(str(report.get("url") or "")),
            },
        )

    return plumbline_gate
