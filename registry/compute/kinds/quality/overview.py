"""What a run read of predictions, in one sentence: what they are, how many have a label, what is favourable.

>>> import numpy as np
>>> from registry.compute.kinds.quality.inputs.predictions import PredictedRows
>>> rows = PredictedRows(np.array([0.2, 0.7]), np.array([True, True]), np.array([0, -1]), np.array([True, False]), None)
>>> read = Predictions("probability", ("0", "1"), 1, 1, 0.5, (), (rows, rows))
>>> overview_sentence(read, PredictionParameters("p", "y"))
'Probabilities of class 1, predicted positive from 0.5 on. Labelled: 1 of 2 rows in the reference, 1 of 2 rows now; 1 is late, so labels are not compared as a column.'
"""

from __future__ import annotations

from typing import Any

from registry.compute.kinds.quality.inputs.predictions import Predictions
from registry.compute.kinds.quality.parameters import CLASS, NUMBER, PredictionParameters


def overview(predictions: Predictions, parameters: PredictionParameters) -> dict[str, Any]:
    """What a page says above the metrics and figures, and the numbers that it is built from."""
    rows, labelled = _counts(predictions)
    return {
        "sentence": overview_sentence(predictions, parameters),
        "kind": predictions.kind,
        "positive": predictions.positive_name,
        "favourable": predictions.favourable_name if parameters.group else "",
        "group": parameters.group,
        "rows": rows,
        "labelled": labelled if parameters.label else None,
        "late": predictions.sides[1].late if parameters.label else None,
    }


def overview_sentence(predictions: Predictions, parameters: PredictionParameters) -> str:
    """The overview in words."""
    sentences = [_what(predictions)]
    (before, now), (labelled_before, labelled_now) = _counts(predictions)
    if parameters.label:
        late = predictions.sides[1].late
        waiting = (
            f"; {late:,} {'is' if late == 1 else 'are'} late, so labels are not compared as a column" if late else ""
        )
        of_sides = f"{labelled_before:,} of {before:,} rows in the reference, {labelled_now:,} of {now:,} rows now"
        sentences.append(f"Labelled: {of_sides}{waiting}.")
    if parameters.group and predictions.favourable_name:
        sentences.append(f"Favourable is {predictions.favourable_name}.")
    return " ".join(sentences)


def _counts(predictions: Predictions) -> tuple[list[int], list[int]]:
    sides = predictions.sides
    return [side.count(side.predicted) for side in sides], [side.count(side.labelled) for side in sides]


def _what(predictions: Predictions) -> str:
    if predictions.kind == NUMBER:
        return "Predictions of numbers."
    if predictions.kind == CLASS:
        many = len(predictions.classes)
        positive = f"; positive is {predictions.positive_name}" if predictions.positive >= 0 else ""
        return f"Predictions of {many} {'class' if many == 1 else 'classes'}{positive}."
    return f"Probabilities of class {predictions.positive_name}, predicted positive from {predictions.threshold:g} on."
