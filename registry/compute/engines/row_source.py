"""What every source of rows can do: `files` implements it for files, `tables` for PostgreSQL, `registry.compute.places` for what
lies elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import pyarrow as pa
from sqlglot import exp

if TYPE_CHECKING:
    from registry.compute.engines.files import Files


class Column(NamedTuple):
    """A column's name and its Arrow type."""

    name: str
    type: str


class Snapshot(NamedTuple):
    """A data set at this moment: SHA-256 in hex, number of rows, columns in order."""

    digest: str
    rows: int
    schema: tuple[Column, ...]


class Unreadable(Exception):
    """The rows cannot be read as described; the message says where and what was expected. ``reason``: a code for it."""

    def __init__(self, message: str, reason: str = "unreadable") -> None:
        super().__init__(message)
        self.reason = reason


class Data(Protocol):
    """A source of rows. Every method raises Unreadable when they cannot be read."""

    def describe(self) -> tuple[Column, ...]:
        """The columns, without reading the rows."""

    def arrow_schema(self) -> pa.Schema:
        """The columns with their Arrow types."""

    def snapshot(self) -> Snapshot:
        """Digest, number of rows and columns; reads every row once."""

    def first_rows(self, rows: int) -> list[dict[str, Any]]:
        """The first rows, unchanged."""

    def at_hand(
        self,
        folder: Path,
        where: str = "",
        *,
        columns: Sequence[str] = (),
        most_rows: int = 0,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Files:
        """The rows as files that an engine reads: the source's own, or a copy of the requested rows in ``folder``; of ``columns`` alone
        where it copies."""


class Remote(Data, Protocol):
    """Rows at an engine that can compute where they lie."""

    @property
    def connection(self) -> str:
        """Its name in Plumbline."""

    @property
    def place(self) -> exp.Table:
        """The table in a FROM clause."""

    @property
    def name(self) -> str:
        """The table's own name."""

    def days(self, column: str) -> list[tuple[date, int]]:
        """The days of a column of moments, in order, with their rows."""


def chosen_of(schema: pa.Schema, columns: Sequence[str]) -> list[pa.Field]:
    """The fields of these columns, of all when none is named; the first, so that rows can be counted, when there is none of them."""
    return [field for field in schema if field.name in columns or not columns] or [schema.field(0)]


def columns_of(schema: pa.Schema) -> tuple[Column, ...]:
    """Names and types as they are shown and stored."""
    return tuple(Column(field.name, str(field.type)) for field in schema)


def with_sample(where: str, rows: int, most_rows: int) -> str:
    """The clause, extended by a random condition when more than ``most_rows`` of the ``rows`` match; 0: all of them.

    >>> with_sample("", 10, 5), with_sample(" WHERE a", 10, 5), with_sample(" WHERE a", 10, 0)
    (' WHERE random() < 0.5', ' WHERE a AND random() < 0.5', ' WHERE a')
    """
    if not most_rows or rows <= most_rows:
        return where
    return f"{where}{' AND' if where else ' WHERE'} random() < {most_rows / rows!r}"
