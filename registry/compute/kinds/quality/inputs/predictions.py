"""The predictions of both sides, their labels and their groups, read as what they are: numbers, classes or probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from registry.compute.kinds.quality.inputs.answerable import NotAnswerable
from registry.compute.kinds.quality.inputs.prediction_kind import prediction_kind
from registry.compute.kinds.quality.inputs.values import Coded, coded, numbers
from registry.compute.kinds.quality.parameters import CLASS, NUMBER, PROBABILITY, PredictionParameters
from registry.compute.stats.metrics.measured import Measured

MOST_CLASSES = 200
Columns = Sequence[pa.ChunkedArray]
TRUTHS = ({"0", "1"}, {"false", "true"})


class PredictedRows(NamedTuple):
    """One side, (rows,) each: the predictions and labels (numbers, or codes of classes), the codes of groups; which rows
    have a prediction, and which of those have a label. ``label`` and ``group`` None where no such column is named.
    ``times``: how often each of these rows is there, where an engine counted equal ones; ``measured``: the metrics of
    numbers, where an engine computed them."""

    prediction: np.ndarray
    predicted: np.ndarray
    label: np.ndarray | None
    labelled: np.ndarray
    group: np.ndarray | None
    times: np.ndarray | None = None
    measured: Mapping[str, Measured] | None = None

    @property
    def late(self) -> int:
        """How many rows have a prediction and no label yet."""
        return self.count(self.predicted & ~self.labelled)

    def count(self, which: np.ndarray) -> int:
        """How many rows of the side these are: a mask."""
        return int(which.sum() if self.times is None else self.times[which].sum())

    def times_of(self, index: np.ndarray) -> np.ndarray | None:
        """How often these rows are there; None where each is there once."""
        return None if self.times is None else self.times[index]


class Predictions(NamedTuple):
    """``classes``: by their codes; ``positive`` and ``favourable``: codes, -1 where there is none; ``groups``: by their
    codes; ``sides``: reference and current."""

    kind: str
    classes: tuple[str, ...]
    positive: int
    favourable: int
    threshold: float
    groups: tuple[str, ...]
    sides: tuple[PredictedRows, PredictedRows]

    @property
    def positive_name(self) -> str:
        return self.classes[self.positive] if self.positive >= 0 else ""

    @property
    def favourable_name(self) -> str:
        return self.classes[self.favourable] if self.favourable >= 0 else ""

    def is_favourable(self, side: PredictedRows) -> np.ndarray:
        """(rows,): whether a row is predicted to be of the favourable class."""
        if self.kind == CLASS:
            return np.asarray(side.prediction == self.favourable)
        is_positive = np.asarray(side.prediction >= self.threshold)
        return is_positive if self.favourable == self.positive else ~is_positive


def gather(
    predictions: Columns, labels: Columns | None, groups: Columns | None, parameters: PredictionParameters
) -> Predictions:
    """Both sides' columns as `Predictions`. NotAnswerable when they cannot be what is asked for."""
    kind = prediction_kind(predictions, labels, parameters)
    if kind == CLASS:
        both = coded([*predictions, *(labels or ())])
        values, truths, classes = both.codes[:2], both.codes[2:] or None, both.names
    else:
        values = [numbers(column) for column in predictions]
        truths, classes = _truths(kind, labels)
    if kind == PROBABILITY and not classes:  # without a label the classes have the names that are stated
        positive = parameters.positive or "1"
        other = parameters.favourable if parameters.favourable not in ("", positive) else "0"
        classes, parameters = (other, positive), parameters._replace(positive=positive)
    if len(classes) > MOST_CLASSES:
        raise NotAnswerable(f"There are {len(classes):,} classes. At most {MOST_CLASSES} are compared.")
    by_group = coded(groups) if groups else Coded((), [])
    of_interest = _positive(kind, classes, parameters)
    return Predictions(
        kind,
        classes if of_interest is None or of_interest in classes else (*classes, of_interest),
        *_codes(kind, classes, of_interest, parameters),
        parameters.threshold,
        by_group.names,
        (_side(0, kind, values, truths, by_group.codes), _side(1, kind, values, truths, by_group.codes)),
    )


def _side(
    side: int,
    kind: str,
    values: Sequence[np.ndarray],
    truths: Sequence[np.ndarray] | None,
    groups: Sequence[np.ndarray],
) -> PredictedRows:
    prediction = values[side]
    label = truths[side] if truths else None
    predicted = prediction >= 0 if kind == CLASS else np.isfinite(prediction)
    has_label = (
        np.zeros(predicted.shape, bool) if label is None else np.isfinite(label) if kind == NUMBER else label >= 0
    )
    return PredictedRows(prediction, predicted, label, predicted & has_label, groups[side] if groups else None)


def _truths(kind: str, labels: Columns | None) -> tuple[list[np.ndarray] | None, tuple[str, ...]]:
    if labels is None:
        return None, ()
    if kind == NUMBER:
        return [numbers(column) for column in labels], ()
    classes = coded(labels)
    return classes.codes, classes.names


def _positive(kind: str, classes: tuple[str, ...], parameters: PredictionParameters) -> str | None:
    """The name of the positive class; None for numbers and for many classes without one."""
    if kind == NUMBER:
        return None
    truths = next((pair for pair in TRUTHS if classes and set(classes) <= pair), None)
    if parameters.positive:
        return parameters.positive.lower() if truths == TRUTHS[1] else parameters.positive
    if truths or not classes:
        return max(truths) if truths else "1"
    if kind == PROBABILITY and len(classes) > 2:
        sentence = (
            f"{parameters.label} holds {len(classes)} classes. Name the one that the probability is of: positive."
        )
        raise NotAnswerable(sentence)
    return max(classes) if len(classes) <= 2 else None


def _codes(
    kind: str, classes: tuple[str, ...], positive: str | None, parameters: PredictionParameters
) -> tuple[int, int]:
    """The codes of the positive and the favourable class; -1 for none."""
    if positive is None and not parameters.favourable:
        return -1, -1
    every = classes if positive is None or positive in classes else (*classes, positive)
    if parameters.positive and positive not in classes and classes:
        raise NotAnswerable(_no_class("positive", parameters.positive, classes))
    code = every.index(positive) if positive is not None else -1
    if not parameters.favourable or kind == NUMBER:
        return code, code
    favourable = parameters.favourable.lower() if set(every) <= TRUTHS[1] else parameters.favourable
    if favourable not in every:
        raise NotAnswerable(_no_class("favourable", parameters.favourable, every))
    if kind == PROBABILITY and favourable != positive and len(every) > 2:
        raise NotAnswerable(
            f"The probability is of {positive}, so it says nothing of {favourable}: there are {len(every)} classes."
        )
    return code, every.index(favourable)


def _no_class(field: str, name: str, classes: Sequence[str]) -> str:
    shown = ", ".join(classes[:6]) + (", …" if len(classes) > 6 else "")
    return f"No row is of class {name!r}, which {field} names. The classes are {shown}."
