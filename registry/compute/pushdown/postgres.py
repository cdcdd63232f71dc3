"""PostgreSQL as an engine that the data stays in: one read-only transaction with a time limit, which can be cancelled.

`with open_snapshot("postgres://…", timeout_s=60) as (run, cancel): compare_numbers_in(run, "postgres", …)`

Definition parity also needs the table and the types of its columns (``registry.compute.kinds.parity.definition_in_database``):
`judge_in(run, "postgres", table("public", "flights"), Source(…, types=columns_of(run, "public", "flights")), …)`
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlglot import exp

from registry.compute.engines.value_kinds import arrow_of

if TYPE_CHECKING:
    from psycopg import Connection

from registry.compute.engines.cancellation import run_interruptible
from registry.compute.engines.duck import EngineFailed
from registry.compute.engines.row_source import Unreadable

APPLICATION = "plumbline"
# With other settings of the server, database or role, a text could end early or a number lose its last digits.
SETTINGS = {
    "standard_conforming_strings": "on",
    "transform_null_equals": "off",
    "extra_float_digits": "1",
    "TimeZone": "UTC",
    "DateStyle": "ISO",
}


class Snapshot(NamedTuple):
    """``run`` returns the rows of one SELECT; ``cancel``, called from another thread, cancels the running statement."""

    run: Callable[[str], list[tuple[Any, ...]]]
    cancel: Callable[[], None]


@contextlib.contextmanager
def open_snapshot(dsn: str, *, timeout_s: float) -> Iterator[Snapshot]:
    """Open a snapshot, in which every statement sees the same rows.

    A statement that takes longer than ``timeout_s``, or is cancelled, raises psycopg's QueryCanceled; one that would
    write raises its ReadOnlySqlTransaction.
    """
    import psycopg  # imported only when this engine is used

    with psycopg.connect(dsn, application_name=APPLICATION, connect_timeout=10) as connection:
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        for name, value in (SETTINGS | {"statement_timeout": str(max(1, round(timeout_s * 1000)))}).items():
            connection.execute("SELECT set_config(%s, %s, true)", [name, value])
        yield Snapshot(lambda sql: _rows(connection, sql), connection.cancel_safe)


def table(schema: str, name: str) -> exp.Table:
    """The table, whatever characters its name has."""
    return exp.table_(exp.to_identifier(name, quoted=True), db=exp.to_identifier(schema, quoted=True))


def columns_of(run: Callable[[str], list[tuple[Any, ...]]], schema: str, name: str) -> dict[str, str]:
    """The columns of a table or view in order, with the Arrow names of their types; empty if it does not exist."""
    named = {"n.nspname": schema, "c.relname": name}
    query = (
        exp.select("a.attname", "format_type(a.atttypid, a.atttypmod)", dialect="postgres")
        .from_("pg_catalog.pg_attribute AS a")
        .join("pg_catalog.pg_class AS c ON c.oid = a.attrelid")
        .join("pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace")
        .where("a.attnum > 0", "NOT a.attisdropped")
        .where(
            *(
                exp.EQ(this=exp.to_column(column_name), expression=exp.Literal.string(value))
                for column_name, value in named.items()
            )
        )
        .order_by("a.attnum")
    )
    return {column: arrow_of(kind) for column, kind in run(query.sql("postgres"))}


@contextlib.contextmanager
def open_cancellable_snapshot(
    dsn: str, *, timeout_s: float, stopped: Callable[[], bool]
) -> Iterator[Callable[[str], list[tuple[Any, ...]]]]:
    """Open a snapshot for work that can be cancelled. Unreadable when the server does not answer; a statement raises
    EngineFailed, with a message that shows no data, or Stopped."""
    import psycopg

    def run(sql: str) -> list[tuple[Any, ...]]:
        try:
            return run_interruptible(lambda: opened.run(sql), stopped=stopped, interrupt=opened.cancel)
        except psycopg.errors.QueryCanceled as error:
            raise EngineFailed("PostgreSQL took too long. Check fewer rows, or raise CHECK_TIME_LIMIT_S.") from error
        except psycopg.Error as error:
            raise EngineFailed(f"PostgreSQL could not compute it (SQLSTATE {error.sqlstate}).") from error

    try:
        with open_snapshot(dsn, timeout_s=timeout_s) as opened:
            yield run
    except psycopg.OperationalError:
        raise Unreadable(
            "The connection does not answer, or was interrupted."
        ) from None  # the driver's message shows the address


def _rows(connection: Connection, sql: str) -> list[tuple[Any, ...]]:
    with connection.transaction():  # a savepoint: after a statement that fails, the snapshot can still be used
        return connection.execute(sql).fetchall()
