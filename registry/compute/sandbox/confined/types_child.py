"""The sandboxed process that finds out types: make tables of one row of nulls, lock the engine, run each SELECT, exit.

It is started as `python -I types_child.py`, as `child.py` is. It reads one JSON object: ``tables``, each a list of columns with
the engine's types, and ``statements``, each the index of its table and an expression. It writes one JSON list to its output:
for each statement ``{"type": …}``, or ``{"error": …, "message": …}``. There is no data here, so messages are whole.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from registry.compute.sandbox.confined import confinement
    from registry.compute.sandbox.confined.engine_settings import SETTINGS
else:
    sys.path.insert(0, str(Path(__file__).parent))  # an isolated interpreter does not have its folder on the path
    import confinement
    from engine_settings import SETTINGS

LONGEST_MESSAGE = 4_000
AT_ONCE = 50


def main() -> int:
    Path.cwd().rmdir()
    spec = json.load(sys.stdin)
    confinement.die_with_parent(spec["parent"])
    confinement.bound(spec["limits"])
    confinement.leave_the_network()
    import _duckdb as duckdb  # the engine alone: the package around it takes three times as long to import

    confinement.bound_memory(spec["limits"])
    engine = duckdb.connect(":memory:", config={**SETTINGS, "threads": "1"})
    confinement.close_the_files([])
    limits = spec["limits"]
    for setting, value in (
        ("memory_limit", f"'{int(limits['memory_bytes'])}B'"),
        ("TimeZone", "'UTC'"),
        ("max_expression_depth", "200"),
        ("max_execution_time", str(int(limits["wall_seconds"] * 1000))),
    ):
        engine.execute(f"SET {setting} = {value}")
    for index, columns in enumerate(spec["tables"]):
        _make_table(engine, index, columns)
    engine.execute("SET enable_external_access = false")
    engine.execute("SET lock_configuration = true")
    json.dump(_answers(duckdb, engine, spec["statements"]), sys.stdout)
    return 0


def _make_table(engine: Any, index: int, columns: list[list[str]]) -> None:
    """A table of one row of nulls."""
    quoted = ['"{}" {}'.format(name.replace('"', '""'), kind) for name, kind in columns] or ["nothing INTEGER"]
    engine.execute(f"CREATE TABLE rows_{index} ({', '.join(quoted)})")
    engine.execute(f"INSERT INTO rows_{index} VALUES ({', '.join(['NULL'] * len(quoted))})")


def _answers(duckdb: Any, engine: Any, statements: list[list[Any]]) -> list[dict[str, str]]:
    """The answers in order. Many expressions over one table are one SELECT; where it fails, each is one of its own."""
    answers: list[dict[str, str]] = []
    for begin in range(0, len(statements), AT_ONCE):
        some = statements[begin : begin + AT_ONCE]
        tables = {table for table, _ in some}
        together = len(tables) == 1 < len(some) and _select(duckdb, engine, some[0][0], [text for _, text in some])
        answers += together or [_alone(duckdb, engine, table, text) for table, text in some]
    return answers


def _select(duckdb: Any, engine: Any, table: int, expressions: list[str]) -> list[dict[str, str]]:
    """The types of all of them; none where one of them cannot be computed."""
    try:
        return _types(engine, table, expressions)
    except duckdb.Error:
        return []


def _alone(duckdb: Any, engine: Any, table: int, expression: str) -> dict[str, str]:
    try:
        [answer] = _types(engine, table, [expression])
    except duckdb.Error as error:
        return {"error": type(error).__name__, "message": str(error)[:LONGEST_MESSAGE]}
    return answer


def _types(engine: Any, table: int, expressions: list[str]) -> list[dict[str, str]]:
    listed = ", ".join(f"({expression}\n) AS value_{index}" for index, expression in enumerate(expressions))
    result = engine.execute(f"SELECT {listed} FROM rows_{int(table)}")
    kinds = [{"type": str(column[1])} for column in result.description]
    result.fetchall()
    return kinds


if __name__ == "__main__":
    sys.exit(main())
