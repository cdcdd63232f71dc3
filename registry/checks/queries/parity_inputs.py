"""What a definition-parity run needs: both definitions, the source they are computed over, the limits."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.conf import settings

from platform_site.errors import NotReady
from registry.compute.definition import Definition
from registry.compute.engines import feature_sql
from registry.compute.engines.feature_sql import Select, Source
from registry.compute.engines.row_source import Data
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.compute.sandbox.limits import Limits
from registry.data.queries import locations, source_tables
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
    _, thresholds = ParityParameters.parse({name: parameters[name] for name in ParityParameters._fields})
    dataset = _held_out(parameters["dataset"]) if parameters.get("dataset") else table.dataset
    data = locations.of(dataset)
    described = _described(feature, parameters, trained, current)
    source = _source(table, data)
    select = feature_sql.parity_select(source, trained, current, slice_by=thresholds.slice)
    return ParityInputs(trained, current, source, select, data, _limits(), thresholds, dataset.name, described)


def _held_out(name: str) -> Dataset:
    dataset = Dataset.objects.filter(name=name).first()
    if dataset is None:
        raise NotReady("no_dataset", f"There is no data set {name}. Add it first.")
    return dataset


def _registered(feature: Feature, name: str) -> Definition:
    return feature.versions.get(name=name).definition


def _source(table: SourceTableVersion, data: Data) -> Source:
    types = {column.name: column.type for column in data.describe()}
    return Source(list(types), table.entity_key, table.event_time, table.row_key, types)


def _described(
    feature: Feature, parameters: dict[str, Any], trained: Definition, current: Definition
) -> dict[str, Any]:
    blocked = impact.would_block(feature, fingerprint.equivalence(current))
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


def _limits() -> Limits:
    return Limits.for_check(memory_bytes=settings.CHECK_MEMORY_BYTES, wall_seconds=settings.CHECK_TIME_LIMIT_S)
