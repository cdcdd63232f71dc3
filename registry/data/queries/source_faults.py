"""What is wrong with a description of a source table: columns that its data lacks, and those that its features use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from platform_site.errors import Fault
from registry.compute.engines.row_source import Column, Unreadable
from registry.compute.name_lists import named
from registry.compute.sandbox.acceptance.accept import Accepted, accept
from registry.compute.upstream import JINJA, PYTHON, SQL_DIALECTS, UpstreamKind
from registry.data.queries import locations
from registry.data.rules.source import Source
from registry.models import Dataset, FeatureVersion


def source_faults(name: str, source: Source) -> list[Fault]:
    """Everything wrong with what a source table of that name would be."""
    faults = [] if source.entity_key else [Fault("entity_key", "missing", "Name at least one column for entity_key.")]
    if source.upstream:
        faults += _upstream_faults(source.upstream)
    if not source.dataset:
        return faults
    dataset = Dataset.objects.filter(name=source.dataset).first()
    if dataset is None:
        return [*faults, Fault("dataset", "unknown", f"There is no data set {source.dataset!r}. Add it first.")]
    try:
        schema = locations.of(dataset).describe()
    except Unreadable as unreadable:
        return [*faults, Fault("dataset", "unreadable", str(unreadable))]
    faults += column_faults(schema, source.entity_key, source.event_time, key_field="entity_key")
    faults += column_faults(schema, source.row_key, "", key_field="row_key")
    return faults + _feature_faults(name, source.dataset, schema)


def column_faults(
    schema: Sequence[Column], key: Sequence[str], event_time: str, *, key_field: str = "key"
) -> list[Fault]:
    """The columns of a key and an event time that a schema does not have."""
    names = {column.name for column in schema}
    faults = [
        Fault(key_field, "unknown_column", f"The data has no column {column!r}. It has {named(names, near=column)}.")
        for column in key
        if column not in names
    ]
    if event_time and event_time not in names:
        existing = named(names, near=event_time)
        faults.append(
            Fault("event_time", "unknown_column", f"The data has no column {event_time!r}. It has {existing}.")
        )
    return faults


def _upstream_faults(upstream: Mapping[str, Any]) -> list[Fault]:
    faults = []
    if upstream["kind"] not in list(UpstreamKind):
        sentence = f"{upstream['kind']!r} is not a kind of upstream. Choose {', '.join(UpstreamKind)}."
        faults.append(Fault("upstream.kind", "unknown", sentence))
    dialects = sorted({PYTHON, JINJA, *SQL_DIALECTS})
    if upstream.get("dialect") and upstream["dialect"] not in dialects:
        sentence = f"{upstream['dialect']!r} is not a dialect of upstream code. Choose {', '.join(dialects)}."
        faults.append(Fault("upstream.dialect", "unknown", sentence))
    return faults


def _feature_faults(name: str, dataset: str, schema: Sequence[Column]) -> list[Fault]:
    """The features over the table whose current definition names columns that the data set lacks, in one sentence."""
    existing = {column.name.lower() for column in schema}
    lacking = {
        feature: missing
        for feature, columns in _columns_of_features(name).items()
        if (missing := [column for column in columns if column.lower() not in existing])
    }
    if not lacking:
        return []
    needs = "; ".join(f"{feature} uses {', '.join(columns)}" for feature, columns in list(lacking.items())[:10])
    more = f" and {len(lacking) - 10} more features" if len(lacking) > 10 else ""
    problem = f"Data set {dataset} lacks columns that features over {name} use: {needs}{more}."
    return [Fault("dataset", "lacks_columns", f"{problem} Choose a data set that has them.")]


def _columns_of_features(name: str) -> Mapping[str, Sequence[str]]:
    current = FeatureVersion.objects.filter(source_table=name, current_of__isnull=False).order_by("feature__name")
    answers = {
        feature: accept(engine_logic or logic, columns=None)
        for feature, logic, engine_logic in current.values_list("feature__name", "computation_logic", "engine_logic")
    }
    return {feature: answer.columns for feature, answer in answers.items() if isinstance(answer, Accepted)}
