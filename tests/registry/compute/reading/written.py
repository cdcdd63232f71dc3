"""Files that tests write, and the same rows as each reader gets them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from registry.compute.engines.columns import Reader, Side
from registry.compute.engines.duck import opened
from registry.compute.engines.files import Files
from registry.compute.reading.description import Reading
from registry.compute.sandbox.limits import Limits
from registry.compute.sandbox.run import Job, run

MIB = 2**20


def csv_file(folder: Path, content: str | bytes, name: str = "rows.csv", **stated: Any) -> Files:
    """A CSV file with this content, and what is stated about it."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Files(path, (path,), "csv", Reading(**stated))


def by_every_reader(files: Files, folder: Path) -> dict[str, dict[str, list[Any]]]:
    """The columns as the page of a data set, the checks and the sandbox read them."""
    names = [column.name for column in files.describe()]
    shown = files.first_rows(1_000_000)
    at_hand = files.at_hand(folder)
    with opened(memory_bytes=256 * MIB) as duck:
        reader = Reader(duck, Side(at_hand))
        in_checks = {name: reader.column(name).to_pylist() for name in names}
    listed = ", ".join(f'"{name}"' for name in names)
    ran = run(Job(f"SELECT {listed} FROM source_rows", at_hand.names, names, Limits()))
    return {
        "page": {name: [row[name] for row in shown] for name in names},
        "checks": in_checks,
        "sandbox": ran.table.to_pydict(),
    }
