"""Two whole sides compared, as fast as each kind of column allows: numbers by one sort of each side, categories by the
counts of an engine, everything else one column after the other.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from registry.compute.engines.category_counts import CategoryCounts, count_categories
from registry.compute.engines.columns import Reader
from registry.compute.engines.duck import Duck, EngineFailed
from registry.compute.engines.numeric_columns import ColumnComparison, compare_numbers
from registry.compute.engines.sorted_sides import Store, stored
from registry.compute.kinds.arrow_columns import comparable, hardly_repeats, kind_of, typed_alike
from registry.compute.kinds.drift import column as drift
from registry.compute.kinds.drift import side_values
from registry.compute.kinds.drift.inputs import DriftInputs
from registry.compute.kinds.report import TROUBLE, ColumnReport
from registry.compute.stats.comparison import ColumnKind, Comparison

OnColumn = Callable[[str], None]
Types = tuple[pa.DataType, pa.DataType]
FAST = (ColumnKind.NUMERIC, ColumnKind.CATEGORICAL)


def judge(duck: Duck, inputs: DriftInputs, *, on_column: OnColumn) -> Iterator[ColumnReport]:
    """Each column's outcome, as it is ready. ``on_column`` hears of each before; what it raises stops the work."""
    types = _types(inputs)
    by_kind = {kind: [name for name in inputs.columns if _fast(types[name]) is kind] for kind in FAST}
    apart = {*inputs.parameters.kinds, *_stored_in_another_way(inputs)}
    by_kind = {kind: [name for name in names if name not in apart] for kind, names in by_kind.items()}
    fast = [name for names in by_kind.values() for name in names]
    later = [name for name in inputs.columns if name not in set(fast)]
    with tempfile.TemporaryDirectory(prefix="plumbline-columns-") as folder:
        stores = [stored(duck, side, fast, Path(folder)) for side in (inputs.reference, inputs.current)] if fast else []
        yield from _numbers(duck, inputs, stores, by_kind[ColumnKind.NUMERIC], types, on_column)
        for name, report in _categories(duck, inputs, stores, by_kind[ColumnKind.CATEGORICAL], types, on_column):
            if report:
                yield report
            else:
                later.append(name)
    for name in later:
        if name not in by_kind[ColumnKind.CATEGORICAL]:
            on_column(name)
        yield _alone(duck, inputs, name)


def _types(inputs: DriftInputs) -> dict[str, Types]:
    """The types of both sides' columns, where one has none the other's."""
    schemas = [side.files.arrow_schema() for side in (inputs.reference, inputs.current)]
    empty = [{name: pa.chunked_array([], schema.field(name).type) for name in inputs.columns} for schema in schemas]
    alike = {name: typed_alike(*(side[name] for side in empty)) for name in inputs.columns}
    return {name: (reference.type, current.type) for name, (reference, current) in alike.items()}


def _stored_in_another_way(inputs: DriftInputs) -> set[str]:
    """The columns that are numbers and stored as durations or dictionaries, which only an engine decodes."""
    fields = [field for side in (inputs.reference, inputs.current) for field in side.files.arrow_schema()]
    return {
        field.name
        for field in fields
        if pa.types.is_duration(field.type)
        or (pa.types.is_dictionary(field.type) and kind_of(field.type) is ColumnKind.NUMERIC)
    }


def _fast(types: Types) -> ColumnKind | None:
    kind = kind_of(types[0])
    return kind if kind in FAST and comparable(*types) else None


def _numbers(
    duck: Duck,
    inputs: DriftInputs,
    stores: Sequence[Store],
    names: Sequence[str],
    types: dict[str, Types],
    on_column: OnColumn,
) -> Iterator[ColumnReport]:
    if not names:
        return
    for name, numeric in compare_numbers(
        stores, names, memory_bytes=duck.memory_bytes, on_progress=on_column, bins=drift.BINS
    ):
        yield _judged(inputs, name, types[name], partial(_described, numeric))


def _described(numeric: ColumnComparison, _: ColumnKind) -> tuple[Comparison, dict[str, Any]]:
    if numeric.comparison.kind is ColumnKind.OTHER:
        raise EngineFailed(numeric.comparison["ks"].reason)
    reference, current = numeric.summaries
    summaries = {"summary_ref": reference.as_dict(), "summary_cur": current.as_dict()}
    return numeric.comparison, summaries | {"histogram": numeric.histogram.as_dict()}


def _categories(
    duck: Duck,
    inputs: DriftInputs,
    stores: Sequence[Store],
    names: Sequence[str],
    types: dict[str, Types],
    on_column: OnColumn,
) -> Iterator[tuple[str, ColumnReport | None]]:
    """The outcome of each; None for text that hardly repeats, which is compared by its lengths."""
    if not names:
        return
    for name, counted in count_categories(duck, stores, names, on_progress=on_column):
        if isinstance(counted, EngineFailed):
            yield name, drift.errored(name, counted)
        elif pa.types.is_boolean(types[name][0]) or not _is_text(counted):
            yield name, _judged(inputs, name, types[name], partial(_counted, counted))
        else:
            yield name, None


def _is_text(counted: CategoryCounts) -> bool:
    both = counted.categories
    return hardly_repeats(len(both.names), int(both.reference.sum()), int(both.current.sum()))


def _counted(counted: CategoryCounts, _: ColumnKind) -> tuple[Comparison, dict[str, Any]]:
    return counted.comparison, {"commonest": drift.commonest_of(counted.categories)}


def _judged(inputs: DriftInputs, name: str, types: Types, compared: drift.Compared) -> ColumnReport:
    parameters = inputs.parameters
    try:
        finding = drift.judge_comparison(
            name, types, compared, limits=parameters.limits_of(name), minimum_rows=parameters.minimum_rows
        )
    except TROUBLE as error:
        return drift.errored(name, error)
    return drift.to_report(finding)


def _alone(duck: Duck, inputs: DriftInputs, name: str) -> ColumnReport:
    parameters = inputs.parameters
    try:
        values = side_values.read(
            (Reader(duck, inputs.reference), Reader(duck, inputs.current)), name, parameters.kinds
        )
        finding = drift.compare(name, values, limits=parameters.limits_of(name), minimum_rows=parameters.minimum_rows)
    except TROUBLE as error:
        return drift.errored(name, error)
    return drift.to_report(finding)
