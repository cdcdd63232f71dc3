"""What every source of rows can do: `files` implements it for files, `tables` for tables of a connection."""

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
        self, folder: Path, where: str = "", *, most_rows: int = 0, stopped: Callable[[], bool] = lambda: False
    ) -> Files:
        """The rows as files that an engine reads: the source's own, or a copy of the requested rows in ``folder``."""
