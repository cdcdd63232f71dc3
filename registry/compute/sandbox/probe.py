"""Which protections the sandbox has on this machine, found out by one small run."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

from registry.compute.sandbox.limits import Limits
from registry.compute.sandbox.outcomes import SandboxFailure
from registry.compute.sandbox.run import Job, run

EVERY_WALL = ("own process", "limits", "no network", "no files")


def walls() -> list[str]:
    """The protections that this kernel supports, of `EVERY_WALL`; empty when not even one row can be computed."""
    with tempfile.TemporaryDirectory(prefix="plumbline-probe-") as folder:
        file = Path(folder) / "row.parquet"
        parquet.write_table(pa.table({"x": [1]}), file)
        job = Job("SELECT x FROM source_rows", [str(file)], ["x"], Limits())
        try:
            ran = run(job)
        except SandboxFailure:
            return []
    return list(ran.how["walls"])
