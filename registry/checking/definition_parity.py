"""Definition parity (P1): the same rows, two definitions of one feature, compared row by row.

The engine has computed both definitions in one scan; here the two columns are compared, judged, and described: the
worst rows with their keys, the differing share by month or by a column, and what the distribution tests in common
use would have said, which is the point: they are the ones that stay silent.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from registry.checking.differing import kept
from registry.checking.report import Report, plain
from registry.checking.row_parity import compare_sides, shown_row
from registry.checking.slices import by_month, by_value
from registry.domain.parity_check import ParityParameters
from registry.stats.parity import Parity

SLICES_SHOWN = 200


KEY, AT, SLICE = "key:", "at", "slice"


def judge(rows: pa.Table, parameters: ParityParameters) -> Report:
    """Compare ``trained`` with ``current`` row by row and judge by the limit.

    ``rows``: what the SELECT of `engines.feature_sql` yields.
    """
    found = compare_sides(
        rows["trained"],
        rows["current"],
        in_trained=_flags(rows["in_trained"]),
        in_current=_flags(rows["in_current"]),
        ambiguous_rows=int(pc.sum(rows["ambiguous"]).as_py() or 0),
        limit=parameters.limit,
        atol=parameters.atol,
        rtol=parameters.rtol,
    )
    content = {
        **found.content,
        "slice": parameters.slice,
        "worst_rows": [_row(rows, index) for index in found.parity.worst],
        "by_slice": _by_slice(rows, found.parity)[:SLICES_SHOWN],
        "slice_by": parameters.slice or "month",
    }
    differing = kept(_differing(rows, found.parity)) if found.parity.rows_that_differ else None
    verdict = found.verdict
    return Report(str(verdict.outcome), verdict.sentence, found.parity.rows, plain(content), differing=differing)


def _flags(array: pa.ChunkedArray) -> np.ndarray:
    return pc.fill_null(array, False).to_numpy()


def _row(rows: pa.Table, index: int) -> dict[str, Any]:
    row = rows.slice(index, 1).to_pylist()[0]
    key = {name.removeprefix(KEY): row[name] for name in rows.column_names if name.startswith(KEY)}
    return shown_row(key, row[AT], row["trained"], row["current"])


def _differing(rows: pa.Table, parity: Parity) -> pa.Table:
    """The rows that differ, under names for people."""
    named = {name.removeprefix(KEY): name for name in rows.column_names if name.startswith(KEY)}
    named |= {"event_time": AT, "trained": "trained", "current": "current"}
    differ = pa.array(parity.differs)
    return pa.table({shown: rows[name].filter(differ) for shown, name in named.items()})


def _by_slice(rows: pa.Table, parity: Parity) -> list[dict[str, Any]]:
    if SLICE in rows.column_names:
        return by_value(parity.differs, rows[SLICE])
    when = rows[AT]
    timed = pa.types.is_timestamp(when.type) or pa.types.is_date(when.type)
    return by_month(parity.differs, when) if timed else []
