"""A drift check of two tables of one connection, computed there by PostgreSQL or Spark: the data stay, aggregates alone come back.

The outcomes and statistics are those of `drift_run` over a copy: counts and KS equal, sums within 1e-9. The charts are
counted there too, and so are predictions, as far as counts and sums answer what is asked of them. Windows need the rows
themselves: those are copied.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pyarrow as pa
from sqlglot import exp

from registry.compute.kinds.arrow_columns import hardly_repeats
from registry.compute.kinds.drift import column as drift
from registry.compute.kinds.drift import run as drift_run
from registry.compute.kinds.drift.inputs import DriftInputs
from registry.compute.kinds.drift.parameters import DriftParameters
from registry.compute.kinds.quality import run as quality
from registry.compute.kinds.quality.inputs.answerable import NotAnswerable
from registry.compute.kinds.quality.inputs.counted_rows import count_predictions
from registry.compute.kinds.quality.run import Judged
from registry.compute.kinds.report import TROUBLE, ColumnReport, OnProgress, Report
from registry.compute.kinds.side_in_database import Inside
from registry.compute.pushdown.column_sql import named
from registry.compute.pushdown.columns import Run, compare_numbers_in, counted_in
from registry.compute.pushdown.histogram import overlay_in
from registry.compute.stats.columns.categories import line_up
from registry.compute.stats.comparison import ColumnKind, Comparison
from registry.compute.stats.distribution import compare_lined_up

Found = tuple[Comparison, dict[str, Any]]


def needs_rows(parameters: DriftParameters) -> bool:
    """Whether the check needs the rows of every column: windows, and columns that are read as another kind, do."""
    return bool(parameters.window or parameters.kinds)


def judge(
    run: Run, dialect: str, inputs: DriftInputs, *, on_progress: OnProgress, over_rows: Callable[[DriftInputs], Judged]
) -> Report:
    """Compare and judge all columns. ``run`` returns the rows of one SELECT in ``dialect``, postgres or spark. ``on_progress`` hears
    of each column before it is begun; what it raises stops the work. ``over_rows`` judges predictions over a copy of their
    columns, where these are needed."""
    total = len(inputs.columns) + 1
    on_progress(0, total, "Reading the rows")
    sides = Inside.of(run, dialect, inputs.reference), Inside.of(run, dialect, inputs.current)
    rows = sides[0].count("*"), sides[1].count("*")
    columns = []
    for done, name in enumerate(inputs.columns, start=1):
        on_progress(done, total, name)
        columns.append(_column(sides, name, inputs))
    judged, copied = _predictions(sides, inputs, over_rows)
    if inputs.parameters.labels_late:
        columns = list(quality.without_late(columns, inputs.parameters.label, judged.overview))
    columns += judged.reports
    timeless = [side.timeless() for side in sides] if inputs.parameters.is_cut_by_time else []
    left_out = drift_run.untimed((timeless[0], timeless[1]), inputs) if timeless else []
    report = drift_run.report_of(columns, inputs, rows, left_out=left_out)
    content = {"inside": sides[0].table.connection, "copied": copied, "predictions": judged.overview}
    return report._replace(content=report.content | {name: value for name, value in content.items() if value})


def _predictions(
    sides: tuple[Inside, Inside], inputs: DriftInputs, over_rows: Callable[[DriftInputs], Judged]
) -> tuple[Judged, dict[str, list[str]]]:
    """What is found about predictions, and the columns of the connection that had to be copied for it."""
    parameters = inputs.parameters
    if not parameters.prediction:
        return Judged(), {}
    try:
        predictions = count_predictions(sides, parameters.about_predictions)
    except NotAnswerable as error:
        return quality.not_answered(error, parameters), {}
    if predictions is not None:
        return quality.judge_predictions(predictions, parameters), {}
    alone = inputs.of_predictions()
    return over_rows(alone), {sides[1].table.connection: [*alone.current.columns]}


def _column(sides: tuple[Inside, Inside], name: str, inputs: DriftInputs) -> ColumnReport:
    parameters, types = inputs.parameters, tuple(side.schema.field(name).type for side in sides)
    try:
        finding = drift.judge_comparison(
            name,
            types,
            lambda kind: _compared(sides, name, kind, types[0]),
            limits=parameters.limits_of(name),
            minimum_rows=parameters.minimum_rows,
        )
    except TROUBLE as error:
        return drift.errored(name, error)
    return drift.to_report(finding)


def _compared(sides: tuple[Inside, Inside], name: str, kind: ColumnKind, of: pa.DataType) -> Found:
    if kind is ColumnKind.OTHER:
        return _digests(sides, name)
    if kind is ColumnKind.CATEGORICAL:
        if pa.types.is_boolean(of) or not _hardly_repeats(sides, name):
            return _categories(sides, name, as_text=not pa.types.is_boolean(of))
        comparison, described = _numbers(sides, name, ColumnKind.TEXT, of)
        return comparison, described | {"blind": drift.written_numbers(_some_texts(sides, name))}
    return _numbers(sides, name, kind, of)


def _numbers(sides: tuple[Inside, Inside], name: str, kind: ColumnKind, of: pa.DataType) -> Found:
    run, dialect = sides[0].run, sides[0].dialect
    measure = _seconds_of(dialect) if kind is ColumnKind.TIME else MEASURES[kind](of)
    reference, current = (side.relation(name, measure(named(name))) for side in sides)
    comparison = compare_numbers_in(run, dialect, reference, current, name)
    histogram = overlay_in(run, dialect, reference, current, name, bins=drift.BINS)
    return replace(comparison, kind=kind), {"histogram": histogram.as_dict()}


def _some_texts(sides: tuple[Inside, Inside], name: str) -> list[str]:
    rows = sides[1].rows(name, exp.cast(named(name), "text")).subquery("texts")
    some = exp.select(named(name)).from_(rows).where(named(name).is_(exp.null()).not_()).limit(drift.LOOKED_AT)
    return [text for (text,) in sides[0].ask(some)]


def _digests(sides: tuple[Inside, Inside], name: str) -> Found:
    digest = exp.MD5(this=exp.cast(named(name), "text"))
    (ref, ref_nulls), (cur, cur_nulls) = (
        counted_in(side.run, side.dialect, side.relation(name, digest), name) for side in sides
    )
    return drift.by_digest(line_up(ref, cur), (ref_nulls, cur_nulls))


def _hardly_repeats(sides: tuple[Inside, Inside], name: str) -> bool:
    """Whether the values are as good as all different, as names and free text are."""
    column, text = named(name).sql(sides[0].dialect), exp.cast(named(name), "text")
    rows = [side.count(column, name) for side in sides]
    both = exp.union(*(side.rows(name, text) for side in sides), distinct=False).subquery("both_sides")
    [(distinct,)] = sides[0].ask(exp.select(f"COUNT(DISTINCT {column})", dialect=sides[0].dialect).from_(both))
    return hardly_repeats(distinct, *rows)


def _categories(sides: tuple[Inside, Inside], name: str, *, as_text: bool) -> Found:
    value = exp.cast(named(name), "text") if as_text else named(name)  # documents and uuids are read as text
    (ref, ref_nulls), (cur, cur_nulls) = (
        counted_in(side.run, side.dialect, side.relation(name, value), name) for side in sides
    )
    both = line_up(ref, cur)
    comparison = compare_lined_up(both, reference_nulls=ref_nulls, current_nulls=cur_nulls)
    return comparison, {"commonest": drift.commonest_of(both)}


Measure = Callable[[exp.Expr], exp.Expr]


def _itself(_: pa.DataType) -> Measure:
    return lambda column: column


def _seconds_of(dialect: str) -> Measure:
    if dialect == "spark":
        micros = lambda column: exp.Anonymous(this="UNIX_MICROS", expressions=[exp.cast(column, "timestamptz")])  # noqa: E731
        return lambda column: exp.Div(this=micros(column), expression=exp.Literal.number(1_000_000), typed=False)
    return lambda column: exp.Extract(this=exp.var("EPOCH"), expression=column)


def _length(of: pa.DataType) -> Measure:
    many = pa.types.is_list(of) or pa.types.is_large_list(of)
    function = "CARDINALITY" if many else "OCTET_LENGTH" if pa.types.is_binary(of) else "CHAR_LENGTH"
    text = function == "CHAR_LENGTH"
    return lambda column: exp.Anonymous(this=function, expressions=[exp.cast(column, "text") if text else column])


MEASURES = {ColumnKind.NUMERIC: _itself, ColumnKind.TEXT: _length}
