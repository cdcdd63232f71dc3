"""What the runs of checks over data sets need: the sides to read, the parameters, the expectations of columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache

from platform_site.errors import NotReady
from registry.compute.engines.columns import Side
from registry.compute.kinds.drift.inputs import DriftInputs
from registry.compute.kinds.drift.parameters import DriftParameters
from registry.compute.kinds.parity.log_parameters import BY_TIME, LogParityParameters
from registry.compute.kinds.parity.log_run import LogParityInputs
from registry.compute.kinds.schema.expectations import Finding, changes
from registry.compute.kinds.schema.parameters import Expectation, SchemaParameters
from registry.compute.kinds.schema.run import SchemaInputs
from registry.compute.name_lists import named
from registry.compute.sandbox.acceptance.accept import Accepted, accept
from registry.data.queries.row_selection import side, types
from registry.models import Check, CheckRun, Dataset, FeatureVersion, SourceTableVersion

FEATURES_NAMED = 5  # of a column that many need


def drift(run: CheckRun) -> DriftInputs:
    """What a drift run reads. NotReady when a data set cannot be read or names no event time."""
    parameters = DriftParameters(**run.check_definition.parameters)
    timed, now = parameters.is_cut_by_time, run.created_at
    cuts = (
        (parameters.reference, parameters.reference_from, parameters.reference_to),
        (parameters.current_name, parameters.current_from, parameters.current_to),
    )
    reference, current = (side(name, since=since, until=until, now=now, timed=timed) for name, since, until in cuts)
    types_by_side = types(reference), types(current)
    labels = side(parameters.labels, now=now) if parameters.labels else None
    label_key = _label_key(parameters, labels) if labels else []
    roles = [parameters.prediction, parameters.group, *(label_key or [parameters.label])]
    for name, rows, types_of_side in zip(
        (parameters.reference, parameters.current_name), (reference, current), types_by_side, strict=True
    ):
        require_columns(name, [*roles, rows.event_time if timed else ""], types_of_side)
    names = parameters.columns or _worth_comparing(parameters, types_by_side[0], types_by_side[1])
    names = [name for name in names if name not in parameters.not_compared]
    findings = changes(*({name: kind for name, kind in of_side.items() if name in names} for of_side in types_by_side))
    columns = [name for name in names if name in types_by_side[0] and name in types_by_side[1]]
    findings += _gone(run.check_definition, parameters, types_by_side[0].keys() | types_by_side[1].keys())
    read = [*columns, *roles]
    reference, current = (rows.reading(*read, rows.event_time) for rows in (reference, current))
    labels = labels.reading(*(label_key or []), parameters.label) if labels else None
    return DriftInputs(reference, current, columns, findings, parameters, labels, label_key)


def _label_key(parameters: DriftParameters, labels: Side) -> list[str]:
    """The columns by which later labels are joined. NotReady when the labels lack them."""
    key = list(Dataset.objects.get(name=parameters.labels).key)
    require_columns(parameters.labels, [*key, parameters.label], types(labels))
    return key


def _gone(check: Check, parameters: DriftParameters, have: Collection[str]) -> list[Finding]:
    """The columns that neither side has any more: of those named, or else of those that the check's first run compared."""
    names: Iterable[str] = parameters.columns
    if not parameters.columns and check.pk:
        first = check.runs.filter(columns__isnull=False).order_by("pk").first()
        names = first.columns.exclude(kind="quality").order_by("rank").values_list("column", flat=True) if first else []
    beside = {*have, *parameters.not_compared}
    return [Finding(name, "gone", f"{name} is gone from both sides.") for name in names if name not in beside]


def require_columns(dataset: str, names: Sequence[str], columns: Collection[str]) -> None:
    """NotReady unless the data set has these columns; an empty name is not one."""
    missing = [name for name in names if name and name not in columns]
    if missing:
        sentence = f"Data set {dataset} has no column {', '.join(missing)} any more: it has "
        raise NotReady("column_gone", f"{sentence}{named(columns, near=missing[0])}.")


