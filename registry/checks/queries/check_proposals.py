"""The initial values of a new check, from the data (periods, windows, columns worth comparing), and a preview of a run.

Both read a sample of the rows, so that a form stays quick however much data there is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.utils import timezone

from platform_site.errors import NotReady
from registry.checks.queries import check_inputs
from registry.compute.engines import duck
from registry.compute.engines.columns import Entities, Reader, Side, at_hand
from registry.compute.engines.tables import Table
from registry.compute.kinds.drift import run as drift_run
from registry.compute.kinds.drift.parameters import DriftParameters
from registry.compute.kinds.parity import log_run
from registry.compute.kinds.parity.log_parameters import LogParityParameters
from registry.compute.kinds.report import Report
from registry.compute.kinds.schema import run as schema_run
from registry.compute.kinds.schema.parameters import SchemaParameters
from registry.compute.stats.calibration import FEWEST_WINDOWS
from registry.data.queries import locations
from registry.data.queries.row_selection import side
from registry.models import Check, CheckRun, Dataset

SAMPLE, MOST_COLUMNS = 10_000, 40
MOST_CELLS, FEWEST_ROWS, FEWEST_DAYS = 400_000, 500, 5
CURRENT = timedelta(days=28)


@locations.readable()
def initial(kind: str, dataset: Dataset) -> dict[str, Any]:
    """Sensible values for the form of a check of that kind over a data set."""
    name = {"name": f"{kind.replace('_', '-')}-{dataset.name}"}
    if kind == Check.Kind.SCHEMA:
        return name | {"dataset": dataset.name, "unique": dataset.key}
    if kind == Check.Kind.DEFINITION_PARITY:
        sides = {"trained_dataset": dataset.name, "current_dataset": _beside(dataset)}
        return {"name": f"parity-{dataset.name}", "key": dataset.key, "limit": 0} | sides
    if kind == Check.Kind.LOG_PARITY:
        table = dataset.source_versions.filter(current_of__isnull=False).first()
        entity = table.entity_key if table else dataset.key
        return name | {"training": dataset.name, "serving": _beside(dataset), "entity_key": entity, "tolerance_s": 0}
    return name | {"reference": dataset.name, "columns": _columns(dataset)} | _periods(dataset)


@locations.readable()
def preview(kind: str, parameters: DriftParameters | LogParityParameters | SchemaParameters) -> Report:
    """What the check would find on some rows, as ``SAMPLED`` says of each kind; nothing is stored. NotReady when the data cannot be read."""
    check = Check(kind=kind, parameters=parameters.as_dict())
    run = CheckRun(check_definition=check, created_at=timezone.now())
    with (
        TemporaryDirectory(prefix="plumbline-rows-") as folder,
        duck.opened(memory_bytes=settings.CHECK_MEMORY_BYTES) as engine,
    ):
        return PREVIEWS[kind](run, engine, Path(folder))


def _drift(run: CheckRun, engine: duck.Duck, folder: Path) -> Report:
    inputs = at_hand(check_inputs.drift(run), folder, most_rows=SAMPLE)
    few = inputs._replace(
        reference=_few(engine, inputs.reference),
        current=_few(engine, inputs.current),
        columns=inputs.columns[:MOST_COLUMNS],
        parameters=inputs.parameters._replace(window="", calibrated=False),
    )
    return drift_run.judge(engine, few, on_progress=_ignore_progress)


def _schema(run: CheckRun, engine: duck.Duck, folder: Path) -> Report:
    inputs = at_hand(check_inputs.schema(run), folder, most_rows=SAMPLE)
    return schema_run.judge(engine, inputs, on_progress=_ignore_progress)


def _log_parity(run: CheckRun, engine: duck.Duck, folder: Path) -> Report:
    """By entities: rows taken by chance of either side would not belong together."""
    inputs = check_inputs.log_parity(run)
    if any(isinstance(side.files, Table) for side in (inputs.training, inputs.serving)):
        raise NotReady("no_preview", "Log parity over a table has no preview: define the check and run it.")
    inputs = at_hand(inputs, folder)
    one_in = max(Reader(engine, inputs.training).rows() // SAMPLE, 1)
    some = Entities(tuple(inputs.parameters.entity_key), one_in)
    few = inputs._replace(
        training=inputs.training._replace(entities=some),
        serving=inputs.serving._replace(entities=some),
        features=inputs.features[:MOST_COLUMNS],
    )
    return log_run.judge(engine, few, on_progress=_ignore_progress)


PREVIEWS: dict[str, Callable[[CheckRun, duck.Duck, Path], Report]] = {
    Check.Kind.DRIFT: _drift,
    Check.Kind.LOG_PARITY: _log_parity,
    Check.Kind.SCHEMA: _schema,
}
SAMPLED: dict[str, str] = {
    Check.Kind.DRIFT: "On about 10,000 rows of each side, evenly taken, without windows. Nothing was stored.",
    Check.Kind.LOG_PARITY: "On the rows of some entities, about 10,000 of the training side. Nothing was stored.",
    Check.Kind.SCHEMA: "On all rows of files, on about 10,000 of a table. Nothing was stored.",
}


def sampled(kind: str, report: Report) -> str:
    """Which rows and columns a preview read, in words."""
    sentence = SAMPLED[kind]
    if kind != Check.Kind.SCHEMA and len(report.columns) >= MOST_COLUMNS:
        sentence = f"{sentence} Only the first {MOST_COLUMNS} columns were checked."
    return sentence


def _few(engine: duck.Duck, whole: Side) -> Side:
    return whole._replace(every=max(Reader(engine, whole).rows() // SAMPLE, 1))


def _ignore_progress(done: int, total: int, what: str) -> None:
    return None


def _columns(dataset: Dataset) -> list[str]:
    """Every column that is neither key nor time, neither constant nor, unless it is measured, different in each row; nor
    a date: each day would differ from the others."""
    data = locations.of(dataset)
    rows = data.first_rows(min(SAMPLE, max(MOST_CELLS // max(len(data.describe()), 1), FEWEST_ROWS)))
    beside = {*dataset.key, dataset.event_time, *_of_the_calendar(rows, dataset.event_time)}
    names = [name for name in (rows[0] if rows else ()) if name not in beside]
    distinct = {name: len({repr(row[name]) for row in rows}) for name in names}
    measured = {name for name in names if any(isinstance(row[name], float) for row in rows)}
    return [name for name in names if 1 < distinct[name] < len(rows) + (name in measured)] or names


def _of_the_calendar(rows: Sequence[dict[str, Any]], event_time: str) -> set[str]:
    """The columns that take a new value each day, or two where days begin at another hour there: dates, day numbers."""
    if not rows or not event_time:
        return set()
    by_day: dict[str, dict[str, set[str]]] = {}
    for row in rows:
        if row[event_time] is not None:
            day = by_day.setdefault(str(row[event_time])[:10], {name: set() for name in row})
            for name, value in row.items():
                day[name].add(repr(value))
    days = [*by_day.values()]
    if len(days) < FEWEST_DAYS:
        return set()
    few_a_day = (name for name in rows[0] if all(len(day[name]) <= 2 for day in days))
    return {name for name in few_a_day if len(set.union(*(day[name] for day in days))) >= len(days) - 1}


def _periods(dataset: Dataset) -> dict[str, Any]:
    """The last four weeks against everything before, day by day where there is history enough."""
    if not dataset.event_time:
        return {}
    whole = side(dataset.name, now=timezone.now(), timed=True)
    first, last = _span(whole)
    if first is None or last is None:
        return {}
    cut = _midnight(max(last - CURRENT, first + (last - first) / 2))
    days = (cut - first).days
    periods = {"reference_to": f"{cut:%Y-%m-%d}", "current_from": f"{cut:%Y-%m-%d}"}
    return periods | {"window": "day" if days >= 2 else "", "calibrated": days >= FEWEST_WINDOWS}


def _beside(dataset: Dataset) -> str:
    """Another data set of the same key and event time, where there is one."""
    alike = Dataset.objects.filter(key=dataset.key, event_time=dataset.event_time).exclude(pk=dataset.pk)
    return next(iter(alike.order_by("-pk").values_list("name", flat=True)[:1]), "")


def _span(whole: Side) -> tuple[datetime | None, datetime | None]:
    if isinstance(whole.files, Table):
        return whole.files.span(whole.event_time)
    with (
        TemporaryDirectory(prefix="plumbline-rows-") as folder,
        duck.opened(memory_bytes=settings.CHECK_MEMORY_BYTES) as engine,
    ):
        return Reader(engine, whole.at_hand(Path(folder))).span()


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
