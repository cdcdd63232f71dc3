"""The values of the corpus' rows by the engine, and when two values are the same."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import duckdb

from registry.compute.dialects import Translated, translated
from registry.compute.sandbox.acceptance.accept import Accepted, accept
from tests.registry.compute.dialects.corpus import COLUMNS
from tests.registry.compute.dialects.rows import NAMES, ROWS, SQL_TYPES


def runs(logic: str, dialect: str) -> str:
    """What runs for the logic; fails where nothing does."""
    answer = translated(logic, dialect, COLUMNS)
    assert isinstance(answer, Translated), answer
    return answer.runs_as


def reason(logic: str, dialect: str) -> str:
    """Why nothing runs for the logic."""
    answer = translated(logic, dialect, COLUMNS)
    assert not isinstance(answer, Translated), answer
    return " ".join(fault.message for fault in answer.faults)


def computed(logic: str, dialect: str = "duckdb") -> list[Any]:
    """The value of each row, in the order of `id`; one value for an aggregate."""
    accepted = _accepted(logic, dialect)
    with duckdb.connect() as engine:
        engine.execute("SET TimeZone = 'UTC'")
        columns = ", ".join(f"{name} {kind}" for name, kind in zip(NAMES, SQL_TYPES, strict=True))
        engine.execute(f"CREATE TABLE source_rows ({columns})")
        engine.executemany(f"INSERT INTO source_rows VALUES ({', '.join('?' * len(NAMES))})", ROWS)
        return [plain(row[0]) for row in engine.execute(_statement(accepted.tree.sql("duckdb"), accepted)).fetchall()]


def statement(logic: str, dialect: str) -> str:
    """The query for the logic's values in an engine of its own dialect, in the same order."""
    return _statement(logic, _accepted(logic, dialect))


def _accepted(logic: str, dialect: str) -> Accepted:
    accepted = accept(logic if dialect == "duckdb" else runs(logic, dialect), columns=list(COLUMNS))
    assert isinstance(accepted, Accepted), accepted
    return accepted


def _statement(logic: str, accepted: Accepted) -> str:
    return f"SELECT ({logic}) FROM source_rows{'' if accepted.is_aggregate else ' ORDER BY id'}"


def plain(value: Any) -> Any:
    """A value as all engines give it: numbers as float, intervals in seconds, dates and moments as texts."""
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None).isoformat()
    if isinstance(value, dt.date):
        return f"{value.isoformat()}T00:00:00"
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return float(value)
    return value


def same(first: Any, second: Any) -> bool:
    if isinstance(first, float) and isinstance(second, float):
        return math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-12) or (math.isnan(first) and math.isnan(second))
    return bool(first == second)
