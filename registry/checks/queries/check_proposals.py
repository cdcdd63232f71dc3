"""The initial values of a new check, from the data (periods, windows, columns worth comparing), and a preview of a run.

Both read a sample of the rows, so that a form stays quick however much data there is.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.utils import timezone

from platform_site.errors import NotReady
from registry.checks.queries import check_inputs, drift_proposals
from registry.compute.engines import duck
from registry.compute.engines.columns import Entities, Reader, at_hand
from registry.compute.engines.files import Files
from registry.compute.kinds.drift import run as drift_run
from registry.compute.kinds.drift.parameters import DriftParameters
from registry.compute.kinds.parity import log_run
from registry.compute.kinds.parity.log_parameters import LogParityParameters
from registry.compute.kinds.report import Report
from registry.compute.kinds.schema import run as schema_run
from registry.compute.kinds.schema.parameters import SchemaParameters
from registry.data.queries import locations
from registry.models import Check, CheckRun, Dataset

SAMPLE, MOST_COLUMNS = 10_000, 40
WINDOWED = 10  # times as many rows where each window has to have enough


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
    return name | {"reference": dataset.name} | drift_proposals.proposed(dataset)


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
    """By the windows of the run: where there are many rows, every n-th is taken, and a window needs an n-th of the values."""
    most = SAMPLE * (WINDOWED if run.check_definition.parameters["window"] else 1)
    inputs = at_hand(check_inputs.drift(run), folder, most_rows=most)
    every = max(Reader(engine, side).rows() // most for side in (inputs.reference, inputs.current)) or 1
    few = inputs._replace(
        reference=inputs.reference._replace(every=every),
        current=inputs.current._replace(every=every),
        columns=inputs.columns[:MOST_COLUMNS],
        parameters=inputs.parameters._replace(minimum_rows=max(inputs.parameters.minimum_rows // every, 1)),
    )
    report = drift_run.judge(engine, few, on_progress=_ignore_progress)
    return report._replace(content=report.content | {"every": every, "columns": len(inputs.columns)})


def _schema(run: CheckRun, engine: duck.Duck, folder: Path) -> Report:
    inputs = at_hand(check_inputs.schema(run), folder, most_rows=SAMPLE)
    return schema_run.judge(engine, inputs, on_progress=_ignore_progress)


def _log_parity(run: CheckRun, engine: duck.Duck, folder: Path) -> Report:
    """By entities: rows taken by chance of either side would not belong together."""
    inputs = check_inputs.log_parity(run)
    if any(not isinstance(side.files, Files) for side in (inputs.training, inputs.serving)):
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
    Check.Kind.LOG_PARITY: "On the rows of some entities, about 10,000 of the training side. Nothing was stored.",
    Check.Kind.SCHEMA: "On all rows of files, on about 10,000 of a table. Nothing was stored.",
}


def sampled(kind: str, report: Report) -> str:
    """Which rows and columns a preview read, in words."""
    sentence = _sampled_drift(report) if kind == Check.Kind.DRIFT else SAMPLED[kind]
    if kind != Check.Kind.SCHEMA and report.content.get("columns", len(report.columns)) > MOST_COLUMNS:
        sentence = f"{sentence} Only the first {MOST_COLUMNS} columns were checked."
    return sentence


def _sampled_drift(report: Report) -> str:
    every, windows = report.content["every"], report.content["windows"]
    rows = (
        "On all rows"
        if every == 1
        else f"On one row in {every:,}, evenly taken, so that chance counts for more than in the run"
    )
    power = f" {windows['sentence']}" if windows else ""
    return f"{rows}.{power} Nothing was stored."


def _ignore_progress(done: int, total: int, what: str) -> None:
    return None


def _beside(dataset: Dataset) -> str:
    """Another data set of the same key and event time, where there is one."""
    alike = Dataset.objects.filter(key=dataset.key, event_time=dataset.event_time).exclude(pk=dataset.pk)
    return next(iter(alike.order_by("-pk").values_list("name", flat=True)[:1]), "")
