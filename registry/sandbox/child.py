"""The sandboxed process itself: load the rows, lock the engine, run one SELECT, write Arrow, leave.

Started as `python -I child.py` with an empty environment in an empty folder. It reads one JSON object from its input,
writes the Arrow stream to its output and one JSON object to its error stream: how it went.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))  # isolated: its own folder is not on the path by itself
import confinement

BEFORE_LOADING = {
    "python_enable_replacements": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "temp_directory": "",
    "threads": "1",  # no thread but ours yet: what closes the files holds for this one and those it starts
}
LOCKS = ("SET enable_external_access = false", "SET lock_configuration = true")
READERS = {"parquet": "read_parquet", "csv": "read_csv_auto"}
QUOTED = re.compile(r"(['\"]).*(['\"])")
LONGEST_MESSAGE = 300


def main() -> int:
    Path.cwd().rmdir()  # a folder that is gone: nothing can be put into it, and nothing is left when a worker is killed
    spec = json.load(sys.stdin)
    confinement.die_with_parent(spec["parent"])
    confinement.bound(spec["limits"])
    walls = ["own process", "limits"]
    walls += ["no network"] if confinement.leave_the_network() else []
    import duckdb
    import pyarrow

    confinement.bound_memory(spec["limits"])
    began = time.monotonic()
    status = open("/proc/self/status")  # noqa: SIM115, PTH123 - opened before the files are closed, read at the end
    try:
        engine = duckdb.connect(":memory:", config=BEFORE_LOADING)
        walls += ["no files"] if confinement.close_the_files(spec["files"]) else []
        _load(engine, spec)
        rows = _written(engine, pyarrow, spec)
    except (MemoryError, duckdb.OutOfMemoryException, pyarrow.ArrowMemoryError):
        return _tell(failure="memory")
    except duckdb.InterruptException:
        return _tell(failure="time")
    except duckdb.Error as error:
        if "allocat" in str(error).lower():
            return _tell(failure="memory")
        return _tell(failure="refused", message=_told(duckdb, error))
    peak = confinement.peak_memory_bytes(status.read())
    return _tell(rows=rows, walls=walls, seconds=round(time.monotonic() - began, 3), peak_memory_bytes=peak)


def _load(engine: Any, spec: dict[str, Any]) -> None:
    """Let a fresh engine read the needed columns, and reach nothing else from then on."""
    limits = spec["limits"]
    engine.execute(f"SET memory_limit = '{int(limits['memory_bytes'])}B'")
    engine.execute(f"SET threads = {int(limits['threads'])}")
    engine.execute("SET TimeZone = 'UTC'")
    engine.execute("SET max_expression_depth = 200")
    engine.execute(f"SET max_execution_time = {int(limits['wall_seconds'] * 1000)}")
    rows = f"SELECT {_listed(spec['columns'])} FROM {READERS[spec['kind']]}(?)"  # noqa: S608 - names, quoted
    part = spec["part"]
    if part["of"] > 1:
        rows += f" WHERE hash({_listed(part['entity'])}) % {int(part['of'])} = {int(part['number'])}"
    engine.execute(f"CREATE TABLE source_rows AS {rows}", [spec["files"]])
    for lock in LOCKS:
        engine.execute(lock)


def _listed(columns: list[str]) -> str:
    return ", ".join('"{}"'.format(name.replace('"', '""')) for name in columns)


def _written(engine: Any, pyarrow: Any, spec: dict[str, Any]) -> int:
    """Run the SELECT and write what it yields, batch by batch."""
    reader = engine.sql(spec["select"]).to_arrow_reader(100_000)
    rows = 0
    with os.fdopen(1, "wb", closefd=False) as out, pyarrow.ipc.new_stream(out, reader.schema) as stream:
        for batch in reader:
            stream.write_batch(batch)
            rows += batch.num_rows
    return rows


def _told(duckdb: Any, error: Exception) -> str:
    """What to say of an error. Once rows are read, the engine's message has values of them in it, quoted or not: then
    its own words are left out. Before, they are about the SELECT and the files; what they quote is left out too."""
    if isinstance(error, duckdb.ConversionException):
        return "a value does not fit the type that it is cast to. Use TRY_CAST or a wider type."
    if isinstance(error, duckdb.OutOfRangeException):
        return "a number grew beyond its type. Cast to DOUBLE or a wider type first."
    about_the_select = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)
    if isinstance(error, (*about_the_select, duckdb.PermissionException, duckdb.IOException)):
        return QUOTED.sub("…", str(error).splitlines()[0])[:LONGEST_MESSAGE]
    return f"it could not work with the values it found ({type(error).__name__})."


def _tell(**outcome: Any) -> int:
    sys.stderr.write("\n" + json.dumps(outcome))
    return 0


if __name__ == "__main__":
    sys.exit(main())
