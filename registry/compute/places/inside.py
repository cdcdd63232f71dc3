"""The engine that a table lies in, for checks that are computed there."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import sqlglot

from registry.compute.engines.columns import Side
from registry.compute.engines.row_source import Data, Remote
from registry.compute.engines.tables import Table
from registry.compute.kinds.parity.definition_in_database import Over, each_time
from registry.compute.places.connect import Session
from registry.compute.places.spark_tables import SparkTable
from registry.compute.pushdown import postgres
from registry.compute.pushdown.columns import Run
from registry.compute.pushdown.parity_sql import COMPUTED


class Work:
    """What an engine was asked to do, by now: how many SELECTs, and how many rows came back."""

    def __init__(self) -> None:
        self.statements = self.rows = 0

    def counting(self, run: Run) -> Run:
        """The same, counted."""

        def counted(sql: str) -> list[tuple[Any, ...]]:
            rows = run(sql)
            self.statements, self.rows = self.statements + 1, self.rows + len(rows)
            return rows

        return counted


class Engine(NamedTuple):
    """``run`` returns the rows of one SELECT in ``dialect``; ``over`` says how computed rows are kept between statements;
    ``work``: what was done by then."""

    run: Run
    dialect: str
    over: Over
    work: Work

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of one SELECT in DuckDB's SQL."""
        return self.run(sqlglot.parse_one(sql, dialect="duckdb").sql(self.dialect))


def remote(data: Data) -> Remote | None:
    """The table, where the data lie at an engine that computes."""
    return data if isinstance(data, Table | SparkTable) else None


def together(*data: Data) -> Remote | None:
    """The first table, where all lie at one connection; a check of them can be computed there."""
    tables = [remote(each) for each in data]
    first = tables[0]
    if first is None or any(table is None or table.connection != first.connection for table in tables):
        return None
    return first


def copied(inputs: tuple[Any, ...]) -> dict[str, list[str]]:
    """The columns of each connection that a check over these inputs copies from an engine; none of files."""
    columns: dict[str, list[str]] = {}
    for side in inputs:
        if isinstance(side, Side) and (table := remote(side.files)):
            columns[table.connection] = list(dict.fromkeys([*columns.get(table.connection, []), *side.columns]))
    return columns


@contextlib.contextmanager
def engine_of(table: Remote, *, timeout_s: float, stopped: Callable[[], bool]) -> Iterator[Engine]:
    """The engine of a table, for work that can be cancelled. Unreadable when it does not answer; a statement raises EngineFailed or
    Stopped."""
    work = Work()
    if isinstance(table, SparkTable):
        with table.opened(timeout_s=timeout_s, stopped=stopped) as session:
            yield Engine(work.counting(session.rows), "spark", _stored_by(session), work)
    elif isinstance(table, Table):
        address = table.address(timeout_s)
        with postgres.open_cancellable_snapshot(address, timeout_s=timeout_s, stopped=stopped) as run:
            yield Engine(work.counting(run), "postgres", each_time, work)


def _stored_by(session: Session) -> Over:
    @contextlib.contextmanager
    def over(run: Run, select: str) -> Iterator[Run]:
        with session.stored(select, COMPUTED):
            yield run

    return over