def log_parity(run: CheckRun) -> LogParityInputs:
    """What a log-parity run reads. NotReady when a data set cannot be read or names no event time."""
    parameters = LogParityParameters(**run.check_definition.parameters)
    timed = parameters.match_by == BY_TIME
    training, serving = (
        side(name, since=parameters.since, until=parameters.until, now=run.created_at, timed=timed)
        for name in (parameters.training, parameters.serving)
    )
    have = types(serving)
    require_columns(parameters.training, [*parameters.entity_key, training.event_time], types(training))
    require_columns(parameters.serving, [*parameters.entity_key, serving.event_time], have)
    beside = {*parameters.entity_key, *([training.event_time, serving.event_time] if timed else [])}
    features = parameters.features or [name for name in types(training) if name in have and name not in beside]
    beside |= set(Dataset.objects.get(name=parameters.training).key)
    alone = [name for name in types(training) if name not in have and name not in beside]
    not_logged = [] if parameters.features else alone
    read = [*parameters.entity_key, *features]
    training, serving = (rows.reading(*read, rows.event_time) for rows in (training, serving))
    return LogParityInputs(training, serving, features, parameters, not_logged)


def schema(run: CheckRun) -> SchemaInputs:
    """What a schema run reads. NotReady when the data set cannot be read."""
    parameters = SchemaParameters(**run.check_definition.parameters)
    whole = side(parameters.dataset, now=run.created_at)
    dataset = Dataset.objects.get(name=parameters.dataset)
    tables = list(dataset.source_versions.filter(current_of__isnull=False).select_related("source_table"))
    expectations = [*_of_the_data_set(dataset), *_of_features(tables, parameters.features), *parameters.expectations]
    orders = [(table.source_table.name, [*table.entity_key, table.event_time, *table.row_key]) for table in tables]
    key = parameters.unique or dataset.key
    read = [*(expectation.name for expectation in expectations), *key, *(name for _, order in orders for name in order)]
    return SchemaInputs(whole.reading(*read), types(whole), expectations, key, orders)


def _worth_comparing(parameters: DriftParameters, *sides: dict[str, str]) -> list[str]:
    """Every column of either side except keys and event times."""
    names = {parameters.reference, parameters.current_name}
    beside = set()
    for key, event_time in Dataset.objects.filter(name__in=names).values_list("key", "event_time"):
        beside |= {*key, event_time}
    return [name for name in dict.fromkeys([*sides[0], *sides[1]]) if name not in beside]


def _of_the_data_set(dataset: Dataset) -> Iterator[Expectation]:
    for name in dataset.key:
        yield Expectation(name, nullable=False, because="It identifies a row.")
    if dataset.event_time:
        yield Expectation(dataset.event_time, nullable=False, because="It says when a row happened.")


def _of_features(tables: Sequence[SourceTableVersion], names: Sequence[str]) -> Iterator[Expectation]:
    """What the current versions of features need of their source tables: columns of the types known before."""
    by_name = {table.source_table.name: table for table in tables}
    for table in tables:
        for name in {*table.entity_key, table.event_time, *table.row_key}:
            yield Expectation(
                name, nullable=False, because=f"Source table {table.source_table.name} is ordered and keyed by it."
            )
    versions = FeatureVersion.objects.filter(source_table__in=by_name, current_of__isnull=False)
    versions = versions.filter(feature__name__in=names) if names else versions
    known_types = {name: _known_types(table) for name, table in by_name.items()}
    used = cache(_columns)  # many features read one table by the same logic
    readers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for version in versions.select_related("feature").order_by("feature__name"):
        known = known_types[version.source_table]
        spelt = {name.lower(): name for name in known}
        for column in (spelt.get(name.lower(), name) for name in used(version.in_engine.computation_logic)):
            readers[column, known.get(column, "")].append(version.feature.name)
    for (column, kind), features in readers.items():
        yield Expectation(column, kind, because=_computed_from_it(features))


def _computed_from_it(features: Sequence[str]) -> str:
    """Which features need a column, the first of them by name: a run stores it, however many there are."""
    if len(features) == 1:
        return f"Feature {features[0]} is computed from it."
    named, others = features[:FEATURES_NAMED], len(features) - FEATURES_NAMED
    rest = f" and {others:,} more" if others > 0 else ""
    return f"Features {', '.join(named)}{rest} are computed from it."


def _known_types(table: SourceTableVersion) -> dict[str, str]:
    """The types that the first snapshot of the table's data set recorded."""
    first = table.dataset.snapshots.order_by("taken_at").first() if table.dataset else None
    return {column["name"]: column["type"] for column in first.schema} if first else {}


def _columns(logic: str) -> Sequence[str]:
    """The columns that a definition names."""
    accepted = accept(logic, columns=None)
    return accepted.columns if isinstance(accepted, Accepted) else []
