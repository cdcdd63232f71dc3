"""What a drift check says about predictions: the drift of their metrics, and their fairness by group.

Each is a finding like a column's: `metric: AUC`, `fairness: disparate impact ratio`. What was asked for and has no answer
in these data is a finding too, never nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from registry.compute.engines.columns import Reader
from registry.compute.kinds.drift.parameters import DriftParameters
from registry.compute.kinds.drift.window_distances import Plan
from registry.compute.kinds.quality import fairness, metrics
from registry.compute.kinds.quality.estimates import Estimates, estimate_sentence, estimates
from registry.compute.kinds.quality.inputs.answerable import NotAnswerable
from registry.compute.kinds.quality.inputs.late_labels import read_labels, read_late
from registry.compute.kinds.quality.inputs.predictions import Predictions, gather
from registry.compute.kinds.quality.overview import overview
from registry.compute.kinds.quality.verdict import unanswered
from registry.compute.kinds.report import ColumnReport
from registry.compute.stats.result import Outcome

Readers = tuple[Reader, Reader]


class Judged(NamedTuple):
    """The findings, and what was read of the predictions; None where that has no answer or nothing was asked."""

    reports: list[ColumnReport] = []
    overview: dict[str, Any] | None = None


def judge(
    readers: Readers,
    parameters: DriftParameters,
    plan: Plan | None = None,
    *,
    labels: Reader | None = None,
    label_key: Sequence[str] = (),
) -> Judged:
    """Metrics and fairness of the predictions; nothing where no prediction is named.

    ``labels``: the rows of a data set with labels that came later, joined by ``label_key``.
    """
    if not parameters.prediction:
        return Judged()
    try:
        predictions = read(readers, parameters, labels, label_key)
    except NotAnswerable as error:
        return not_answered(error, parameters)
    return judge_predictions(predictions, parameters, plan)


def not_answered(error: NotAnswerable, parameters: DriftParameters) -> Judged:
    """Each question with the reason why it has no answer."""
    questions = [name for name, column in (("metrics", parameters.label), ("fairness", parameters.group)) if column]
    return Judged([unanswered(question, Outcome.NOT_APPLICABLE, str(error)) for question in questions])


def judge_predictions(predictions: Predictions, parameters: DriftParameters, plan: Plan | None = None) -> Judged:
    """Metrics and fairness of predictions that were read, or counted where they lie."""
    reports = list(metrics.judge(predictions, parameters, plan)) if parameters.label else []
    if parameters.estimate:
        values, refusal = estimates(predictions, plan, parameters.minimum_rows)
        reports = [_with_estimate(report, values, refusal) for report in reports]
    reports += list(fairness.judge(predictions, parameters, plan)) if parameters.group else []
    return Judged(reports, overview(predictions, parameters.about_predictions))


def _with_estimate(report: ColumnReport, values: Estimates, refusal: str) -> ColumnReport:
    """A metric's finding with its estimate beside it; that of all metrics with all. The outcome stays as it is."""
    name = report.content.get("metric")
    own = values if name is None else {name: values[name]} if name in values else {}
    sentence = estimate_sentence(own) if own else f"No estimate: {refusal}" if refusal and name is None else ""
    content = report.content | ({"estimates": list(own.values())} if own else {})
    return report._replace(sentence=f"{report.sentence} {sentence}".strip(), content=content)


def without_late(columns: Iterable[ColumnReport], label: str, overview: dict[str, Any] | None) -> list[ColumnReport]:
    """The columns without that of the labels while some are late: what is missing would count as drift. The overview says
    so."""
    has_late = bool(overview and overview["late"])
    return [column for column in columns if not (has_late and column.column == label)]


def read(
    readers: Readers, parameters: DriftParameters, labels: Reader | None = None, label_key: Sequence[str] = ()
) -> Predictions:
    """The predictions of both sides. NotAnswerable when they cannot be what is asked for."""
    about = parameters.about_predictions
    late = read_late(labels, label_key, about.label) if labels else None
    return gather(
        [reader.column(about.prediction) for reader in readers],
        [read_labels(reader, late, about.label) for reader in readers] if about.label else None,
        [reader.column(about.group) for reader in readers] if about.group else None,
        about,
    )
