"""The seeded files that `bench checks` compares: numeric columns with ties and nulls, and categorical ones."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet

GROUP = 1_000_000
FEW, MANY = 100, 100_000


class Shape(NamedTuple):
    """``rows`` on either side of ``columns``; ``categorical`` ones are text."""

    rows: int
    columns: int
    categorical: bool = False

    @property
    def names(self) -> list[str]:
        letter = "c" if self.categorical else "n"
        return [f"{letter}{number:02}" for number in range(self.columns)]

    @property
    def label(self) -> str:
        return f"{self.rows:,} × {self.columns} {'categorical' if self.categorical else 'numeric'}"


def sides(folder: Path, shape: Shape) -> tuple[Path, Path]:
    """The reference and the current file; written once, the same on every machine."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for side, name in enumerate(("reference", "current")):
        path = folder / f"{'c' if shape.categorical else 'n'}-{shape.rows}x{shape.columns}-{name}.parquet"
        if not path.exists():
            partial = path.with_suffix(".partial")
            _write(partial, shape, side)
            partial.rename(path)
        rows.append(path)
    return rows[0], rows[1]


def _write(path: Path, shape: Shape, side: int) -> None:
    kind = pa.string() if shape.categorical else pa.float64()
    schema = pa.schema([(name, kind) for name in shape.names])
    column = _categories if shape.categorical else _numbers
    with parquet.ParquetWriter(path, schema) as writer:
        for group, begin in enumerate(range(0, shape.rows, GROUP)):
            rows = min(GROUP, shape.rows - begin)
            columns = [column(number, rows, side, group) for number in range(shape.columns)]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))


def _numbers(number: int, rows: int, side: int, group: int) -> pa.Array:
    """Of three columns one is continuous, one has ties and one is skewed; of five one has no nulls; of four one drifts not."""
    random = np.random.default_rng([side, group, number])
    values = random.normal(0.05 * side * (number % 4), 1, rows)
    if number % 3 == 1:
        values = values.round(2)
    elif number % 3 == 2:
        values = np.exp(values)
    return pa.array(values, mask=random.random(rows) < 0.02 * (number % 5))


def _categories(number: int, rows: int, side: int, group: int) -> pa.Array:
    random = np.random.default_rng([side, group, number, 1])
    many = MANY if number % 2 else FEW
    codes = np.floor(many * random.random(rows) ** (1 + 0.1 * side)).astype(np.int32)
    names = pa.array([f"value {code:06}" for code in range(many)])
    mask = random.random(rows) < 0.01 * (number % 3)
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=mask), names).cast(pa.string())
