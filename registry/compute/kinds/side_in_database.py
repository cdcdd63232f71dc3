"""One side of a comparison where it lies, at PostgreSQL or Spark: statements are asked of it, and no row is copied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

import pyarrow as pa
import sqlglot
from sqlglot import exp

from registry.compute.engines.columns import Side
from registry.compute.engines.files import Files
from registry.compute.engines.row_source import Remote
from registry.compute.pushdown.column_sql import Relation, named
from registry.compute.pushdown.columns import Run


class Inside(NamedTuple):
    """One side where it lies. ``where``: the cut of event time."""

    run: Run
    dialect: str
    table: Remote
    schema: pa.Schema
    where: exp.Expr | None
    event_time: str

    @classmethod
    def of(cls, run: Run, dialect: str, side: Side) -> Inside:
        if isinstance(side.files, Files):
            raise TypeError("Only the rows of a table are compared inside its database.")
        cut = side.condition.removeprefix(" WHERE ")
        where = sqlglot.parse_one(cut, dialect="duckdb") if cut else None
        return cls(run, dialect, cast(Remote, side.files), side.files.arrow_schema(), where, side.event_time)

    def ask(self, query: exp.Query) -> list[tuple[Any, ...]]:
        return self.run(query.sql(self.dialect))

    def rows(self, column: str, value: exp.Expr | None = None) -> exp.Select:
        """The rows with one column of that name: as it is, or what ``value`` makes of it."""
        return self.rows_with({column: named(column) if value is None else value})

    def rows_with(self, values: Mapping[str, exp.Expr]) -> exp.Select:
        """The rows with these values, each under its name."""
        columns = [exp.alias_(value, name, quoted=True) for name, value in values.items()]
        rows = exp.select(*columns).from_(self.table.place)
        return rows.where(self.where.copy()) if self.where else rows

    def timeless(self) -> int:
        """The rows of the whole table that have no event time."""
        where = named(self.event_time).is_(exp.null())
        [(count,)] = self.ask(exp.select("COUNT(*)").from_(self.table.place).where(where))
        return int(count)

    def relation(self, column: str, value: exp.Expr | None = None) -> Relation:
        return Relation(self.rows(column, value))

    def count(self, what: str, column: str = "") -> int:
        """Rows, or what else COUNT takes."""
        rows = self.rows(column) if column else self.rows("one", exp.Literal.number(1))
        [(count,)] = self.ask(exp.select(f"COUNT({what})", dialect=self.dialect).from_(rows.subquery("counted")))
        return int(count)
