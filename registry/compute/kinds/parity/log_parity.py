"""Log parity (P2): the rows trained on and the rows that serving logged, compared feature by feature.

Rows of one entity are matched when their times are within the tolerance and each is the nearest of the other; what is
left over is missing (trained on, never served) or extra (served, never trained on). Matched rows are compared value by
value, as definition parity does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from registry.compute.kinds.parity.log_parameters import LogParityParameters
from registry.compute.kinds.parity.row_parity import compare_sides, shown_row
from registry.compute.kinds.report import plain
from registry.compute.name_lists import named
from registry.compute.stats.result import Outcome
from registry.compute.stats.verdict import percent

EVENT_TIME = "event time"


class FeatureParity(NamedTuple):
    """How one feature compares: outcome, sentence, the share of matched rows that differ, JSON content."""

    column: str
    outcome: Outcome
    sentence: str
    mismatch_rate: float | None
    content: dict[str, Any]


class Matched(NamedTuple):
    """How many rows each side has, and how many were matched."""

    trained: int
    served: int
    matched: int

    @property
    def missing(self) -> int:
        return self.trained - self.matched

    @property
    def extra(self) -> int:
        return self.served - self.matched

    @property
    def unmatched_share(self) -> float:
        """Rows that only one side has, of all rows, 0..1."""
        rows = self.matched + self.missing + self.extra
        return (self.missing + self.extra) / rows if rows else 0.0

    def as_dict(self) -> dict[str, Any]:
        counts = {"rows_trained": self.trained, "rows_served": self.served, "matched": self.matched}
        return counts | {"missing": self.missing, "extra": self.extra, "unmatched_share": self.unmatched_share}


def judge_feature(
    name: str,
    trained: pa.ChunkedArray,
    served: pa.ChunkedArray,
    keys: pa.Table,
    parameters: LogParityParameters,
) -> FeatureParity:
    """Compare one feature over the matched rows. ``keys``: the entity and event time of each matched row."""
    comparison = compare_sides(trained, served, limit=parameters.limit, atol=parameters.atol, rtol=parameters.rtol)
    types = {"type_trained": str(trained.type), "type_served": str(served.type)}
    worst = [_row(keys, trained, served, index) for index in comparison.parity.worst]
    content = plain(comparison.content | types | {"worst_rows": worst})
    return FeatureParity(
        name, comparison.verdict.outcome, comparison.verdict.sentence, comparison.parity.mismatch_rate, content
    )


def overall(
    matched: Matched,
    features: Sequence[FeatureParity],
    parameters: LogParityParameters,
    not_logged: Sequence[str] = (),
) -> tuple[Outcome, str]:
    """The run's outcome and sentence. ``not_logged``: what was trained on and could not be looked for in the log."""
    if not features:
        return (
            Outcome.NOT_ENOUGH_DATA,
            "The log has no feature that was trained on. Log the features, or name those to compare.",
        )
    if not matched.matched:
        return Outcome.NOT_ENOUGH_DATA, "No row has a match on the other side. Check entity_key and tolerance_s."
    errored = [feature for feature in features if feature.outcome is Outcome.ERRORED]
    failed = [feature for feature in features if feature.outcome not in (Outcome.PASSED, Outcome.ERRORED)]
    apart = matched.unmatched_share > parameters.unmatched_limit
    counts = f"{matched.matched:,} rows matched, {matched.missing:,} missing, {matched.extra:,} extra"
    if not_logged:
        counts += f"; not in the log: {named(not_logged)}"
    if failed:
        worst = max(failed, key=lambda feature: feature.mismatch_rate or 0.0)
        differ = f"{len(failed)} of {len(features)} features differ, most {worst.column}"
        return Outcome.FAILED, f"{differ} ({percent(worst.mismatch_rate or 0.0)} of the rows); {counts}."
    if apart:
        limit = percent(parameters.unmatched_limit)
        return (
            Outcome.FAILED,
            f"{percent(matched.unmatched_share)} of the rows are on one side only, limit {limit}; {counts}.",
        )
    if errored:
        return Outcome.ERRORED, f"{len(errored)} of {len(features)} features could not be compared; {counts}."
    agree = "The one feature agrees" if len(features) == 1 else f"All {len(features)} features agree"
    return Outcome.PASSED, f"{agree}; {counts}."


def _row(keys: pa.Table, trained: pa.ChunkedArray, served: pa.ChunkedArray, index: int) -> dict[str, Any]:
    key = keys.slice(index, 1).to_pylist()[0]
    event_time = key.pop(EVENT_TIME)
    return shown_row(key, event_time, trained[index].as_py(), served[index].as_py())
