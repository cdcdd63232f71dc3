"""Which walls the sandbox of this machine stands behind: what the kernel here took, found out by one small run."""

from __future__ import annotations

import tempfile
from pathlib import Path

from registry.compute.sandbox.limits import Limits
from registry.compute.sandbox.outcomes import SandboxFailure
from registry.compute.sandbox.run import run

EVERY_WALL = ("own process", "limits", "no network", "no files")


def walls() -> list[str]:
    """The walls that stand, of `EVERY_WALL`; none when not even one row can be computed."""
    with tempfile.TemporaryDirectory(prefix="plumbline-probe-") as folder:
        one = Path(folder) / "one.csv"
        one.write_text("x\n1\n")
        try:
            ran = run("SELECT x FROM source_rows", files=[str(one)], kind="csv", columns=["x"], limits=Limits())
        except SandboxFailure:
            return []
    return list(ran.how["walls"])
