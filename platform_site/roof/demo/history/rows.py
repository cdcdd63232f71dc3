"""The rows of the demo's source tables: drawn from a seed, the same every time, with the drift that the plan describes."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

from platform_site.roof.demo.history.plan import Table

TRAINED_ON, RECENT, ENTITIES = 4_000, 1_500, 300
FIRST, DAYS = "2026-01-05T06:00:00", 90
NO_DRIFT = 99  # weeks ago: before any


def write_training(table: Table, root: Path) -> str:
    """Write the rows that models were trained on; the name of the file."""
    return _write(table, root / f"{table.name}.parquet", TRAINED_ON, NO_DRIFT)


def write_recent(table: Table, root: Path, week: int) -> str:
    """Write what came in a week, over the week before; the name of the file."""
    return _write(table, root / f"{recent(table)}.parquet", RECENT, week)


def recent(table: Table) -> str:
    """The name of the data set with the newest week."""
    return f"{table.name}_recent"


def _write(table: Table, path: Path, count: int, week: int) -> str:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    draws = np.random.default_rng(zlib.crc32(f"{table.name} {week}".encode()))
    moments = np.datetime64(FIRST, "us") + np.arange(count) * np.timedelta64(DAYS * 86_400 // count, "s")
    columns: dict[str, Any] = {
        table.key: pa.array(np.arange(1, count + 1)),
        table.entity: pa.array(draws.integers(1, ENTITIES, count)),
        table.at: pa.array(moments),
    }
    for name, recipe in table.columns.items():
        missing = draws.random(count) < table.nulls.get(name, 0.0)
        columns[name] = pa.array(_drawn(draws, recipe, count, table.factor(name, week)), mask=missing)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".tmp")
    pq.write_table(pa.table(columns), draft, compression="zstd")
    draft.replace(path)  # whoever reads finds the whole file or none
    return path.name


def _drawn(draws: Any, recipe: str, count: int, factor: float) -> Any:
    """Values by a recipe: lognormal MEAN SPREAD, share A B, count MEAN, or choice VALUE:WEIGHT …"""
    kind, *words = recipe.split()
    if kind == "choice":
        names, weights = zip(*(word.split(":") for word in words), strict=True)
        total = sum(map(int, weights))
        return draws.choice(names, count, p=[int(weight) / total for weight in weights])
    first, *second = map(float, words)
    if kind == "count":
        return draws.poisson(first * factor, count)
    if kind == "share":
        return draws.beta(first, second[0], count).round(4)
    return (draws.lognormal(first, second[0], count) * factor).round(2)
