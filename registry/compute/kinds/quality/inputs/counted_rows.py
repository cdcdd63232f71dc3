"""Predictions that an engine counts where they lie: rows that are equal once, with how often they are there; of numbers the means
of their errors and the deviations of these.

That is all that accuracy, the counts of true and predicted classes, the rates of groups, and the errors of numbers need.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from sqlglot import exp

from registry.compute.kinds.quality.inputs.answerable import NotAnswerable
from registry.compute.kinds.quality.inputs.prediction_kind import MANY, prediction_kind
from registry.compute.kinds.quality.inputs.predictions import PredictedRows, Predictions, gather
from registry.compute.kinds.quality.inputs.values import is_number
from registry.compute.kinds.quality.parameters import NUMBER, PROBABILITY, PredictionParameters
from registry.compute.kinds.side_in_database import Inside
from registry.compute.pushdown.column_sql import FINITE, INFINITY, WRITTEN_IN, literal, named
from registry.compute.stats.metrics.measured import spread_of
from registry.compute.stats.metrics.numbers import of_means

MOST = 1_000_000  # combinations of a prediction, a label and a group
LEAST, LARGEST = 1e-60, 1e60  # the fourth power of an error between them is a float64, also the sum of many
FRACTION = "v > 0 AND v < 1"
Sides = tuple[Inside, Inside]


def count_predictions(sides: Sides, about: PredictionParameters) -> Predictions | None:
    """The predictions of both sides. None where counts and sums do not answer: labels that came later are joined, estimates and
    the metrics of probabilities need their rows. NotAnswerable."""
    if about.labels or about.estimate:
        return None
    kind = _kind(sides, about)
    if kind == PROBABILITY and about.label:
        return None
    if kind == NUMBER:
        return _numbers(sides, about)
    tables = [_probabilities(side, about) if kind == PROBABILITY else _combinations(side, about) for side in sides]
    prediction, label, group = (
        [table[role] for table in tables] if role in tables[0].column_names else None for role in ("p", "l", "g")
    )
    assert prediction is not None  # as it is what is counted
    counted = gather(prediction, label, group, about)
    reference, current = (
        rows._replace(times=table["times"].to_numpy()) for rows, table in zip(counted.sides, tables, strict=True)
    )
    return counted._replace(sides=(reference, current))


def _kind(sides: Sides, about: PredictionParameters) -> str:
    """As `prediction_kind` finds it over the rows, from a few values of them that show it."""
    types = [side.schema.field(about.prediction).type for side in sides]
    if not all(map(is_number, types)):
        return prediction_kind([pa.chunked_array([], kind) for kind in types], None, about)
    labels = [_examples(side, about.label) for side in sides] if about.label else None
    return prediction_kind([_examples(side, about.prediction) for side in sides], labels, about)


def _examples(side: Inside, name: str) -> pa.ChunkedArray:
    """Of numbers the least, the greatest, one between them and one between 0 and 1; of others up to three values."""
    kind = side.schema.field(name).type
    if not is_number(kind):
        values = side.rows("v", _value(named(name), kind)).distinct().limit(MANY)
        return _array([value for (value,) in side.ask(values)], kind)
    finite = _select("v", of=side.rows("v", exp.cast(named(name), "double"))).where(FINITE, dialect=WRITTEN_IN)
    ends = _select("MIN(v)", "MAX(v)", f"MIN(CASE WHEN {FRACTION} THEN v END)", of=finite)
    [(least, greatest, fraction)] = side.ask(ends)
    if least is None:
        return _array([], pa.float64())
    between = f"v > {literal(least)} AND v < {literal(greatest)}"
    [(inner,)] = side.ask(_select(f"MIN(CASE WHEN {between} THEN v END)", of=finite))
    return _array([least, greatest, fraction, inner], pa.float64())


def _combinations(side: Inside, about: PredictionParameters) -> pa.Table:
    """Each combination of prediction, label and group, and its rows."""
    roles = {role: name for role, name in (("p", about.prediction), ("l", about.label), ("g", about.group)) if name}
    kinds = {role: side.schema.field(name).type for role, name in roles.items()}
    rows = side.rows_with({role: _value(named(name), kinds[role]) for role, name in roles.items()})
    counted = _select(*roles, "COUNT(*)", of=rows).group_by(*roles)
    return _table(side, counted, kinds)


def _probabilities(side: Inside, about: PredictionParameters) -> pa.Table:
    """Of the probabilities on each side of the threshold the least, and their rows; 0 and 1 apart. By group where one is named."""
    values: dict[str, exp.Expr] = {"v": exp.cast(named(about.prediction), "double")}
    kinds = {"p": pa.float64()}
    if about.group:
        kinds["g"] = side.schema.field(about.group).type
        values["g"] = _value(named(about.group), kinds["g"])
    groups = [role for role in kinds if role != "p"]
    part = f"CASE WHEN v >= {literal(about.threshold)} THEN 1 ELSE 0 END + CASE WHEN {FRACTION} THEN 2 ELSE 0 END"
    known = f"CASE WHEN {FINITE} THEN v END AS v"
    parts = _select(
        "v",
        *groups,
        f"CASE WHEN v IS NULL THEN -1 ELSE {part} END AS part",
        of=_select(known, *groups, of=side.rows_with(values)),
    )
    return _table(side, _select("MIN(v)", *groups, "COUNT(*)", of=parts).group_by("part", *groups), kinds)


def _table(side: Inside, counted: exp.Select, kinds: Mapping[str, pa.DataType]) -> pa.Table:
    rows = side.ask(counted.limit(MOST + 1))
    if len(rows) > MOST:
        raise NotAnswerable(f"There are more than {MOST:,} combinations of a prediction, a label and a group.")
    columns = list(zip(*rows, strict=True)) or [()] * (len(kinds) + 1)
    arrays = {role: _array(values, kind) for (role, kind), values in zip(kinds.items(), columns, strict=False)}
    return pa.table(arrays | {"times": pa.array(columns[-1], pa.int64())})


def _numbers(sides: Sides, about: PredictionParameters) -> Predictions | None:
    """Predictions of numbers by the means of their errors; None where an error is too large or too small for an engine's sums."""
    reference, current = (_errors(side, about) for side in sides)
    if reference is None or current is None:
        return None
    return Predictions(NUMBER, (), -1, -1, about.threshold, (), (reference, current))


