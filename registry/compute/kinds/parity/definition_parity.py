"""Definition parity (P1): the same rows, two definitions of one feature, compared row by row.

The engine computes both definitions in one scan; here the rows are compared as they come, in whatever order, and no more
of them is held than is shown. Judged by the limit, and described: the worst rows with their keys, the differing share by
month or by a column, and what the distribution tests in common use would have said, which is the point: they are the
ones that stay silent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from registry.compute.kinds.coverage import BOTH, DROPPED, TWO_KINDS, Coverage, LeftOut
from registry.compute.kinds.parity import differing_rows
from registry.compute.kinds.parity.column_collector import Counts, Numbers, compared
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.compute.kinds.parity.first_rows import FirstRows
from registry.compute.kinds.parity.plain_layout import has_order, plain_schema, plain_table
from registry.compute.kinds.parity.row_parity import column_of, described_rule, shown_row, shown_rows
from registry.compute.kinds.parity.slices import ByMonth, ByValue
from registry.compute.kinds.report import Report, plain
from registry.compute.stats import parity
from registry.compute.stats.equality_rule import Rule, rule_of
from registry.compute.stats.parity import WORST_ROWS, WORST_WITHOUT_A_NUMBER, Compared
from registry.compute.stats.result import Outcome
from registry.compute.stats.verdict import Verdict, other_kinds, parity_verdict

SLICES_SHOWN = 200
KEY, AT, SLICE, SIZE = "key:", "at", "slice", "size"


def judge(rows: pa.Table, parameters: ParityParameters) -> Report:
    """Compare ``trained`` with ``current`` row by row and judge by the limit.

    ``rows``: what the SELECT of `engines.feature_sql` yields.
    """
    comparing = Comparing(rows.schema, parameters)
    for batch in rows.to_batches():
        comparing.add(batch)
    return comparing.report()


def rows_compared(rows: int, *, dropped: int = 0, two_kinds: bool = False) -> Coverage:
    """How many of the rows were compared: not those that both definitions leave out, and none where the sides hold
    values of two kinds."""
    left_out = LeftOut(BOTH, TWO_KINDS, rows) if two_kinds else LeftOut(BOTH, DROPPED, dropped)
    return Coverage.of([], (rows, 0), [left_out])


def verdict_of(
    figures: parity.Parity, rule: Rule, parameters: ParityParameters, coverage: Coverage, *, ambiguous_rows: int
) -> Verdict:
    """The verdict by the limit; where no row was compared there is none."""
    if figures.rows and coverage.is_empty:
        return Verdict(Outcome.NOT_ENOUGH_DATA, f"There is no row to compare. {coverage.sentence}")
    return parity_verdict(figures, rule, limit=parameters.limit, ambiguous_rows=ambiguous_rows)


class Comparing:
    """The rows of one comparison, some at a time. ``schema``: of what `engines.feature_sql` yields."""

    def __init__(self, schema: pa.Schema, parameters: ParityParameters) -> None:
        schema = plain_schema(schema)
        self.schema, self.parameters = schema, parameters
        self.rows = self.differ = self.ambiguous = self.dropped = 0
        self._ways: Counter[str] = Counter(
            dict.fromkeys(("missing", "extra", "null_in_one_only", "nan_in_one_only"), 0)
        )
        self._sized: list[np.ndarray] = [np.empty(0)]
        types = schema.field("trained").type, schema.field("current").type
        self.rule = rule_of(*types, atol=parameters.atol, rtol=parameters.rtol)
        self._trained: Numbers | Counts = Numbers() if self.rule.of_numbers else Counts()
        self._current: Numbers | Counts = Numbers() if self.rule.of_numbers else Counts()
        in_order = self._order()
        self._kept = FirstRows(differing_rows.MOST, in_order)
        self._worst = FirstRows(WORST_ROWS, {SIZE: "descending", **in_order})
        self._worst_without = FirstRows(WORST_ROWS, in_order)
        self._slices = self._sliced()

    def add(self, batch: pa.RecordBatch) -> None:
        """Compare some more rows; where the sides hold values of two kinds, count them only."""
        self.rows += batch.num_rows
        if not self.rule.can_compare:
            return
        rows = plain_table(pa.Table.from_batches([batch]))
        [batch] = rows.to_batches() or [batch]
        present = [self._present(batch, name) for name in ("in_trained", "in_current")]
        comparison = parity.compared(
            batch["trained"], batch["current"], self.rule, in_trained=present[0], in_current=present[1]
        )
        if present[0] is not None and present[1] is not None:
            self.dropped += int(np.count_nonzero(~present[0] & ~present[1]))
        self._trained.add(column_of(batch["trained"]))
        self._current.add(column_of(batch["current"]))
        self.ambiguous += pc.sum(rows["ambiguous"]).as_py() or 0
        if self._slices is not None:
            self._slices.add(comparison.differs, rows[SLICE if SLICE in rows.column_names else AT])
        self._note(rows, comparison)

    def report(self) -> Report:
        """What all rows say together."""
        content = {"limit": self.parameters.limit, **described_rule(self.rule)}
        if not self.rule.can_compare:
            verdict = other_kinds(self.rule)
            content |= rows_compared(self.rows, two_kinds=True).as_dict()
            return Report(str(verdict.outcome), verdict.sentence, self.rows, plain({"rows": self.rows, **content}))
        sized = np.concatenate(self._sized)
        self._sized = []
        figures = parity.described(self.rows, self.differ, self._ways, sized)
        coverage = rows_compared(self.rows, dropped=self.dropped)
        verdict = verdict_of(figures, self.rule, self.parameters, coverage, ambiguous_rows=self.ambiguous)
        content |= {
            **figures.as_dict(),
            **coverage.as_dict(),
            "ambiguous_rows": self.ambiguous,
            **compared(self._trained, self._current, figures.mismatch_rate),
            "slice": self.parameters.slice,
            "worst_rows": self._worst_rows(),
            "by_slice": self._slices.as_list(SLICES_SHOWN) if self._slices is not None else [],
            "slice_by": self.parameters.slice or "month",
        }
        shown = self._kept.table()
        file = None if shown is None else differing_rows.compress(self._named(shown), of=self.differ)
        return Report(str(verdict.outcome), verdict.sentence, self.rows, plain(content), differing=file)

    def _note(self, rows: pa.Table, comparison: Compared) -> None:
        """Count what differs, and hold what may be shown of it."""
        differ = int(np.count_nonzero(comparison.differs))
        if not differ:
            return
        self.differ += differ
        self._ways.update(comparison.ways)
        sizes = np.abs(comparison.difference)
        without = comparison.differs & np.isnan(sizes)
        sized = comparison.differs & ~without if without.any() else comparison.differs
        self._sized.append(np.compress(sized, comparison.difference))
        shown = rows.select([*self._keys(), AT, "trained", "current"])
        self._kept.add(shown, comparison.differs)
        self._worst.add(shown.append_column(SIZE, pa.array(sizes)), sized)
        if without.any():
            self._worst_without.add(shown, without)

    def _keys(self) -> list[str]:
        return [name for name in self.schema.names if name.startswith(KEY)]

    def _order(self) -> Mapping[str, str]:
        """The order of the data: by event time, then by key. Lists and the like have none."""
        columns = [name for name in (AT, *self._keys()) if has_order(self.schema.field(name).type)]
        return dict.fromkeys(columns, "ascending")

    def _sliced(self) -> ByValue | ByMonth | None:
        if SLICE in self.schema.names:
            return ByValue()
        when = self.schema.field(AT).type
        return ByMonth() if pa.types.is_timestamp(when) or pa.types.is_date(when) else None

    def _present(self, rows: pa.RecordBatch, name: str) -> np.ndarray | None:
        """Which rows a side has; None when it has all."""
        if pc.sum(rows[name]).as_py() == rows.num_rows:
            return None
        present: np.ndarray = pc.fill_null(rows[name], False).to_numpy(zero_copy_only=False)
        return present

    def _worst_rows(self) -> list[dict[str, Any]]:
        """Those with a numeric difference, the largest first, then some of those without."""
        ranked, without = (_rows(first.table()) for first in (self._worst, self._worst_without))
        ranked = ranked[: WORST_ROWS - min(len(without), WORST_WITHOUT_A_NUMBER)]
        return [_shown(row) for row in (*ranked, *without[: WORST_ROWS - len(ranked)])]

    def _named(self, rows: pa.Table) -> pa.Table:
        """Under names for people."""
        named = {name.removeprefix(KEY): name for name in self._keys()}
        named |= {"event_time": AT, "trained": "trained", "current": "current"}
        return pa.table({shown: rows[name] for shown, name in named.items()})


def _rows(table: pa.Table | None) -> list[dict[str, Any]]:
    return [] if table is None else shown_rows(table)


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    key = {name.removeprefix(KEY): value for name, value in row.items() if name.startswith(KEY)}
    return shown_row(key, row[AT], row["trained"], row["current"])
