"""What a run of each kind of check does: gather, compute column by column, end with a verdict.

Only a worker imports this: the engines and the statistics are heavy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from django.conf import settings

from registry.checks.actions.runs import Ending
from registry.checks.queries import check_inputs, parity_inputs
from registry.checks.queries.parity_inputs import ParityInputs
from registry.compute.engines import duck
from registry.compute.engines.columns import at_hand
from registry.compute.engines.feature_sql import NotComputable
from registry.compute.engines.tables import Table
from registry.compute.kinds.drift import drift_in_database
from registry.compute.kinds.drift import run as drift_run
from registry.compute.kinds.parity import definition_run, log_run
from registry.compute.kinds.parity.definition_in_database import judge_in
from registry.compute.kinds.report import Report
from registry.compute.kinds.schema import run as schema_run
from registry.compute.pushdown import postgres
from registry.models import Check, CheckRun


class Pulse(Protocol):
    """Tells how far the work is, and whether it should stop."""

    def tell(self, done: int, total: int, what: str) -> None: ...

    def beat(self) -> bool: ...


def work(run: CheckRun, pulse: Pulse) -> Ending:
    """Do what the run's kind of check does."""
    return KINDS[run.check_definition.kind](run, pulse)


def _definition_parity(run: CheckRun, pulse: Pulse) -> Ending:
    pulse.tell(0, 2, "Gathering the two definitions")
    inputs = parity_inputs.gather(run)
    if isinstance(inputs.data, Table) and (ending := _parity_inside(inputs, inputs.data, pulse)):
        return ending
    pulse.tell(1, 2, f"Computing both definitions over {inputs.source_name}")
    with TemporaryDirectory(prefix="plumbline-rows-") as folder:
        files = inputs.data.at_hand(Path(folder), stopped=pulse.beat)
        judged = definition_run.judge(inputs.select, files, inputs.limits, inputs.parameters, cancelled=pulse.beat)
    report = judged.report
    content = inputs.described | report.content | {"sandbox": judged.how}
    return Ending(report.outcome, report.summary, report.rows, content, differing=report.differing)


def _parity_inside(inputs: ParityInputs, table: Table, pulse: Pulse) -> Ending | None:
    """The same where the rows are; None where that database would compute a definition otherwise than our engine."""
    pulse.tell(1, 2, f"Computing both definitions inside {table.connection}")
    limit, parameters = settings.CHECK_TIME_LIMIT_S, inputs.parameters
    with postgres.asking(table.address(limit), timeout_s=limit, stopped=pulse.beat) as ask:
        place = postgres.table(table.schema, table.name)
        try:
            report = judge_in(ask, "postgres", place, inputs.source, inputs.trained, inputs.current, parameters)
        except NotComputable:
            return None
    content = inputs.described | report.content | {"inside": table.connection}
    return Ending(report.outcome, report.summary, report.rows, content, differing=report.differing)


def _drift(run: CheckRun, pulse: Pulse) -> Ending:
    inputs = check_inputs.drift(run)
    table = drift_in_database.table_of(inputs)
    if table is None:
        return _over_data_sets(lambda _: inputs, drift_run.judge)(run, pulse)
    limit = settings.CHECK_TIME_LIMIT_S
    with postgres.asking(table.address(limit), timeout_s=limit, stopped=pulse.beat) as ask:
        return _ending(drift_in_database.judge(ask, inputs, told=pulse.tell))


def _over_data_sets(gather: Callable[[CheckRun], Any], judge: Callable[..., Report]) -> Callable[..., Ending]:
    def work(run: CheckRun, pulse: Pulse) -> Ending:
        with TemporaryDirectory(prefix="plumbline-rows-") as folder:
            inputs = at_hand(gather(run), Path(folder), stopped=pulse.beat)
            with duck.opened(memory_bytes=settings.CHECK_MEMORY_BYTES, stopped=pulse.beat) as engine:
                report = judge(engine, inputs, told=pulse.tell)
        return _ending(report)

    return work


def _ending(report: Report) -> Ending:
    return Ending(report.outcome, report.summary[:500], report.rows, report.content, columns=report.columns)


KINDS: Mapping[str, Callable[[CheckRun, Pulse], Ending]] = {
    Check.Kind.DEFINITION_PARITY: _definition_parity,
    Check.Kind.DRIFT: _drift,
    Check.Kind.LOG_PARITY: _over_data_sets(check_inputs.log_parity, log_run.judge),
    Check.Kind.SCHEMA: _over_data_sets(check_inputs.schema, schema_run.judge),
}
