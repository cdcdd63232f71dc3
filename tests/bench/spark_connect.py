"""The same drift and parity over the same file: DuckDB in this process, and a Spark Connect server of two threads beside it."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
from sqlglot import exp

from registry.compute.definition import Definition
from registry.compute.engines.columns import Side
from registry.compute.engines.duck import opened
from registry.compute.engines.feature_sql import Source, parity_select
from registry.compute.engines.files import Files
from registry.compute.kinds.drift import drift_in_database
from registry.compute.kinds.drift import run as drift_run
from registry.compute.kinds.drift.inputs import DriftInputs
from registry.compute.kinds.drift.parameters import DriftParameters
from registry.compute.kinds.parity.definition_in_database import judge_in
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.compute.kinds.parity.definition_run import judge
from registry.compute.kinds.quality.run import Judged
from registry.compute.places.inside import engine_of
from registry.compute.places.spark_tables import SparkTable
from registry.compute.sandbox.limits import Limits

ROWS, SMALL = (100_000, 1_000_000, 10_000_000), (20_000,)
ENTITY_ROWS, LIMIT_S = 100, 1_800
WINDOW = "OVER (PARTITION BY who ORDER BY moment ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)"
SIDES = [Definition(f"AVG(x) {WINDOW}", rule, "float64", "rows") for rule in ("forward_fill", "zero_fill")]
COLUMNS = ["x", "y"]


def run(write: Callable[[str], Any], *, small: bool, rows: Sequence[int] = ()) -> None:
    """Write the seconds of each by the number of rows; both have been asked something before."""
    from tests.neighbours import spark

    spark.client()
    with tempfile.TemporaryDirectory() as name, spark.server(Path(name)) as (address, _):
        for number in rows or (SMALL if small else ROWS):
            path = _written(Path(name) / f"{number}.parquet", number)
            place = exp.Table(this=exp.to_identifier(str(path), quoted=True), db=exp.to_identifier("parquet"))
            seconds = _compared(path, SparkTable("lake", address, place, LIMIT_S))
            write(f"{number:>12,} rows: " + ", ".join(f"{what} {value:.2f} s" for what, value in seconds.items()))


def _compared(path: Path, table: SparkTable) -> dict[str, float]:
    files = Files(path, (path,), "parquet")
    types = {column.name: column.type for column in files.describe()}
    source = Source(list(types), ["who"], "moment", ["id"], types)
    parameters = DriftParameters("a", "b")
    seconds: dict[str, float] = {}

    def timed(name: str, work: Any) -> None:
        began = time.perf_counter()
        work()
        seconds[name] = round(time.perf_counter() - began, 2)

    here, remote = (DriftInputs(Side(data), Side(data), COLUMNS, [], parameters) for data in (files, table))
    with opened(memory_bytes=2 << 30) as duck:
        timed("drift here", lambda: drift_run.judge(duck, here, on_progress=lambda *_: None))
    select = parity_select(source, *SIDES)
    limits = Limits.for_check(memory_bytes=4 << 30, wall_seconds=LIMIT_S)
    timed("parity here", lambda: judge(select, files, limits, ParityParameters(), cancelled=lambda: False))
    with engine_of(table, timeout_s=LIMIT_S, stopped=lambda: False) as engine:
        engine.run("SELECT 1")
        timed(
            "drift in Spark",
            lambda: drift_in_database.judge(engine.run, "spark", remote, on_progress=lambda *_: None, over_rows=Judged),
        )
        timed(
            "parity in Spark",
            lambda: judge_in(engine.run, "spark", table.place, source, *SIDES, ParityParameters(), over=engine.over),
        )
    return seconds


def _written(path: Path, rows: int) -> Path:
    random = np.random.default_rng(1)
    x = random.normal(size=rows)
    columns = {
        "id": np.arange(rows),
        "who": np.arange(rows) // ENTITY_ROWS,
        "moment": pa.array(np.arange(rows) * 1_000_000, pa.timestamp("us")),
        "x": pa.array(x, mask=random.random(rows) < 0.05),
        "y": random.integers(0, 1_000, rows).astype(np.float64),
    }
    parquet.write_table(pa.table(columns), path)
    return path
