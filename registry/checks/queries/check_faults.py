"""Whether a check over data sets can run as it is defined: every fault, before it is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from platform_site.errors import Fault, NotReady
from registry.compute.engines.row_source import Unreadable
from registry.compute.kinds.drift.parameters import DriftParameters
from registry.compute.kinds.parity.log_parameters import BY_TIME, LogParityParameters
from registry.compute.kinds.quality.column_faults import LabelColumns, column_faults
from registry.compute.kinds.schema.parameters import SchemaParameters
from registry.compute.name_lists import named as listed
from registry.data.queries import locations
from registry.models import Check, Dataset, Feature

PARAMETERS: dict[str, type[DriftParameters] | type[LogParityParameters] | type[SchemaParameters]] = {
    Check.Kind.DRIFT: DriftParameters,
    Check.Kind.LOG_PARITY: LogParityParameters,
    Check.Kind.SCHEMA: SchemaParameters,
}
Parameters = DriftParameters | LogParityParameters | SchemaParameters


class Known(NamedTuple):
    """A data set as the check would read it."""

    types: Mapping[str, str]
    event_time: str
    key: Sequence[str]


def parsed(kind: str, values: Mapping[str, Any]) -> tuple[list[Fault], Parameters | None]:
    """The parameters of a check of that kind, and every fault in them, against the data too."""
    parameter_faults, parameters = PARAMETERS[kind].parse(values)
    faults = [Fault(*fault) for fault in parameter_faults]
    return [*faults, *FAULTS[kind](parameters)] if parameters else faults, parameters


def _drift(parameters: DriftParameters) -> Iterator[Fault]:
    sides = {"reference": _known(parameters.reference), "current": _known(parameters.current_name)}
    yield from _unreadable(sides)
    known = [side for side in sides.values() if isinstance(side, Known)]
    if parameters.is_cut_by_time:
        yield from _timeless(sides)
    if known:
        have = {name for side in known for name in side.types}
        named = {"columns": parameters.columns, "column_limits": list(parameters.column_limits)}
        named |= {"importance": list(parameters.importance)}
        yield from _unknown_columns(named, have)
        yield from _of_predictions(parameters, [side.types for side in known])


def _of_predictions(parameters: DriftParameters, sides: Sequence[Mapping[str, str]]) -> Iterator[Fault]:
    late = _known(parameters.labels) if parameters.labels else None
    if isinstance(late, str):
        yield Fault("labels", "unknown", late)
    columns = LabelColumns(parameters.labels, late.types, late.key) if isinstance(late, Known) else None
    for fault in column_faults(parameters.about_predictions, sides, columns):
        if fault.field != "label" or not isinstance(late, str):
            yield Fault(*fault)


def _log_parity(parameters: LogParityParameters) -> Iterator[Fault]:
    sides = {"training": _known(parameters.training), "serving": _known(parameters.serving)}
    yield from _unreadable(sides)
    if parameters.match_by == BY_TIME or parameters.since or parameters.until:
        yield from _timeless(sides)
    for role, side in sides.items():
        if isinstance(side, Known):
            named = {"entity_key": parameters.entity_key, "features": parameters.features}
            for fault in _unknown_columns(named, set(side.types)):
                yield fault._replace(message=f"{fault.message} ({role})")


def _schema(parameters: SchemaParameters) -> Iterator[Fault]:
    yield from _unreadable({"dataset": _known(parameters.dataset)})
    unknown = set(parameters.features) - set(
        Feature.objects.filter(name__in=parameters.features).values_list("name", flat=True)
    )
    for name in sorted(unknown):
        yield Fault("features", "unknown", f"There is no feature {name}.")


FAULTS: dict[str, Callable[[Any], Iterator[Fault]]] = {
    Check.Kind.DRIFT: _drift,
    Check.Kind.LOG_PARITY: _log_parity,
    Check.Kind.SCHEMA: _schema,
}


def _known(name: str) -> Known | str:
    """What is known of a data set, or a sentence that says why nothing is."""
    dataset = Dataset.objects.filter(name=name).first()
    if dataset is None:
        return f"There is no data set {name!r}."
    try:
        types = {column.name: column.type for column in locations.of(dataset).describe()}
        return Known(types, dataset.event_time, dataset.key)
    except (Unreadable, NotReady) as error:
        return f"Data set {name} cannot be read: {error}"


def _unreadable(sides: Mapping[str, Known | str]) -> Iterator[Fault]:
    for role, side in sides.items():
        if isinstance(side, str):
            yield Fault(role, "unknown", side)


def _timeless(sides: Mapping[str, Known | str]) -> Iterator[Fault]:
    for role, side in sides.items():
        if isinstance(side, Known) and not side.event_time:
            yield Fault(
                role,
                "no_event_time",
                "This data set names no event time, and the check cuts rows by time. Choose another data set.",
            )


def _unknown_columns(named: Mapping[str, Sequence[str]], have: set[str]) -> Iterator[Fault]:
    for field, columns in named.items():
        for name in columns:
            if name not in have:
                yield Fault(
                    field, "unknown_column", f"There is no column {name!r}. Choose from {listed(have, near=name)}."
                )
