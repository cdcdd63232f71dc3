"""Definition parity (P1) where the rows are: an engine computes and compares, aggregates and the rows shown come back.

The report is the one of ``registry.compute.kinds.parity.definition_parity``: counts and exact statistics equal, the others within
1e-9. It leaves out the places of the worst rows (`worst`), which would need an order of all rows; the rows are there.

>>> import duckdb
>>> connection = duckdb.connect()
>>> _ = connection.execute("CREATE TABLE t AS SELECT i AS id, DATE '2024-01-01' AS day, NULLIF(i, 2) AS x FROM range(4) r(i)")
>>> source = Source(["id", "day", "x"], ["id"], "day", ["id"], {"id": "int64", "day": "date32[day]", "x": "int64"})
>>> sides = [Definition("x + 1", rule, "float64", "t") for rule in ("none", "zero_fill")]
>>> run = lambda sql: connection.execute(sql).fetchall()
>>> judge_in(run, "postgres", exp.to_table("t"), source, *sides, ParityParameters()).summary
'1 of 4 rows differs (25.0%; 1 null on one side only), above the limit of 0%. Floats are equal within 1e-9 relative.'
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from sqlglot import exp

from registry.compute.definition import Definition
from registry.compute.engines.feature_sql import NotComputable, Source, parity_tree
from registry.compute.engines.value_kinds import Kind, arrow_type, of_arrow
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.compute.kinds.parity.definition_parity import KEY, SLICES_SHOWN, rows_compared, verdict_of
from registry.compute.kinds.parity.differing_rows import MOST, compress
from registry.compute.kinds.parity.row_parity import described_rule, distributions, shown_row
from registry.compute.kinds.report import Differing, Report, plain
from registry.compute.pushdown import parity_sql
from registry.compute.pushdown.column_sql import as_double, both_sides
from registry.compute.pushdown.columns import Relation, Run, compare_categories_in, numbers_in
from registry.compute.pushdown.histogram import histogram_at
from registry.compute.pushdown.numeric_columns import Facts
from registry.compute.stats.columns.histogram import BINS, ROBUST_RANGE, edges_between
from registry.compute.stats.columns.quantiles import closest_rank, interpolated, places
from registry.compute.stats.equality_rule import Rule, rule_of
from registry.compute.stats.parity import QUANTILES, WORST_ROWS, WORST_WITHOUT_A_NUMBER, Parity
from registry.compute.stats.verdict import other_kinds

Over = Callable[[Run, str], contextlib.AbstractContextManager[Run]]


@contextlib.contextmanager
def each_time(run: Run, select: str) -> Iterator[Run]:
    """Ask of ``select`` as `computed_rows` in each statement, computed anew: all that a read-only transaction allows."""
    yield lambda sql: run(f"WITH {parity_sql.COMPUTED} AS ({select}) {sql}")


def judge_in(
    run: Run,
    dialect: str,
    table: exp.Table,
    source: Source,
    trained: Definition,
    current: Definition,
    parameters: ParityParameters,
    *,
    over: Over = each_time,
) -> Report:
    """Compare both definitions inside the engine and judge by the limit.

    ``run`` hands back the rows of one SELECT in ``dialect`` (postgres or spark); ``source`` names the Arrow types of
    all columns; ``over`` says how the computed rows are kept between statements. NotComputable, with a sentence, when the
    engine would compute a definition otherwise than DuckDB.
    """
    tree = parity_tree(source, trained, current, slice_by=parameters.slice, dialect=dialect, table=table)
    types = (arrow_type(definition.data_type) for definition in (trained, current))
    rule = rule_of(*types, atol=parameters.atol, rtol=parameters.rtol)
    declared = {"trained": trained.data_type, "current": current.data_type}
    singles = tuple(name for name, data_type in declared.items() if data_type == "float32")
    if parameters.slice and _kind(source, parameters.slice) not in parity_sql.SLICED_BY:
        raise NotComputable(
            f"Inside an engine rows are sliced by text, whole numbers or dates, and {parameters.slice} is none of these. "
            "Choose another column for slice."
        )
    with over(run, tree.query.sql(dialect)) as computed:
        return RowsInEngine(computed, dialect, tree.order, source, parameters, rule, singles).report()


def _kind(source: Source, column: str) -> Kind:
    return of_arrow(_type(source, column))


def _type(source: Source, column: str) -> str:
    return {name.lower(): kind for name, kind in source.types.items()}.get(column.lower(), "")


class _Totals(NamedTuple):
    """The row of ``parity_sql.totals``."""

    rows: int
    missing: int
    extra: int
    null_in_one: int
    values: int
    nan_in_one: int
    ambiguous: int
    with_difference: int
    infinite: int
    dropped: int
    largest: float | None

    @property
    def differ(self) -> int:
        return self.missing + self.extra + self.null_in_one + self.values


class RowsInEngine(NamedTuple):
    """One comparison by ``rule``: ``run`` knows the computed rows, which are in ``order`` by these columns; ``singles``
    are the sides of float32."""

    run: Run
    dialect: str
    order: tuple[str, ...]
    source: Source
    parameters: ParityParameters
    rule: Rule
    singles: tuple[str, ...]

    @property
    def shown(self) -> tuple[str, ...]:
        return (*(f"{KEY}{name}" for name in self.source.row_key), "at", "trained", "current")

    def report(self) -> Report:
        content = {"limit": self.parameters.limit, **described_rule(self.rule)}
        if not self.rule.can_compare:
            verdict = other_kinds(self.rule)
            [[rows]] = self.rows(exp.select("COUNT(*)").from_(parity_sql.COMPUTED))
            content |= rows_compared(rows, two_kinds=True).as_dict()
            return Report(str(verdict.outcome), verdict.sentence, rows, plain({"rows": rows, **content}))
        totals = _Totals(*self.rows(parity_sql.totals(self.rule))[0])
        parity = self.parity(totals)
        coverage = rows_compared(totals.rows, dropped=totals.dropped)
        verdict = verdict_of(parity, self.rule, self.parameters, coverage, ambiguous_rows=totals.ambiguous)
        content |= {
            **parity.as_dict(),
            **coverage.as_dict(),
            "ambiguous_rows": totals.ambiguous,
            **self.distributions(parity.mismatch_rate),
            "slice": self.parameters.slice,
            "worst_rows": self.worst() if totals.differ else [],
            "by_slice": self.by_slice() if totals.rows else [],
            "slice_by": self.parameters.slice or "month",
        }
        differing = self.differing() if totals.differ else None
        return Report(str(verdict.outcome), verdict.sentence, totals.rows, plain(content), differing=differing)

    def of_feature(self) -> tuple[Parity, dict[str, Any]]:
        """The same of matched rows that nobody orders: how they compare, and what a report of one feature says."""
        totals = _Totals(*self.rows(parity_sql.totals(self.rule))[0])
        parity = self.parity(totals)
        content = {"limit": self.parameters.limit, **described_rule(self.rule), **parity.as_dict(), "ambiguous_rows": 0}
        content |= self.distributions(parity.mismatch_rate)
        return parity, content | {"worst_rows": self.worst() if totals.differ else []}

    def rows(self, statement: exp.Select) -> list[tuple[Any, ...]]:
        return self.run(statement.sql(self.dialect))

    def parity(self, totals: _Totals) -> Parity:
        mean, quantiles = self.sizes(totals)
        return Parity(
            rows=totals.rows,
            rows_that_differ=totals.differ,
            mismatch_rate=totals.differ / totals.rows if totals.rows else None,
            null_in_one_only=totals.null_in_one,
            nan_in_one_only=totals.nan_in_one,
            missing=totals.missing,
            extra=totals.extra,
            infinite_differences=totals.infinite,
            max_abs_difference=totals.largest,
            mean_abs_difference=mean,
            difference_quantiles=quantiles,
            worst=(),
            differs=np.zeros(0, dtype=bool),
        )

    def sizes(self, totals: _Totals) -> tuple[float | None, dict[str, float]]:
        finite = totals.with_difference - totals.infinite
        if not finite or totals.largest is None:
            return None, {}
        ranks = [closest_rank(finite, share) for share in QUANTILES]
        scale = math.ldexp(1.0, math.frexp(totals.largest)[1] - 1)
        total, *quantiles = self.rows(parity_sql.sizes(self.rule, scale=scale, ranks=ranks))[0]
        return total / finite * scale, {str(share): value for share, value in zip(QUANTILES, quantiles, strict=True)}

    def distributions(self, mismatch_rate: float | None) -> dict[str, Any]:
        trained, current = (
            Relation(exp.select(exp.alias_(exp.column(name, quoted=True), "v")).from_(parity_sql.COMPUTED))
            for name in ("trained", "current")
        )
        if not self.rule.of_numbers:
            return distributions(
                compare_categories_in(self.run, self.dialect, trained, current, "v"), None, mismatch_rate
            )
        comparison, *facts = numbers_in(self.run, self.dialect, trained, current, "v", as_double)
        both = both_sides(trained, current, "v", as_double)
        return distributions(comparison, self.histogram(both, facts), mismatch_rate)

    def histogram(self, both: exp.Subquery, facts: Sequence[Facts]) -> dict[str, Any]:
        edges = edges_between(self.ends(both, facts), BINS)
        nulls, nans = [side.nulls for side in facts], [side.nans for side in facts]
        return histogram_at(self.run, self.dialect, both, edges, nulls=nulls, nans=nans).as_dict()

    def ends(self, both: exp.Subquery, facts: Sequence[Facts]) -> list[tuple[float, float]]:
        """The halves of both ends of each side that has finite values."""
        between = [places(side.finite, ROBUST_RANGE) for side in facts if side.finite]
        if not between:
            return []
        of_sides = iter([[*below.tolist(), *above.tolist()] for below, above, _ in between])
        wanted = tuple(next(of_sides) if side.finite else [] for side in facts)
        values = np.array(self.rows(parity_sql.order_statistics(both.copy(), wanted))[0], dtype=np.float64) * 0.5
        by_side = values.reshape(len(between), 2, len(ROBUST_RANGE))
        ends = [interpolated(low, high, part) for (low, high), (_, _, part) in zip(by_side, between, strict=True)]
        return [(float(low), float(high)) for low, high in ends]

    def by_slice(self) -> list[dict[str, Any]]:
        counted: list[tuple[Any, int, int]] = []
        if self.parameters.slice:
            counted = self.rows(parity_sql.slices(self.rule, SLICES_SHOWN))
        elif _kind(self.source, self.source.event_time) in (Kind.DATE, Kind.TIME):
            by_month = self.rows(parity_sql.months(self.rule))
            counted = [(None if year is None else f"{year:04d}-{month:02d}", *of) for year, month, *of in by_month]
            counted.sort(key=lambda slice_: (slice_[0] is None, slice_[0]))
        return [{"slice": label, "rows": n, "differ": k, "share": k / n} for label, n, k in counted[:SLICES_SHOWN]]

    def worst(self) -> list[dict[str, Any]]:
        statement = parity_sql.worst(self.rule, self.shown, self.order, WORST_ROWS)
        rows = self.rows(statement)
        ranked = [row for row in rows if row[-1] is not None]
        without = [row for row in rows if row[-1] is None]
        ranked = ranked[: WORST_ROWS - min(len(without), WORST_WITHOUT_A_NUMBER)]
        return [self.as_shown(row) for row in (*ranked, *without[: WORST_ROWS - len(ranked)])]

    def as_shown(self, row: Sequence[Any]) -> dict[str, Any]:
        *keys, at, trained, current, _ = map(_as_arrow, row)
        return shown_row(dict(zip(self.source.row_key, keys, strict=True)), self.zoned(at), trained, current)

    def zoned(self, at: Any) -> Any:
        """Engines hand back moments in UTC without saying so."""
        zoned = isinstance(at, datetime) and "tz=" in _type(self.source, self.source.event_time)
        return at.replace(tzinfo=UTC) if zoned else at

    def differing(self) -> Differing:
        statement = parity_sql.differing(self.rule, self.shown, self.order, MOST + 1)
        columns = list(zip(*self.rows(statement), strict=True))
        names = (*self.source.row_key, "event_time", "trained", "current")
        held = {name: [_as_arrow(value) for value in column] for name, column in zip(names, columns, strict=True)}
        held["event_time"] = [self.zoned(value) for value in held["event_time"]]
        types = {name: pa.float32() for name in self.singles}
        return compress(pa.table({name: pa.array(column, types.get(name)) for name, column in held.items()}))


def _as_arrow(value: Any) -> Any:
    """A value of a database's driver as Arrow would hand it back."""
    held = (type(None), bool, int, float, str, bytes, date, datetime, timedelta, Decimal)
    return value if isinstance(value, held) else str(value)
