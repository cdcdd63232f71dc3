"""How each kind of check runs: gather the inputs, compute column by column, end with a verdict.

Only a worker imports this: the engines and the statistics are heavy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings

from registry.checks.actions.execution import Heartbeat
from registry.checks.actions.runs import Ending
from registry.checks.queries import check_inputs, parity_inputs
from registry.checks.queries.parity_inputs import ParityInputs
from registry.compute.engines import duck
from registry.compute.engines.columns import Reader, at_hand
from registry.compute.engines.feature_sql import NotComputable
from registry.compute.engines.row_source import Remote
from registry.compute.kinds.drift import drift_in_database
from registry.compute.kinds.drift import run as drift_run
from registry.compute.kinds.drift.inputs import DriftInputs
from registry.compute.kinds.parity import definition_run, log_in_spark, log_run
from registry.compute.kinds.parity.definition_in_database import judge_in
from registry.compute.kinds.parity.materialized_run import judge_materialized
from registry.compute.kinds.quality import run as quality
from registry.compute.kinds.quality.run import Judged
from registry.compute.kinds.report import Report
from registry.compute.kinds.schema import run as schema_run
from registry.compute.places import inside
from registry.compute.places.inside import Engine
from registry.compute.places.spark_tables import SparkTable
from registry.models import Check, CheckRun


def work(run: CheckRun, heartbeat: Heartbeat) -> Ending:
    """Run a check by its kind."""
    return KINDS[run.check_definition.kind](run, heartbeat)


def _definition_parity(run: CheckRun, heartbeat: Heartbeat) -> Ending:
    heartbeat.report(0, 2, "Gathering the two definitions")
    if parity_inputs.is_materialized(run):
        return _materialized_parity(run, heartbeat)
    inputs = parity_inputs.gather(run)
    if (table := inside.remote(inputs.data)) and (ending := _parity_inside(inputs, table, heartbeat)):
        return ending
    heartbeat.report(1, 2, f"Computing both definitions over {inputs.source_name}")
    with TemporaryDirectory(prefix="plumbline-rows-") as folder:
        files = inputs.data.at_hand(Path(folder), columns=inputs.select.columns, stopped=heartbeat.beat)
        judged = definition_run.judge(inputs.select, files, inputs.limits, inputs.parameters, cancelled=heartbeat.beat)
    report = judged.report
    content = inputs.described | report.content | {"sandbox": judged.how}
    return Ending(report.outcome, report.summary, report.rows, content, differing=report.differing)


def _materialized_parity(run: CheckRun, heartbeat: Heartbeat) -> Ending:
    inputs, described = parity_inputs.materialized(run)
    heartbeat.report(1, 2, "Matching the rows of both data sets")
    with TemporaryDirectory(prefix="plumbline-rows-") as folder:
        inputs = at_hand(inputs, Path(folder), stopped=heartbeat.beat)
        with duck.opened(memory_bytes=settings.CHECK_MEMORY_BYTES, stopped=heartbeat.beat) as engine:
            report = judge_materialized(engine, inputs)
    return Ending(report.outcome, report.summary, report.rows, described | report.content, differing=report.differing)


def _parity_inside(inputs: ParityInputs, table: Remote, heartbeat: Heartbeat) -> Ending | None:
    """Definition parity where the table is; None where PostgreSQL would compute a definition differently from DuckDB, which then
    computes it over a copy. What lies behind Spark is never copied for it: NotComputable."""
    heartbeat.report(1, 2, f"Computing both definitions inside {table.connection}")
    with inside.engine_of(table, timeout_s=settings.CHECK_TIME_LIMIT_S, stopped=heartbeat.beat) as engine:
        try:
            report = judge_in(
                engine.run, engine.dialect, table.place, inputs.source, inputs.trained, inputs.current, inputs.parameters,
                over=engine.over,
            )  # fmt: skip
        except NotComputable as reason:
            if engine.dialect != "spark":
                return None
            raise NotComputable(f"{reason} A table behind Spark is not copied to compute it elsewhere.") from reason
    content = inputs.described | report.content | _done_inside(table, engine)
    return Ending(report.outcome, report.summary, report.rows, content, differing=report.differing)


def _drift(run: CheckRun, heartbeat: Heartbeat) -> Ending:
    inputs = check_inputs.drift(run)
    table = inside.together(inputs.reference.files, inputs.current.files)
    if table is None or drift_in_database.needs_rows(inputs.parameters):
        return _over_data_sets(lambda _: inputs, drift_run.judge)(run, heartbeat)
    with inside.engine_of(table, timeout_s=settings.CHECK_TIME_LIMIT_S, stopped=heartbeat.beat) as engine:
        report = drift_in_database.judge(
            engine.run, engine.dialect, inputs, on_progress=heartbeat.report,
            over_rows=lambda own: _predictions(own, heartbeat),
        )  # fmt: skip
    return _inside(report, table, engine)


def _predictions(inputs: DriftInputs, heartbeat: Heartbeat) -> Judged:
    """Metrics and fairness of predictions over a copy of their columns."""
    with TemporaryDirectory(prefix="plumbline-rows-") as folder:
        own = at_hand(inputs, Path(folder), stopped=heartbeat.beat)
        with duck.opened(memory_bytes=settings.CHECK_MEMORY_BYTES, stopped=heartbeat.beat) as engine:
            readers, labels = (Reader(engine, own.reference), Reader(engine, own.current)), own.labels
            late = Reader(engine, labels) if labels else None
            return quality.judge(readers, own.parameters, labels=late, label_key=own.label_key)


def _log_parity(run: CheckRun, heartbeat: Heartbeat) -> Ending:
    inputs = check_inputs.log_parity(run)
    table = inside.together(inputs.training.files, inputs.serving.files)
    if not isinstance(table, SparkTable):
        return _over_data_sets(lambda _: inputs, log_run.judge)(run, heartbeat)
    with inside.engine_of(table, timeout_s=settings.CHECK_TIME_LIMIT_S, stopped=heartbeat.beat) as engine:
        report = log_in_spark.judge(engine.run, engine.over, inputs, on_progress=heartbeat.report)
    return _inside(report, table, engine)


def _schema(run: CheckRun, heartbeat: Heartbeat) -> Ending:
    inputs = check_inputs.schema(run)
    table = inside.remote(inputs.side.files)
    if not isinstance(table, SparkTable):
        return _over_data_sets(lambda _: inputs, schema_run.judge)(run, heartbeat)
    with inside.engine_of(table, timeout_s=settings.CHECK_TIME_LIMIT_S, stopped=heartbeat.beat) as engine:
        report = schema_run.judge(engine, inputs, on_progress=heartbeat.report)
    return _inside(report, table, engine)


def _over_data_sets(gather: Callable[[CheckRun], Any], judge: Callable[..., Report]) -> Callable[..., Ending]:
    def work(run: CheckRun, heartbeat: Heartbeat) -> Ending:
        with TemporaryDirectory(prefix="plumbline-rows-") as folder:
            remote = gather(run)
            inputs = at_hand(remote, Path(folder), stopped=heartbeat.beat)
            with duck.opened(memory_bytes=settings.CHECK_MEMORY_BYTES, stopped=heartbeat.beat) as engine:
                report = judge(engine, inputs, on_progress=heartbeat.report)
            copied = inside.copied(remote)
        return _ending(report._replace(content=report.content | ({"copied": copied} if copied else {})))

    return work


def _inside(report: Report, table: Remote, engine: Engine) -> Ending:
    return _ending(report._replace(content=report.content | _done_inside(table, engine)))


def _done_inside(table: Remote, engine: Engine) -> dict[str, Any]:
    """Where it was computed, and what the engine was asked to do."""
    return {"inside": table.connection, "asked": {"statements": engine.work.statements, "rows": engine.work.rows}}


def _ending(report: Report) -> Ending:
    return Ending(report.outcome, report.summary[:500], report.rows, report.content, columns=report.columns)


KINDS: Mapping[str, Callable[[CheckRun, Heartbeat], Ending]] = {
    Check.Kind.DEFINITION_PARITY: _definition_parity,
    Check.Kind.DRIFT: _drift,
    Check.Kind.LOG_PARITY: _log_parity,
    Check.Kind.SCHEMA: _schema,
}
