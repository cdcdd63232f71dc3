"""Plumbline's own: both definitions in one scan in the sandbox, compared, judged, described. A word is the memory in MiB."""

import sys
from pathlib import Path

from measured import report

from registry.compute.definition import Definition
from registry.compute.engines.feature_sql import Source, parity_select
from registry.compute.engines.files import Files
from registry.compute.kinds.parity import definition_run
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.compute.sandbox.limits import Limits

WINDOW = "OVER (PARTITION BY entity ORDER BY ts, row_id ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)"
TRAINED = Definition(f"AVG(amount) {WINDOW}", "forward_fill", "float64", "amounts")
CURRENT = Definition(f"AVG(amount) {WINDOW}", "zero_fill", "float64", "amounts")


def work():
    path = Path(sys.argv[1])
    files = Files(path, (path,), "parquet")
    types = {column.name: column.type for column in files.describe()}
    select = parity_select(Source(list(types), ["entity"], "ts", ["row_id"], types), TRAINED, CURRENT)
    limits = Limits.for_check(memory_bytes=int(sys.argv[3]) << 20, wall_seconds=3_600)
    judged = definition_run.judge(select, files, limits, ParityParameters())
    values = {name: judged.how[name] for name in ("parts", "seconds")} | {
        "sandbox_mb": judged.how["peak_memory_bytes"] / 2**20
    }
    return {"rows_that_differ": judged.report.content["rows_that_differ"]} | values


report(work)
