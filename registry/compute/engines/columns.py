"""Read one side of a comparison column by column: files, or the part of them within a period of event time.

Only the requested columns are read. Rows keep their order, so columns that are read one after another line up.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple, TypeVar

import pyarrow as pa
import pyarrow.parquet as parquet

from registry.compute.engines.duck import Duck, quoted, source
from registry.compute.engines.files import Files
from registry.compute.engines.row_source import Data
from registry.compute.reading.rows import UNREADABLE

PLACE = '"place among the rows"'
TIME = "CAST({} AS TIMESTAMP)"
Inputs = TypeVar("Inputs", bound=NamedTuple)


class Entities(NamedTuple):
    """One entity in every ``one_in``, chosen by a hash of its ``keys``: the same entities on any two sides."""

    keys: tuple[str, ...]
    one_in: int

    @property
    def condition(self) -> str:
        keys = ", ".join(f"CAST({quoted(key)} AS VARCHAR)" for key in self.keys)
        return f"hash({keys}) % {int(self.one_in)} = 0"


class Side(NamedTuple):
    """Rows from ``since`` (included) to ``until`` (excluded) by ``event_time``, UTC. ``every``: keep one row in this number;
    ``entities``: keep the rows of these entities only; ``columns``: what the check reads, all when empty."""

    files: Data
    event_time: str = ""
    since: datetime | None = None
    until: datetime | None = None
    every: int = 1
    entities: Entities | None = None
    columns: tuple[str, ...] = ()

    @property
    def time(self) -> str:
        """The event time as a timestamp; of files null where it is not one."""
        return f"{'TRY_' if isinstance(self.files, Files) else ''}{TIME.format(quoted(self.event_time))}"

    @property
    def condition(self) -> str:
        """The period and the entities as a WHERE clause; empty without either."""
        time = self.time
        bounds = [(">=", self.since), ("<", self.until)]
        parts = [f"{time} {sign} TIMESTAMP '{moment:%Y-%m-%d %H:%M:%S.%f}'" for sign, moment in bounds if moment]
        parts += [self.entities.condition] if self.entities else []
        return f" WHERE {' AND '.join(parts)}" if parts else ""

    def reading(self, *columns: str) -> Side:
        """The same side for a check that reads these columns; an empty name is not one."""
        return self._replace(columns=tuple(dict.fromkeys(filter(None, columns))))

    @property
    def is_whole(self) -> bool:
        """Whether it contains every row of its files."""
        return not self.condition and self.every == 1

    @property
    def local_files(self) -> Files:
        """The files that an engine reads. A table has to be copied first, by `at_hand`."""
        if not isinstance(self.files, Files):
            raise TypeError(f"Table {getattr(self.files, 'name', '')} has to be copied before an engine reads it.")
        return self.files

    def at_hand(self, folder: Path, *, most_rows: int = 0, stopped: Callable[[], bool] = lambda: False) -> Side:
        """The same side over files: the rows of a table are copied to ``folder``. Raises Unreadable or Stopped."""
        files = self.files.at_hand(folder, self.condition, columns=self.columns, most_rows=most_rows, stopped=stopped)
        return self._replace(files=files)


class Reader(NamedTuple):
    """Reads columns of a side."""

    duck: Duck
    side: Side

    def rows(self) -> int:
        """The number of rows: from the footers of whole Parquet files, else counted."""
        if self.side.is_whole and isinstance(self.side.files, Files) and self.side.files.kind == "parquet":
            with contextlib.suppress(OSError, pa.ArrowException):  # the engine will report what is wrong with them
                return sum(int(parquet.read_metadata(name).num_rows) for name in self.side.files.names)
        return int(self.duck.rows(f"SELECT count(*) FROM (SELECT 1 {self._from})")[0][0])

    def days(self) -> list[tuple[date, int]]:
        """The days of the event time, in order, with their rows; rows without one are left out."""
        day = f"CAST(date_trunc('day', {self.side.time}) AS DATE)"
        counted = self.duck.rows(f"SELECT {day}, count(*) {self._from} GROUP BY 1 ORDER BY 1")
        return [(day, rows) for day, rows in counted if isinstance(day, date)]

    def column(self, name: str) -> pa.ChunkedArray:
        """One column's values; unreadable cells are null."""
        return self._values(quoted(name))

    def type_of(self, name: str) -> pa.DataType:
        """The type of a column."""
        return self.side.files.arrow_schema().field(name).type

    def digests(self, name: str) -> pa.ChunkedArray:
        """An MD5 digest of each value of a column, of any type; null where the value is."""
        return self._values(f"md5(CAST({quoted(name)} AS VARCHAR))")

    def texts(self, name: str) -> pa.ChunkedArray:
        """One column's values as text."""
        return self._values(f"CAST({quoted(name)} AS VARCHAR)")

    def numbers(self, name: str) -> pa.ChunkedArray:
        """One column's values as float64, text without its thousands separators and signs of currency; null where a text
        cannot be read as one."""
        text = f"regexp_replace(CAST({quoted(name)} AS VARCHAR), '[\\s,''’\u00a0\u202f$€£]', '', 'g')"
        return self._values(f"TRY_CAST({text} AS DOUBLE)")

    def without_event_time(self) -> int:
        """The rows that have no event time, and so belong to no period."""
        where = f"{quoted(self.side.event_time)} IS NULL"
        return int(self.duck.rows(f"SELECT count(*) FROM {source(self.side.local_files)} WHERE {where}")[0][0])

    def windows(self, window: str) -> pa.ChunkedArray:
        """The first day of each row's day, week (Monday) or month; null where a row has no event time."""
        return self._values(f"CAST(date_trunc('{window}', {self.side.time}) AS DATE)")

    def unreadable(self, name: str) -> int:
        """How many cells of a column do not fit its kind, in the rows of the side: they are null in `column`."""
        beside = self.side.local_files.unreadable
        if beside is None:
            return 0
        rows = source(Files(beside, (beside,), "parquet"))
        condition = f"{self.side.condition or ' WHERE true'} AND list_contains({quoted(UNREADABLE)}, ?)"
        return int(self.duck.rows(f"SELECT count(*) FROM {rows}{condition}", [name])[0][0])

    def names(self) -> list[str]:
        """The names of the columns."""
        return [name for name, *_ in self.duck.rows(f"DESCRIBE SELECT * FROM {source(self.side.local_files)}")]

    def copy(self, columns: Sequence[str], target: Path) -> None:
        """Write these columns, quoted, as Parquet, in any order of rows and in bounded memory."""
        self.duck.connection.execute("SET preserve_insertion_order = false")
        path = str(target).replace("'", "''")
        options = "FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE 245760"
        try:
            self.duck.rows(f"COPY (SELECT {', '.join(columns)} {self._from}) TO '{path}' ({options})")
        finally:
            self.duck.connection.execute("SET preserve_insertion_order = true")

    @property
    def _from(self) -> str:
        whole = f"FROM {source(self.side.local_files)}{self.side.condition}"
        if self.side.every == 1:
            return whole
        return f"FROM (SELECT *, row_number() OVER () AS {PLACE} {whole}) WHERE {PLACE} % {self.side.every} = 0"

    def _values(self, expression: str) -> pa.ChunkedArray:
        return self.duck.table(f"SELECT {expression} AS c {self._from}")["c"]


def has_unreadable(reader: Reader) -> bool:
    """Whether any cell of the side's files does not fit the kind of its column."""
    return isinstance(reader.side.files, Files) and reader.side.files.unreadable is not None


def at_hand(inputs: Inputs, folder: Path, *, most_rows: int = 0, stopped: Callable[[], bool] = lambda: False) -> Inputs:
    """The inputs of a check, a NamedTuple, with each Side of it over files. Raises Unreadable or Stopped."""
    sides = {name: side for name, side in inputs._asdict().items() if isinstance(side, Side)}
    copies = {name: side.at_hand(folder, most_rows=most_rows, stopped=stopped) for name, side in sides.items()}
    return inputs._replace(**copies)
