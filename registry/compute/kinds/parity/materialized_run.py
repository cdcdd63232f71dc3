"""Parity of two materializations: a feature's values as two data sets hold them, compared as two definitions are.

For what is not computed here, such as features in Python: two runs of the code wrote their values, and rows of one key
are compared. The report is that of definition parity; a row that one data set alone has is missing or extra.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from registry.compute.engines.columns import Reader, Side
from registry.compute.engines.duck import Duck, EngineFailed
from registry.compute.engines.row_matching import match_keys
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.compute.kinds.parity.definition_parity import AT, KEY, SLICE, judge
from registry.compute.kinds.parity.key_types import require_alike
from registry.compute.kinds.report import Report
from registry.compute.name_lists import case_twins


class MaterializedInputs(NamedTuple):
    """``training`` and ``current``: both data sets; ``parameters`` name the columns to compare and the key."""

    training: Side
    current: Side
    parameters: ParityParameters


def judge_materialized(duck: Duck, inputs: MaterializedInputs) -> Report:
    """Match by key, compare, judge. EngineFailed, with a sentence, when the key repeats or names of columns differ
    only by case."""
    parameters = inputs.parameters
    wanted = [*parameters.key, *([parameters.slice] if parameters.slice else [])]
    for side, column in ((inputs.training, parameters.trained_column), (inputs.current, parameters.current_column)):
        twins = case_twins(described.name for described in side.files.describe())
        for name in (*wanted, column, side.event_time):
            if name in twins:
                raise EngineFailed(twins[name])
    return judge(_rows(duck, inputs), parameters)


class _Sides(NamedTuple):
    """Both data sets, and for each row of either its place in one and in the other, null where that lacks it."""

    trained: Reader
    current: Reader
    in_trained: pa.Array
    in_current: pa.Array

    def shared(self, name: str) -> pa.ChunkedArray:
        """A column that both have: the trained value, or the other where that side has no row."""
        left, right = self.trained.column(name), self.current.column(name)
        try:
            right = right.cast(left.type)
        except pa.ArrowException as error:
            sentence = (
                f"Column {name} is {left.type} on the trained side and {right.type} on the other. Give both one type."
            )
            raise EngineFailed(sentence) from error
        return pc.coalesce(left.take(self.in_trained), right.take(self.in_current))

    def at(self) -> pa.ChunkedArray:
        """The event time of each row, null where there is none."""
        nothing = pa.chunked_array([pa.nulls(len(self.in_trained), pa.string())])
        times = [
            reader.column(reader.side.event_time).take(places)
            for reader, places in ((self.trained, self.in_trained), (self.current, self.in_current))
            if reader.side.event_time
        ]
        if not times:
            return nothing
        return pc.coalesce(times[0], *(time for time in times[1:] if time.type == times[0].type))


def _rows(duck: Duck, inputs: MaterializedInputs) -> pa.Table:
    """The rows of both as `definition_parity` takes them."""
    parameters = inputs.parameters
    readers = Reader(duck, inputs.training), Reader(duck, inputs.current)
    names = parameters.trained_dataset, parameters.current_dataset
    require_alike(duck, [*zip(names, (inputs.training, inputs.current), strict=True)], parameters.key)
    places = match_keys(duck, inputs.training, inputs.current, keys=parameters.key)
    sides = _Sides(*readers, *_places(places, readers[0].rows(), readers[1].rows()))
    columns = {f"{KEY}{name}": sides.shared(name) for name in parameters.key} | {AT: sides.at()}
    columns |= {SLICE: sides.shared(parameters.slice)} if parameters.slice else {}
    return pa.table(
        columns
        | {
            "trained": readers[0].column(parameters.trained_column).take(sides.in_trained),
            "current": readers[1].column(parameters.current_column).take(sides.in_current),
            "in_trained": sides.in_trained.is_valid(),
            "in_current": sides.in_current.is_valid(),
            "ambiguous": np.zeros(len(sides.in_trained), dtype=bool),
        }
    )


def _places(matched: pa.Table, trained: int, current: int) -> tuple[pa.Array, pa.Array]:
    """All trained rows in their order, then those that only the current side has."""
    of_trained = np.full(trained, -1, dtype=np.int64)
    of_trained[matched["t"].to_numpy()] = matched["s"].to_numpy()
    extra = np.setdiff1d(np.arange(current), matched["s"].to_numpy(), assume_unique=True)
    left = np.concatenate([np.arange(trained), np.full(extra.size, -1)])
    right = np.concatenate([of_trained, extra])
    return pa.array(left, mask=left < 0), pa.array(right, mask=right < 0)
