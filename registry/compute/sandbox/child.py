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
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

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
BATCH = 100_000


def main() -> int:
    Path.cwd().rmdir()  # a folder that is gone: nothing can be put into it, and nothing is left when a worker is killed
    spec = json.load(sys.stdin)
    confinement.die_with_parent(spec["parent"])
    confinement.bound(spec["limits"])
    walls = ["own process", "limits"]
    walls += ["no network"] if confinement.leave_the_network() else []
    import duckdb
    import pyarrow

    quick = _imported(spec["windows"])
    confinement.bound_memory(spec["limits"])
    began = time.monotonic()
    status = open("/proc/self/status")  # noqa: SIM115, PTH123 - opened before the files are closed, read at the end
    try:
        engine = duckdb.connect(":memory:", config=BEFORE_LOADING)
        walls += ["no files"] if confinement.close_the_files(spec["files"]) else []
        _bound(engine, spec["limits"])
        computed = (quick and _quickly(quick, engine, spec)) or _by_the_engine(engine, spec)
        rows = _written(pyarrow, computed)
    except (MemoryError, duckdb.OutOfMemoryException, pyarrow.ArrowMemoryError):
        return _tell(failure="memory")
    except duckdb.InterruptException:
        return _tell(failure="time")
    except duckdb.Error as error:
        if "allocat" in str(error).lower():
            return _tell(failure="memory")
        return _tell(failure="refused", message=_told(duckdb, error))
    peak = confinement.peak_memory_bytes(status.read())
    seconds = round(time.monotonic() - began, 3)
    return _tell(rows=rows, walls=walls, seconds=seconds, peak_memory_bytes=peak, computed=computed.by)


class Computed(NamedTuple):
    """Batches of rows, their types, and what computed them, as a page says it."""

    schema: Any
    batches: Iterable[Any]
    by: str


def _bound(engine: Any, limits: dict[str, Any]) -> None:
    engine.execute(f"SET memory_limit = '{int(limits['memory_bytes'])}B'")
    engine.execute(f"SET threads = {int(limits['threads'])}")
    engine.execute("SET TimeZone = 'UTC'")
    engine.execute("SET max_expression_depth = 200")
    engine.execute(f"SET max_execution_time = {int(limits['wall_seconds'] * 1000)}")


def _lock(engine: Any) -> None:
    """Reach nothing outside of the engine from now on."""
    for lock in LOCKS:
        engine.execute(lock)


def _by_the_engine(engine: Any, spec: dict[str, Any]) -> Computed:
    """Load the needed columns, and run the whole SELECT over them."""
    engine.execute(f"CREATE TABLE source_rows AS {_rows(spec)}", [spec["files"]])
    _lock(engine)
    reader = engine.sql(spec["select"]).to_arrow_reader(BATCH)
    return Computed(reader.schema, reader, "by DuckDB")


def _imported(plan: dict[str, Any] | None) -> Any:
    """What computes simple windows, if the SELECT has a plan of them: to be imported before the files are closed."""
    if plan is None:
        return None
    import array_windows

    if plan["named"]:
        import pyarrow.compute  # noqa: F401 - arrays would import it when it is too late
    return array_windows


def _quickly(array_windows: Any, engine: Any, spec: dict[str, Any]) -> Computed | None:
    """The windows over arrays in order, and of the SELECT what is around them; None where the rows are not such."""
    try:
        table = array_windows.computed(
            engine.sql(_rows(spec), params=[spec["files"]]).to_arrow_table(), spec["windows"]
        )
    except array_windows.NotComputable:
        return None
    reader = array_windows.around(engine, table, spec["windows"], lock=_lock)
    return Computed(reader.schema, reader, "windows over sorted arrays, the rest by DuckDB")


def _rows(spec: dict[str, Any]) -> str:
    rows = f"SELECT {_listed(spec['columns'])} FROM {READERS[spec['kind']]}(?)"
    part = spec["part"]
    if part["of"] > 1:
        rows += f" WHERE hash({_listed(part['entity'])}) % {int(part['of'])} = {int(part['number'])}"
    return rows


def _listed(columns: list[str]) -> str:
    return ", ".join('"{}"'.format(name.replace('"', '""')) for name in columns)


def _written(pyarrow: Any, computed: Computed) -> int:
    """Write the rows, batch by batch."""
    rows = 0
    with os.fdopen(1, "wb", closefd=False) as out, pyarrow.ipc.new_stream(out, computed.schema) as stream:
        for batch in computed.batches:
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
