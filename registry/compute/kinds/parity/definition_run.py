"""A whole definition-parity check over files: both definitions computed in the sandbox, compared as their rows come.

Where the rows of an entity can be computed apart from those of others, more rows than the memory takes are computed some
entities after the others. That needs no disk, which a stranger's SQL must not have: the files are read once more for
each part instead.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as parquet

from registry.compute.engines.feature_sql import Select
from registry.compute.engines.files import Files
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.compute.kinds.parity.definition_parity import Comparing
from registry.compute.kinds.report import Report
from registry.compute.sandbox.limits import Limits
from registry.compute.sandbox.outcomes import SandboxMemory
from registry.compute.sandbox.run import Job, OnBatch, Part, run_in_batches

BYTES_OF_A_VALUE = 20  # that the engine's sort for a window takes of each column, as seen
BYTES_OF_A_ROW, BYTES_OF_A_COLUMN, BYTES_OF_A_WINDOW = 24, 12, 9  # that arrays in order take
MOST_PARTS, MORE_PARTS = 64, 4
MOST_BYTES = 4 << 30  # of computed rows, which are compared as they come


class Judged(NamedTuple):
    """The report, and how its rows were computed."""

    report: Report
    how: dict[str, Any]


class _Taken:
    """The comparison, begun by the first rows whose types are known."""

    def __init__(self, parameters: ParityParameters) -> None:
        self.parameters = parameters
        self.comparing: Comparing | None = None

    def __call__(self, schema: pa.Schema) -> OnBatch:
        self.comparing = self.comparing or Comparing(schema, self.parameters)
        return self.comparing.add


def judge(
    select: Select,
    files: Files,
    limits: Limits,
    parameters: ParityParameters,
    *,
    cancelled: Callable[[], bool] = lambda: False,
) -> Judged:
    """Compute, compare and judge. A SandboxFailure that says what to do, or SandboxCancelled."""
    deadline = time.monotonic() + limits.wall_seconds
    count = _parts(select, files, limits.memory_bytes)

    def run(part: Part, taken: _Taken) -> dict[str, Any]:
        left = replace(limits, wall_seconds=max(deadline - time.monotonic(), 1.0), result_bytes=MOST_BYTES)
        job = Job(select.sql, files.names, select.columns, left, select.windows, part)
        return run_in_batches(job, on_schema=taken, cancelled=cancelled)

    while True:
        taken = _Taken(parameters)
        try:
            ran = [run(Part(number, count, select.entity), taken) for number in range(count)]
        except SandboxMemory:
            if not select.entity or count >= MOST_PARTS:
                raise
            count = min(count * MORE_PARTS, MOST_PARTS)
        else:
            assert taken.comparing is not None  # a part that ends without a failure has handed over its schema
            return Judged(taken.comparing.report(), _sandbox_summary(ran, limits))


def _sandbox_summary(ran: Sequence[dict[str, Any]], limits: Limits) -> dict[str, Any]:
    """How the parts ran, together."""
    return {
        "walls": ran[0]["walls"],
        "seconds": round(sum(part["seconds"] for part in ran), 3),
        "peak_memory_bytes": max(part["peak_memory_bytes"] for part in ran),
        "limits": limits.as_dict(),
        "parts": len(ran),
        "computed": "; ".join(sorted({part["computed"] for part in ran})),
    }


def _parts(select: Select, files: Files, memory_bytes: int) -> int:
    """In how many parts the rows will fit, as far as their number tells; it turns out if they do not."""
    if not select.entity:
        return 1
    rows = sum(int(parquet.read_metadata(name).num_rows) for name in files.names)
    wanted = max(len(select.columns) * BYTES_OF_A_VALUE, _bytes_in_order(select))
    return min(max(-(-rows * wanted // memory_bytes), 1), MOST_PARTS)


def _bytes_in_order(select: Select) -> int:
    """What a row takes where the sandbox computes the windows itself."""
    if select.windows is None:
        return 0
    windows = len(select.windows["windows"])
    return BYTES_OF_A_ROW + len(select.columns) * BYTES_OF_A_COLUMN + windows * BYTES_OF_A_WINDOW
