"""The sandboxed process: load the rows, lock the engine, run one SELECT, write Arrow, exit.

It is started as `python -I child.py` with an empty environment in an empty folder. It reads the job as one JSON object
from its input, writes an Arrow stream to its output, and the outcome as one JSON object to its error stream.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from registry.compute.sandbox.confined import confinement
    from registry.compute.sandbox.confined.engine_settings import SETTINGS
else:
    sys.path.insert(0, str(Path(__file__).parent))  # an isolated interpreter does not have its folder on the path
    import confinement
    from engine_settings import SETTINGS

ONE_THREAD = {"threads": "1"}  # only this thread yet: closing the files applies to it and to those it starts
LOCKS = ("SET enable_external_access = false", "SET lock_configuration = true")
QUOTED = re.compile(r"(['\"]).*(['\"])")
LONGEST_MESSAGE = 300
BATCH = 100_000


def main() -> int:
    Path.cwd().rmdir()  # nothing can be written into a deleted folder, and nothing is left when a worker is killed
    spec = json.load(sys.stdin)
    confinement.die_with_parent(spec["parent"])
    confinement.bound(spec["limits"])
    walls = ["own process", "limits"]
    walls += ["no network"] if confinement.leave_the_network() else []
    import duckdb
    import pyarrow

    array_windows = _imported(spec["windows"])
    confinement.bound_memory(spec["limits"])
    began = time.monotonic()
    status = open("/proc/self/status")  # noqa: SIM115, PTH123 - opened before the files are closed, read at the end
    try:
        engine = duckdb.connect(":memory:", config={**SETTINGS, **ONE_THREAD})
        walls += ["no files"] if confinement.close_the_files(spec["files"]) else []
        _limit(engine, spec["limits"])
        computed = (array_windows and _over_arrays(array_windows, engine, spec)) or _by_the_engine(engine, spec)
        rows = _written(pyarrow, computed)
    except (MemoryError, duckdb.OutOfMemoryException, pyarrow.ArrowMemoryError):
        return _report(failure="memory")
    except duckdb.InterruptException:
        return _report(failure="time")
    except duckdb.Error as error:
        if "allocat" in str(error).lower():
            return _report(failure="memory")
        return _report(failure="refused", message=_message(duckdb, error))
    peak = confinement.peak_memory_bytes(status.read())
    seconds = round(time.monotonic() - began, 3)
    return _report(rows=rows, walls=walls, seconds=seconds, peak_memory_bytes=peak, computed=computed.by)


class Computed(NamedTuple):
    """Batches of rows, their types, and what computed them, as pages show it."""

    schema: Any
    batches: Iterable[Any]
    by: str


def _limit(engine: Any, limits: dict[str, Any]) -> None:
    engine.execute(f"SET memory_limit = '{int(limits['memory_bytes'])}B'")
    engine.execute(f"SET threads = {int(limits['threads'])}")
    engine.execute("SET TimeZone = 'UTC'")
    engine.execute("SET max_expression_depth = 200")
    engine.execute(f"SET max_execution_time = {int(limits['wall_seconds'] * 1000)}")


def _lock(engine: Any) -> None:
    """Allow no access to anything outside of the engine from now on."""
    for lock in LOCKS:
        engine.execute(lock)


def _by_the_engine(engine: Any, spec: dict[str, Any]) -> Computed:
    """Load the columns and run the whole SELECT over them."""
    engine.execute(f"CREATE TABLE source_rows AS {_rows(spec)}", [spec["files"]])
    _lock(engine)
    reader = engine.sql(spec["select"]).to_arrow_reader(BATCH)
    return Computed(reader.schema, reader, "by DuckDB")


def _imported(plan: dict[str, Any] | None) -> Any:
    """The module that computes simple windows, if the job has a plan for them; imported before the files are closed."""
    if plan is None:
        return None
    if TYPE_CHECKING:
        from registry.compute.sandbox.confined import array_windows
    else:
        import array_windows
    if plan["named"]:
        import pyarrow.compute  # noqa: F401 - arrays import it later, when no file can be opened any more
    return array_windows


def _over_arrays(array_windows: Any, engine: Any, spec: dict[str, Any]) -> Computed | None:
    """The windows computed over sorted arrays, the rest of the SELECT by the engine; None for rows that need the engine."""
    try:
        table = array_windows.compute_windows(
            engine.sql(_rows(spec), params=[spec["files"]]).to_arrow_table(), spec["windows"]
        )
    except array_windows.NeedsEngine:
        return None
    reader = array_windows.select_over(engine, table, spec["windows"], lock=_lock)
    return Computed(reader.schema, reader, "windows over sorted arrays, the rest by DuckDB")


def _rows(spec: dict[str, Any]) -> str:
    rows = f"SELECT {_listed(spec['columns'])} FROM read_parquet(?)"
    part = spec["part"]
    if part["of"] > 1:
        rows += f" WHERE hash({_listed(part['entity'])}) % {int(part['of'])} = {int(part['number'])}"
    return rows


def _listed(columns: list[str]) -> str:
    return ", ".join('"{}"'.format(name.replace('"', '""')) for name in columns)


def _written(pyarrow: Any, computed: Computed) -> int:
    """Write the rows, batch by batch; return how many there were."""
    rows = 0
    with os.fdopen(1, "wb", closefd=False) as out, pyarrow.ipc.new_stream(out, computed.schema) as stream:
        for batch in computed.batches:
            stream.write_batch(batch)
            rows += batch.num_rows
    return rows


def _message(duckdb: Any, error: Exception) -> str:
    """What to say about an error. Errors that occur while rows are read may contain values of the data, quoted or not, so
    the engine's words are left out. Errors about the SELECT or the files are shown without what they quote."""
    if isinstance(error, duckdb.ConversionException):
        return "a value does not fit the type that it is cast to. Use TRY_CAST or a wider type."
    if isinstance(error, duckdb.OutOfRangeException):
        return "a number exceeds the range of its type. Cast to DOUBLE or a wider type first."
    about_the_select = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)
    if isinstance(error, (*about_the_select, duckdb.PermissionException, duckdb.IOException)):
        return QUOTED.sub("…", str(error).splitlines()[0])[:LONGEST_MESSAGE]
    return f"it cannot process the values in the data ({type(error).__name__})."


def _report(**outcome: Any) -> int:
    sys.stderr.write("\n" + json.dumps(outcome))
    return 0


if __name__ == "__main__":
    sys.exit(main())
