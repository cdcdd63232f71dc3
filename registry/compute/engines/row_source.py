"""What every place of rows can say of itself: files in `files`, tables of a connection in `tables`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import pyarrow as pa

if TYPE_CHECKING:
    from registry.compute.engines.files import Files


class Column(NamedTuple):
    """A column's name and its Arrow type."""

    name: str
    type: str


class Seen(NamedTuple):
    """A data set as it is now: SHA-256 in hex, number of rows, columns in order."""

    digest: str
    rows: int
    schema: tuple[Column, ...]


class Unreadable(Exception):
    """The rows cannot be read as they are described; the message says what was expected."""


class Data(Protocol):
    """Rows that lie somewhere. Every method raises Unreadable when they cannot be read."""

    def describe(self) -> tuple[Column, ...]:
        """The columns, without reading the rows."""

    def arrow_schema(self) -> pa.Schema:
        """The same with Arrow's types themselves."""

    def snapshot(self) -> Seen:
        """Digest, rows and columns; reads every row once."""

    def first_rows(self, rows: int) -> list[dict[str, Any]]:
        """The first rows as they stand."""

    def at_hand(
        self, folder: Path, where: str = "", *, most_rows: int = 0, stopped: Callable[[], bool] = lambda: False
    ) -> Files:
        """The rows as files that an engine reads: those there are, or a copy of what is asked for below ``folder``."""
