"""A whole log-parity check (P2): rows matched, then every feature compared over the matched rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import pyarrow as pa

from registry.compute.engines.columns import Reader, Side
from registry.compute.engines.duck import Duck, EngineFailed
from registry.compute.engines.row_matching import match
from registry.compute.kinds.parity.log_parameters import LogParityParameters
from registry.compute.kinds.parity.log_parity import EVENT_TIME, FeatureFound, Matched, judge_feature, overall
from registry.compute.kinds.report import ColumnReport, Report, plain
from registry.compute.stats.result import Outcome

Told = Callable[[int, int, str], None]
KIND = "parity"


class LogParityInputs(NamedTuple):
    """``features``: the columns to compare, which both sides have; ``not_logged``: those of the training side alone."""

    training: Side
    serving: Side
    features: Sequence[str]
    parameters: LogParityParameters
    not_logged: Sequence[str] = ()


def judge(duck: Duck, inputs: LogParityInputs, *, told: Told) -> Report:
    """Match, compare, judge. ``told`` hears of each step; what it raises stops the work."""
    parameters, total = inputs.parameters, len(inputs.features) + 1
    readers = Reader(duck, inputs.training), Reader(duck, inputs.serving)
    told(0, total, "Matching rows")
    places = match(
        duck, inputs.training, inputs.serving, keys=parameters.entity_key, tolerance_s=parameters.tolerance_s
    )
    matched = Matched(readers[0].rows(), readers[1].rows(), places.num_rows)
    keys = _keys(readers[0], inputs, places)
    found = []
    for done, name in enumerate(inputs.features, start=1):
        told(done, total, name)
        found.append(_feature(readers, name, places, keys, parameters))
    ranked = sorted(found, key=lambda one: (one.outcome is Outcome.PASSED, -(one.mismatch_rate or 0.0), one.column))
    outcome, summary = overall(matched, found, parameters, inputs.not_logged)
    content = plain({**matched.as_dict(), "not_logged": list(inputs.not_logged), "parameters": parameters.as_dict()})
    rows = matched.matched + matched.missing + matched.extra
    return Report(str(outcome), summary, rows, content, tuple(_reported(one, parameters) for one in ranked))


def _keys(reader: Reader, inputs: LogParityInputs, places: pa.Table) -> pa.Table:
    names = {name: name for name in inputs.parameters.entity_key} | {EVENT_TIME: inputs.training.event_time}
    return pa.table({shown: reader.column(name).take(places["t"]) for shown, name in names.items()})


def _feature(
    readers: tuple[Reader, Reader], name: str, places: pa.Table, keys: pa.Table, parameters: LogParityParameters
) -> FeatureFound:
    try:
        trained, served = readers[0].column(name).take(places["t"]), readers[1].column(name).take(places["s"])
        return judge_feature(name, trained, served, keys, parameters)
    except (EngineFailed, MemoryError, ValueError, ArithmeticError) as error:
        return FeatureFound(name, Outcome.ERRORED, f"This feature could not be compared: {error}", None, {})


def _reported(one: FeatureFound, parameters: LogParityParameters) -> ColumnReport:
    rate, limit = one.mismatch_rate, parameters.limit
    effect = None if rate is None else rate / limit if limit else math.inf if rate else 0.0
    return ColumnReport(
        one.column, KIND, str(one.outcome), one.sentence, "mismatch_rate", rate, limit, effect, one.content
    )
