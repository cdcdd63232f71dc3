"""What a definition-parity run needs: both definitions, the source they are computed over or the data sets that hold their
values, the limits."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings

from platform_site.errors import NotReady
from registry.checks.queries.check_inputs import require_columns
from registry.compute.definition import Definition
from registry.compute.engines import feature_sql
from registry.compute.engines.feature_sql import Select, Source
from registry.compute.engines.row_source import Data
from registry.compute.kinds.parity.definition_parameters import THRESHOLDS, ParityParameters
from registry.compute.kinds.parity.materialized_run import MaterializedInputs
from registry.compute.sandbox.limits import Limits
from registry.data.queries import locations, source_tables
from registry.data.queries.row_selection import side, types
from registry.features.queries import impact
from registry.features.rules import fingerprint
from registry.models import CheckRun, Dataset, Feature, SourceTableVersion


class ParityInputs(NamedTuple):
    """Everything to compute with, and what is stored beside the result; no database records."""

    trained: Definition
    current: Definition
    source: Source
    select: Select
    data: Data
    limits: Limits
    parameters: ParityParameters
    source_name: str
    described: dict[str, Any]


def gather(run: CheckRun) -> ParityInputs:
    """Read everything the run needs. NotReady when something is missing, with what to do."""
    check = run.check_definition
    feature, parameters = check.feature, check.parameters
    assert feature is not None  # as define_parity and propose store it
    trained = _registered(feature, parameters["trained"])
    current = (
        Definition(**parameters["proposed"])
        if "proposed" in parameters
        else _registered(feature, parameters["current"])
    )
    if trained.source_table != current.source_table:
        raise NotReady(
            "other_source",
            f"The definitions read {trained.source_table} and {current.source_table}: their rows cannot be matched. Compare versions over one source table.",
        )
    table = source_tables.bound(trained.source_table)
    if table is None or table.dataset is None:
        raise NotReady("not_bound", f"Source table {trained.source_table} is not bound to a data set. Bind it first.")
    thresholds = _thresholds(parameters)
    dataset = _held_out(parameters["dataset"]) if parameters.get("dataset") else table.dataset
    data = locations.of(dataset)
    described = _described(feature, parameters, trained, current)
    source = _source(table, data)
    select = feature_sql.parity_select(source, trained, current, slice_by=thresholds.slice)
    return ParityInputs(trained, current, source, select, data, _limits(), thresholds, dataset.name, described)


def materialized(run: CheckRun) -> tuple[MaterializedInputs, dict[str, Any]]:
    """What a run over the materialized values of both versions needs, and what is stored beside its result. NotReady when
    a data set is gone or no longer has a column."""
    check = run.check_definition
    feature, parameters = check.feature, check.parameters
    assert feature is not None  # as define_parity stores it
    thresholds = _thresholds(parameters)
    training, current = (
        side(name, now=run.created_at) for name in (thresholds.trained_dataset, thresholds.current_dataset)
    )
    sliced = [thresholds.slice] if thresholds.slice else []
    require_columns(thresholds.trained_dataset, [*thresholds.key, *sliced, thresholds.trained_column], types(training))
    require_columns(thresholds.current_dataset, [*thresholds.key, *sliced, thresholds.current_column], types(current))
    described = _described(
        feature, parameters, _registered(feature, parameters["trained"]), _registered(feature, parameters["current"])
    )
    shown = {name: parameters[name] for name in parameters if name not in described and name not in THRESHOLDS}
    return MaterializedInputs(training, current, thresholds), described | {"materialized": shown}


def is_materialized(run: CheckRun) -> bool:
    """Whether a definition-parity run compares values that two data sets hold."""
    return bool(run.check_definition.parameters.get("trained_dataset"))


def _thresholds(parameters: dict[str, Any]) -> ParityParameters:
    stored = {name: parameters[name] for name in ParityParameters._fields if name in parameters}
    return ParityParameters.parse(stored)[1]


def _held_out(name: str) -> Dataset:
    dataset = Dataset.objects.filter(name=name).first()
    if dataset is None:
        raise NotReady("no_dataset", f"There is no data set {name}. Add it first.")
    return dataset


def _registered(feature: Feature, name: str) -> Definition:
    return feature.versions.get(name=name).in_engine


def _source(table: SourceTableVersion, data: Data) -> Source:
    types = {column.name: column.type for column in data.describe()}
    return Source(list(types), table.entity_key, table.event_time, table.row_key, types)


def _described(
    feature: Feature, parameters: dict[str, Any], trained: Definition, current: Definition
) -> dict[str, Any]:
    blocked = impact.would_block(feature, _equivalence(feature, parameters, current))
    now = impact.would_block(feature, feature.current.equivalence) if feature.current else ()
    return {
        "feature": feature.name,
        "trained": {"version": parameters["trained"]} | trained.as_dict(),
        "current": {"version": parameters["current"]} | current.as_dict(),
        "proposed": "proposed" in parameters,
        "would_block": [
            {"model": version.model.name, "version": version.version, "already": version in now} for version in blocked
        ],
    }


def _equivalence(feature: Feature, parameters: dict[str, Any], current: Definition) -> str:
    """That of the current side: as its registration recorded it, or computed where it is only proposed."""
    if "proposed" in parameters:
        return fingerprint.equivalence(current)
    return feature.versions.get(name=parameters["current"]).equivalence


def _limits() -> Limits:
    return Limits.for_check(memory_bytes=settings.CHECK_MEMORY_BYTES, wall_seconds=settings.CHECK_TIME_LIMIT_S)