def _errors(side: Inside, about: PredictionParameters) -> PredictedRows | None:
    label = named(about.label) if about.label else exp.null()
    rows = side.rows_with({"v": exp.cast(named(about.prediction), "double"), "l": exp.cast(label, "double")})
    marked = _select(
        f"CASE WHEN {FINITE} THEN 1 END AS predicted",
        f"CASE WHEN {FINITE} AND ABS(l) < {INFINITY} THEN 1 END AS labelled",
        "l",
        f"CASE WHEN ABS(v) < {literal(LARGEST)} AND {_within('l')} THEN v - l END AS e",
        of=rows,
    )
    errors = _select("predicted", "labelled", "l", f"CASE WHEN {_within('e')} THEN e END AS e", of=marked)
    values = ("ABS(e)", "e * e", "e", "ABS(CASE WHEN l <> 0 THEN e / l END)")
    sums = [word for value in values for word in (f"AVG({value})", f"STDDEV_SAMP({value})")]
    counts = (
        "COUNT(*)",
        "COUNT(predicted)",
        "COUNT(labelled)",
        "COUNT(e)",
        "COUNT(CASE WHEN labelled = 1 AND l = 0 THEN 1 END)",
    )
    [(every, predicted, labelled, judged, zeros, *figures)] = side.ask(_select(*counts, *sums, of=errors))
    if judged != labelled:
        return None
    pairs = zip(("mae", "rmse", "bias", "mape"), figures[::2], figures[1::2], strict=True)
    means = [spread_of(name, mean or 0.0, spread or 0.0, labelled) for name, mean, spread in pairs]
    return PredictedRows(
        np.zeros(3),
        np.array([True, True, False]),
        np.zeros(3) if about.label else None,
        np.array([True, False, False]),
        None,
        np.array([labelled, predicted - labelled, every - predicted]),
        of_means(*means, zeros=zeros) if labelled else {},
    )


def _within(name: str) -> str:
    return f"({name} = 0 OR ABS({name}) > {literal(LEAST)} AND ABS({name}) < {literal(LARGEST)})"


def _value(column: exp.Expr, kind: pa.DataType) -> exp.Expr:
    """The value as it is copied: documents and uuids are read as text, decimals of PostgreSQL as floats."""
    if pa.types.is_floating(kind):
        return exp.cast(column, "double")
    return exp.cast(column, "text") if pa.types.is_string(kind) else column


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(values, kind)])


def _select(*columns: str, of: exp.Select) -> exp.Select:
    return exp.select(*columns, dialect=WRITTEN_IN).from_(of.subquery("counted_rows"))
