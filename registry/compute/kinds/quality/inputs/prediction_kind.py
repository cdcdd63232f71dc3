"""What predictions are: numbers, classes or probabilities.

It follows from the values of both sides where nobody says: texts and truth values are classes, and so are numbers that
have at most two values, labels included; numbers from 0 to 1 that are not all whole are probabilities where the labels
have at most two classes; all others are numbers.

>>> label, probability = pa.chunked_array([["no", "yes"]]), pa.chunked_array([[0.2, 0.7]])
>>> prediction_kind([probability], [label], PredictionParameters("p", "y"))
'probability'
>>> prediction_kind([label], [label], PredictionParameters("p", "y"))
'class'
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from registry.compute.kinds.quality.inputs.answerable import NotAnswerable
from registry.compute.kinds.quality.inputs.values import coded, is_number, numbers
from registry.compute.kinds.quality.parameters import CLASS, NUMBER, PROBABILITY, PredictionParameters

Columns = Sequence[pa.ChunkedArray]
MANY = 3


def prediction_kind(predictions: Columns, labels: Columns | None, parameters: PredictionParameters) -> str:
    """The kind of predictions. NotAnswerable where the values are not what is stated, or not of one kind."""
    name, label, stated = parameters.prediction, parameters.label, parameters.prediction_kind
    if not all(is_number(column.type) for column in predictions):
        if any(is_number(column.type) for column in predictions):
            types = " and ".join(str(column.type) for column in predictions)
            raise NotAnswerable(f"{name} holds {types} in the reference and now: they are not compared.")
        return CLASS
    fractions = _are_fractions(predictions)
    if stated == PROBABILITY and fractions is None:
        raise NotAnswerable(f"{name} is stated to be a probability, and holds a number below 0 or above 1.")
    if stated == NUMBER and not _are_numbers(labels):
        raise NotAnswerable(f"{name} is stated to be a number, and {label} holds classes.")
    return stated or _from_values(predictions, labels, bool(fractions), parameters)


def _from_values(
    predictions: Columns, labels: Columns | None, fractions: bool, parameters: PredictionParameters
) -> str:
    if fractions and (labels is None or parameters.positive or _distinct(labels) < MANY):
        return PROBABILITY
    if _distinct([*predictions, *(labels or ())]) < MANY or parameters.positive or parameters.favourable:
        return CLASS
    if not _are_numbers(labels):
        name, label = parameters.prediction, parameters.label
        raise NotAnswerable(
            f"{name} holds numbers that are not probabilities of one of two classes, and {label} classes: "
            "they are not compared."
        )
    return NUMBER


def _are_numbers(columns: Columns | None) -> bool:
    return all(is_number(column.type) for column in columns or ())


def _are_fractions(predictions: Columns) -> bool | None:
    """Whether all are from 0 to 1 and not all whole; None where one is beyond."""
    finite = [values[np.isfinite(values)] for values in map(numbers, predictions)]
    if any(values.size and (values.min() < 0 or values.max() > 1) for values in finite):
        return None
    return any(bool((values % 1).any()) for values in finite)


def _distinct(columns: Columns) -> int:
    """How many values all have together; `MANY` stands for more."""
    for column in columns:
        if is_number(column.type):
            values = numbers(column)
            if np.unique(values[np.isfinite(values)]).size >= MANY:
                return MANY
    return min(len(coded(columns).names), MANY)
