"""Fairness by group: each figure by the two groups that decide it, over the current side and over its windows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from registry.compute.kinds.drift.parameters import DriftParameters
from registry.compute.kinds.drift.series import Series
from registry.compute.kinds.drift.window_distances import Plan
from registry.compute.kinds.quality.fairness_words import GroupRate, gap_sentence, left_out_sentence
from registry.compute.kinds.quality.group_counts import count_groups
from registry.compute.kinds.quality.inputs.predictions import Predictions
from registry.compute.kinds.quality.parameters import NUMBER
from registry.compute.kinds.quality.verdict import Finding, report, unanswered
from registry.compute.kinds.quality.windows import WindowValues, series_of
from registry.compute.kinds.report import ColumnReport
from registry.compute.stats.catalogue import ENTRIES, default_limit
from registry.compute.stats.fairness import FALSE_POSITIVE, FIGURES, IMPACT, RATES_OF, SELECTION, TRUE_POSITIVE
from registry.compute.stats.group_gaps import Gap, GroupCounts, judged_groups, largest_gap
from registry.compute.stats.intervals import deviations, wilson
from registry.compute.stats.result import Outcome

MOST_GROUPS, MOST_COMPARED = 30, 500
OVER_WINDOWS = {IMPACT: "disparate_impact_gap"}


class Counted(NamedTuple):
    """The counts of groups: over the whole of both sides, and of each window of both."""

    whole: tuple[GroupCounts, GroupCounts]
    windows: tuple[Sequence[GroupCounts], Sequence[GroupCounts]] | None


def judge(predictions: Predictions, parameters: DriftParameters, plan: Plan | None) -> Iterator[ColumnReport]:
    """A report of each figure; one that says why where there is none."""
    if predictions.favourable < 0:
        yield unanswered("fairness", Outcome.NOT_APPLICABLE, _no_class(predictions, parameters))
        return
    reference, current = (count_groups(predictions, side) for side in predictions.sides)
    if refusal := _refusal(predictions, current, parameters):
        yield unanswered("fairness", *refusal)
        return
    windows = (_over(predictions, 0, plan), _over(predictions, 1, plan)) if plan else None
    counted = Counted((reference, current), windows)
    figures = [name for name in FIGURES if parameters.label or RATES_OF[name] == (SELECTION,)]
    for figure in figures:
        yield _judge(figure, counted, predictions, (parameters, plan, len(figures)))


def _over(predictions: Predictions, side: int, plan: Plan) -> list[GroupCounts]:
    cut = (plan.reference, plan.current)[side]
    return [count_groups(predictions, predictions.sides[side], rows) for rows in cut.rows]


def _no_class(predictions: Predictions, parameters: DriftParameters) -> str:
    if predictions.kind == NUMBER:
        return f"{parameters.prediction} holds numbers. Fairness compares rates of classes, or of probabilities at a threshold."
    shown = ", ".join(predictions.classes[:6]) + (", …" if len(predictions.classes) > 6 else "")
    return f"{parameters.prediction} holds {len(predictions.classes)} classes ({shown}). Name the favourable one: favourable."


def _refusal(predictions: Predictions, counts: GroupCounts, parameters: DriftParameters) -> tuple[Outcome, str] | None:
    rows = int(counts.rows.sum())
    if rows < parameters.minimum_rows:
        sentence = f"Too few rows with a prediction and a group: {rows:,}, needs {parameters.minimum_rows:,}."
        return Outcome.NOT_ENOUGH_DATA, sentence
    judged = judged_groups(counts, SELECTION)
    if judged.size > MOST_COMPARED:
        sentence = f"{parameters.group} has {judged.size:,} groups. At most {MOST_COMPARED} are compared."
        return Outcome.NOT_APPLICABLE, sentence
    if judged.size < 2:
        shown = ", ".join(predictions.groups[index] for index in judged) or "none"
        sentence = f"Fairness compares groups of {parameters.group}, and those with enough rows are: {shown}."
        return Outcome.NOT_ENOUGH_DATA, f"{sentence} {_left_out_of(predictions, counts, SELECTION)[1]}".strip()
    return None


def _judge(
    figure: str, counted: Counted, predictions: Predictions, context: tuple[DriftParameters, Plan | None, int]
) -> ColumnReport:
    parameters, plan, comparisons = context
    limit = parameters.limits.get(figure, default_limit(figure))
    reference, current = (largest_gap(figure, counts, limit=limit, comparisons=comparisons) for counts in counted.whole)
    column, counts = f"fairness: {ENTRIES[figure].title.lower()}", counted.whole[1]
    content = _content(counts, predictions, parameters) | {"reference": reference.value if reference else None}
    if current is None:
        sentence = f"{ENTRIES[figure].title} needs labelled rows of at least two groups."
        return unanswered(
            column, Outcome.NOT_ENOUGH_DATA, f"{sentence} {_lacking(figure, counts, predictions)}", content
        )
    pair = (_rate(counts, predictions, current, current.lower), _rate(counts, predictions, current, current.higher))
    left_out, left_out_words = _left_out_of(predictions, counts, current.rate)
    content |= {
        "interval": [current.low, current.high],
        "pair": [group._asdict() for group in pair],
        "left_out": [{"group": name, "rows": rows} for name, rows in left_out.items()][:MOST_GROUPS],
    }
    sentence = f"{gap_sentence(figure, current, pair, limit)} {left_out_words}".strip()
    worse = (limit, current.value) if figure == IMPACT else (current.value, limit)
    finding = Finding(
        column, figure, current.value, limit, worse[0] / worse[1] if worse[1] else float("inf") * worse[0],
        worse[0] > worse[1], current.is_broken, sentence, content,
    )  # fmt: skip
    return report(finding, _series(figure, counted.windows, plan, parameters, comparisons) if plan else None)


def _rate(counts: GroupCounts, predictions: Predictions, gap: Gap, group: int) -> GroupRate:
    hits, rows = counts.of(gap.rate)
    return GroupRate(predictions.groups[group], float(hits[group] / rows[group]), int(rows[group]))


def _left_out_of(predictions: Predictions, counts: GroupCounts, rate: str) -> tuple[dict[str, int], str]:
    """The groups that have rows and too few of them, and what is said of them."""
    judged, rows = set(judged_groups(counts, rate).tolist()), counts.of(rate)[1]
    present = [index for index in np.flatnonzero(counts.rows) if index not in judged]
    left_out = {predictions.groups[index]: int(rows[index]) for index in present}
    return left_out, left_out_sentence(left_out, rate)


def _lacking(figure: str, counts: GroupCounts, predictions: Predictions) -> str:
    rate = next(rate for rate in RATES_OF[figure] if judged_groups(counts, rate).size < 2)
    return _left_out_of(predictions, counts, rate)[1]


def _content(counts: GroupCounts, predictions: Predictions, parameters: DriftParameters) -> dict[str, Any]:
    """What is shown of each group, the largest groups first."""
    largest = sorted(np.flatnonzero(counts.rows).tolist(), key=lambda group: (-counts.rows[group], group))[:MOST_GROUPS]
    side = predictions.sides[1]
    return {
        "group": parameters.group,
        "favourable": predictions.favourable_name,
        "without_group": side.count(side.predicted & (side.group < 0)) if side.group is not None else 0,
        "late": side.late if parameters.label else 0,
        "rates": [
            {"group": predictions.groups[group], **counts.rates(group)._asdict(), **_intervals(counts, group)}
            for group in largest
        ],
    }


def _intervals(counts: GroupCounts, group: int) -> dict[str, Any]:
    """Wilson's 95% interval of each rate; None where the group has no rows to take it from."""
    intervals = {}
    for rate in (SELECTION, TRUE_POSITIVE, FALSE_POSITIVE):
        hits, rows = counts.of(rate)
        has_rows = rows.size and rows[group]
        ends = wilson(hits[group], rows[group], deviations())[1:] if has_rows else None
        intervals[f"{rate}_interval"] = [float(end) for end in ends] if ends else None
    return intervals


def _series(
    figure: str,
    windows: tuple[Sequence[GroupCounts], Sequence[GroupCounts]] | None,
    plan: Plan,
    parameters: DriftParameters,
    comparisons: int,
) -> Series:
    """The figure over windows, each judged by the groups that have rows enough in it."""
    assert windows is not None  # as there is a plan
    limit = parameters.limits.get(figure, default_limit(figure))
    together = comparisons * len(plan.current.labels)
    gaps = [
        [
            largest_gap(figure, counts, limit=limit, comparisons=together)
            if counts.rows.sum() >= parameters.minimum_rows
            else None
            for counts in side
        ]
        for side in windows
    ]
    fixed = 1 - limit if figure == IMPACT else limit
    reference, current = (
        np.array([np.nan if gap is None else _worse(figure, gap.value) for gap in side]) for side in gaps
    )
    broken = np.array([gap is not None and gap.is_broken for gap in gaps[1]], dtype=bool)
    rows = np.array([int(counts.rows.sum()) for counts in windows[1]])
    statistic = OVER_WINDOWS.get(figure, figure)
    return series_of(WindowValues(statistic, reference, current, rows, broken, fixed, fixed), plan)


def _worse(figure: str, value: float) -> float:
    return 1 - value if figure == IMPACT else value
