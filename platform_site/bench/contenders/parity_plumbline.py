"""Plumbline's own: both definitions in one scan in the sandbox, compared, judged, described. A word is the memory in MiB."""

import sys
from pathlib import Path

from measured import report

from registry.checking import definition_parity
from registry.domain.definition import Definition
from registry.domain.parity_check import ParityParameters
from registry.engines.feature_sql import Source, parity_select
from registry.engines.files import Files
from registry.sandbox.limits import Limits
from registry.sandbox.run import run

WINDOW = "OVER (PARTITION BY entity ORDER BY ts, row_id ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)"
TRAINED = Definition(f"AVG(amount) {WINDOW}", "forward_fill", "float64", "amounts")
CURRENT = Definition(f"AVG(amount) {WINDOW}", "zero_fill", "float64", "amounts")


def work():
    path = Path(sys.argv[1])
    files = Files(path, (path,), "parquet")
    types = {column.name: column.type for column in files.describe()}
    select = parity_select(Source(list(types), ["entity"], "ts", ["row_id"], types), TRAINED, CURRENT)
    limits = Limits.for_check(memory_bytes=int(sys.argv[3]) << 20, wall_seconds=3_600)
    ran = run(select.sql, files=files.names, kind="parquet", columns=select.columns, limits=limits)
    return {"rows_that_differ": definition_parity.judge(ran.table, ParityParameters()).content["rows_that_differ"]}


report(work)
