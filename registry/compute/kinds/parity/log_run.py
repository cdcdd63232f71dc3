"""A whole log-parity check (P2): rows matched, then every feature compared over the matched rows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa

from registry.compute.engines.columns import Reader, Side
from registry.compute.engines.duck import Duck, EngineFailed
from registry.compute.engines.row_matching import match, match_keys
from registry.compute.kinds.coverage import NEVER_SERVED, NEVER_TRAINED, NO_EVENT_TIME, NOT_LOGGED, Coverage, LeftOut
from registry.compute.kinds.parity.key_types import require_alike
from registry.compute.kinds.parity.log_parameters import BY_KEY, LogParityParameters
from registry.compute.kinds.parity.log_parity import EVENT_TIME, FeatureParity, Matched, judge_feature, overall
from registry.compute.kinds.report import TROUBLE, ColumnReport, OnProgress, Report, plain, trouble
from registry.compute.name_lists import case_twins
from registry.compute.stats.result import Outcome

KIND = "parity"


class LogParityInputs(NamedTuple):
    """``features``: the columns to compare, which both sides have; ``not_logged``: those of the training side alone."""

    training: Side
    serving: Side
    features: Sequence[str]
    parameters: LogParityParameters
    not_logged: Sequence[str] = ()


def judge(duck: Duck, inputs: LogParityInputs, *, on_progress: OnProgress) -> Report:
    """Match, compare, judge. ``on_progress`` hears of each step; what it raises stops the work."""
    parameters, total = inputs.parameters, len(inputs.features) + 1
    readers = Reader(duck, inputs.training), Reader(duck, inputs.serving)
    on_progress(0, total, "Matching rows")
    ambiguous = _case_twins(inputs.training) | _case_twins(inputs.serving)
    places = _matched(duck, inputs, ambiguous)
    matched = Matched(readers[0].rows(), readers[1].rows(), places.num_rows)
    keys = _keys(readers[0], inputs, places)
    features = []
    for done, name in enumerate(inputs.features, start=1):
        on_progress(done, total, name)
        reason = ambiguous.get(name)
        known = FeatureParity(name, Outcome.ERRORED, reason, None, {}) if reason else None
        features.append(known or _feature(readers, name, places, keys, parameters))
    timeless = [
        LeftOut(name, NO_EVENT_TIME, reader.without_event_time())
        for name, reader in zip(("training", "serving"), readers, strict=True)
        if reader.side.since or reader.side.until
    ]
    return report_of(inputs, matched, features, timeless)


def report_of(
    inputs: LogParityInputs, matched: Matched, features: Sequence[FeatureParity], timeless: Sequence[LeftOut]
) -> Report:
    """The features ranked, what they say together, and what was left out."""
    parameters = inputs.parameters
    ranked = sorted(
        features,
        key=lambda feature: (feature.outcome is Outcome.PASSED, -(feature.mismatch_rate or 0.0), feature.column),
    )
    outcome, summary = overall(matched, features, parameters, inputs.not_logged)
    reported = tuple(_reported(feature, parameters) for feature in ranked)
    content = {
        **matched.as_dict(),
        **_coverage(timeless, inputs, matched, reported).as_dict(),
        "not_logged": list(inputs.not_logged),
        "parameters": parameters.as_dict(),
    }
    rows = matched.matched + matched.missing + matched.extra
    return Report(str(outcome), summary, rows, plain(content), reported)


def _coverage(
    timeless: Sequence[LeftOut], inputs: LogParityInputs, matched: Matched, features: Sequence[ColumnReport]
) -> Coverage:
    """Of the rows of either side those that are matched, of the features those that were trained on."""
    not_logged = [ColumnReport(name, KIND, NOT_LOGGED, "The log does not have it.") for name in inputs.not_logged]
    left_out = [
        LeftOut("training", NEVER_SERVED, matched.missing),
        LeftOut("serving", NEVER_TRAINED, matched.extra),
    ]
    left_out += timeless
    rows = matched.matched + matched.missing, matched.extra
    if not matched.matched:
        features = [feature._replace(outcome=str(Outcome.NOT_ENOUGH_DATA)) for feature in features]
    features = [
        feature._replace(outcome=str(Outcome.NOT_APPLICABLE))  # of two kinds: it fails, and no value was compared
        if feature.outcome == Outcome.FAILED and feature.value is None
        else feature
        for feature in features
    ]
    return Coverage.of([*features, *not_logged], rows, left_out, noun="features")


def _case_twins(side: Side) -> dict[str, str]:
    return case_twins(column.name for column in side.files.describe())


def _matched(duck: Duck, inputs: LogParityInputs, ambiguous: Mapping[str, str]) -> pa.Table:
    keys = inputs.parameters.entity_key
    for name in (*keys, inputs.training.event_time, inputs.serving.event_time):
        if name in ambiguous:
            raise EngineFailed(ambiguous[name])
    names = inputs.parameters.training, inputs.parameters.serving
    require_alike(duck, [*zip(names, (inputs.training, inputs.serving), strict=True)], keys)
    if inputs.parameters.match_by == BY_KEY:
        return match_keys(duck, inputs.training, inputs.serving, keys=keys)
    return match(duck, inputs.training, inputs.serving, keys=keys, tolerance_s=inputs.parameters.tolerance_s)


def _keys(reader: Reader, inputs: LogParityInputs, places: pa.Table) -> pa.Table:
    names = {name: name for name in inputs.parameters.entity_key}
    names |= {EVENT_TIME: inputs.training.event_time} if inputs.training.event_time else {}
    return pa.table({shown: reader.column(name).take(places["t"]) for shown, name in names.items()})


def _feature(
    readers: tuple[Reader, Reader], name: str, places: pa.Table, keys: pa.Table, parameters: LogParityParameters
) -> FeatureParity:
    try:
        trained, served = readers[0].column(name).take(places["t"]), readers[1].column(name).take(places["s"])
        return judge_feature(name, trained, served, keys, parameters)
    except TROUBLE as error:
        return FeatureParity(name, Outcome.ERRORED, f"This feature could not be compared: {trouble(error)}", None, {})


def _reported(feature: FeatureParity, parameters: LogParityParameters) -> ColumnReport:
    rate, limit = feature.mismatch_rate, parameters.limit
    effect = None if rate is None else rate / limit if limit else math.inf if rate else 0.0
    return ColumnReport(
        feature.column,
        KIND,
        str(feature.outcome),
        feature.sentence,
        "mismatch_rate",
        rate,
        limit,
        effect,
        feature.content,
    )
