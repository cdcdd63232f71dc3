"""The sandboxed process itself: load the rows, lock the engine, run one SELECT, write Arrow, leave.

Started as `python -I child.py` with an empty environment in an empty folder. It reads one JSON object from its input,
writes the Arrow stream to its output and one JSON object to its error stream: how it went.
"""

from __future__ import annotations

import json
import os
import re
import resource
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
}
LOCKS = ("SET enable_external_access = false", "SET lock_configuration = true")
READERS = {"parquet": "read_parquet", "csv": "read_csv_auto"}
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
LONGEST_MESSAGE = 300


def main() -> int:
    spec = json.load(sys.stdin)
    confinement.die_with_parent(spec["parent"])
    confinement.bound(spec["limits"])
    walls = ["own process", "limits"]
    walls += ["no network"] if confinement.leave_the_network() else []
    import duckdb
    import pyarrow

    confinement.bound_memory(spec["limits"])
    began = time.monotonic()
    try:
        engine = _loaded(duckdb, spec)
        walls += ["no files"] if confinement.close_the_files() else []
        rows = _written(engine, pyarrow, spec)
    except MemoryError:
        return _tell(failure="memory", message="")
    except (duckdb.OutOfMemoryException, pyarrow.ArrowMemoryError):
        return _tell(failure="memory", message="")
    except duckdb.Error as error:
        return _tell(failure="memory" if "allocat" in str(error).lower() else "refused", message=_redacted(error))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return _tell(rows=rows, walls=walls, seconds=round(time.monotonic() - began, 3), peak_memory_bytes=peak)


def _loaded(duckdb: Any, spec: dict[str, Any]) -> Any:
    """A fresh engine that holds the needed columns and can reach nothing else any more."""
    limits = spec["limits"]
    engine = duckdb.connect(":memory:", config=BEFORE_LOADING)
    engine.execute(f"SET memory_limit = '{int(limits['memory_bytes'])}B'")
    engine.execute(f"SET threads = {int(limits['threads'])}")
    engine.execute("SET TimeZone = 'UTC'")
    engine.execute("SET max_expression_depth = 200")
    columns = ", ".join('"{}"'.format(name.replace('"', '""')) for name in spec["columns"])
    reader = READERS[spec["kind"]]
    engine.execute(f"CREATE TABLE source_rows AS SELECT {columns} FROM {reader}(?)", [spec["files"]])  # noqa: S608
    for lock in LOCKS:
        engine.execute(lock)
    return engine


def _written(engine: Any, pyarrow: Any, spec: dict[str, Any]) -> int:
    """Run the SELECT and write what it yields, batch by batch."""
    reader = engine.sql(spec["select"]).to_arrow_reader(100_000)
    rows = 0
    with os.fdopen(1, "wb", closefd=False) as out, pyarrow.ipc.new_stream(out, reader.schema) as stream:
        for batch in reader:
            stream.write_batch(batch)
            rows += batch.num_rows
    return rows


def _redacted(error: Exception) -> str:
    """The first line of the engine's message without what it quotes: that may be somebody's data."""
    return QUOTED.sub("…", str(error).splitlines()[0])[:LONGEST_MESSAGE]


def _tell(**outcome: Any) -> int:
    sys.stderr.write("\n" + json.dumps(outcome))
    return 0


if __name__ == "__main__":
    sys.exit(main())
