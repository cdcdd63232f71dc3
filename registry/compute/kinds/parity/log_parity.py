"""Log parity (P2): the rows trained on and the rows that serving logged, compared feature by feature.

Rows of one entity are matched when their times are within the tolerance and each is the nearest of the other, or by
their key alone; what is left over is missing (trained on, never served) or extra (served, never trained on). Matched
rows are compared value by value, as definition parity does. Too few of them prove nothing, whatever they say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from registry.compute.kinds.parity.log_parameters import LogParityParameters
from registry.compute.kinds.parity.plain_layout import plain_layout
from registry.compute.kinds.parity.row_parity import compare_sides, shown_row, shown_rows
from registry.compute.kinds.report import plain
from registry.compute.name_lists import named
from registry.compute.stats.python_values import shown_values
from registry.compute.stats.result import Outcome
from registry.compute.stats.verdict import percent, row_count

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
    def matched_share(self) -> float:
        """Matched rows, of those trained on, 0..1."""
        return self.matched / self.trained if self.trained else 0.0

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
    types = {"type_trained": str(trained.type), "type_served": str(served.type)}
    trained, served = plain_layout(trained), plain_layout(served)
    comparison = compare_sides(trained, served, limit=parameters.limit, atol=parameters.atol, rtol=parameters.rtol)
    outcome, sentence = comparison.verdict
    if comparison.parity is None:
        return FeatureParity(name, outcome, sentence, None, plain(comparison.content | types))
    worst = _worst_rows(keys, trained, served, comparison.parity.worst)
    content = plain(comparison.content | types | {"worst_rows": worst})
    return FeatureParity(name, outcome, sentence, comparison.parity.mismatch_rate, content)


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
    counts = f"{row_count(matched.matched)} matched, {matched.missing:,} missing, {matched.extra:,} extra"
    if not_logged:
        counts += f"; not in the log: {named(not_logged)}"
    for judged in (_failed, _apart, _too_few, _errored):
        if verdict := judged(matched, features, parameters):
            outcome, sentence = verdict
            return outcome, f"{sentence}; {counts}."
    agree = "The one feature agrees" if len(features) == 1 else f"All {len(features)} features agree"
    return Outcome.PASSED, f"{agree}; {counts}."


Judged = tuple[Outcome, str] | None


def _failed(matched: Matched, features: Sequence[FeatureParity], parameters: LogParityParameters) -> Judged:
    failed = [feature for feature in features if feature.outcome not in (Outcome.PASSED, Outcome.ERRORED)]
    if not failed:
        return None
    differ = f"{len(failed)} of {len(features)} features differ"
    worst = max(failed, key=lambda feature: -1.0 if feature.mismatch_rate is None else feature.mismatch_rate)
    if worst.mismatch_rate is None:
        return Outcome.FAILED, f"{differ}: {worst.column} holds values of two kinds"
    return Outcome.FAILED, f"{differ}, most {worst.column} ({percent(worst.mismatch_rate)} of the rows)"


def _apart(matched: Matched, _: Sequence[FeatureParity], parameters: LogParityParameters) -> Judged:
    """More rows on one side only than somebody allowed."""
    if matched.unmatched_share <= parameters.unmatched_limit:
        return None
    limit = percent(parameters.unmatched_limit)
    return Outcome.FAILED, f"{percent(matched.unmatched_share)} of the rows are on one side only, limit {limit}"


def _too_few(matched: Matched, _: Sequence[FeatureParity], parameters: LogParityParameters) -> Judged:
    """Fewer matched rows than would prove anything."""
    share, minimum, fewest = matched.matched_share, parameters.matched_minimum, parameters.minimum_rows
    if share >= minimum and matched.matched >= fewest:
        return None
    are = "is" if matched.matched == 1 else "are"
    sentence = f"{percent(share)} of the trained rows and {row_count(matched.matched)} in all {are} matched"
    return Outcome.NOT_ENOUGH_DATA, f"{sentence}; at least {percent(minimum)} and {row_count(fewest)} are needed"


def _errored(_: Matched, features: Sequence[FeatureParity], parameters: LogParityParameters) -> Judged:
    errored = [feature for feature in features if feature.outcome is Outcome.ERRORED]
    if not errored:
        return None
    return Outcome.ERRORED, f"{len(errored)} of {len(features)} features could not be compared"


def _worst_rows(
    keys: pa.Table, trained: pa.ChunkedArray, served: pa.ChunkedArray, places: Sequence[int]
) -> list[dict[str, Any]]:
    chosen = pa.array(places, pa.int64())
    sides = (shown_values(side.take(chosen)) for side in (trained, served))
    return [
        shown_row(key, key.pop(EVENT_TIME, None), *values)
        for key, *values in zip(shown_rows(keys.take(chosen)), *sides, strict=True)
    ]
