"""Compute simple windows over sorted arrays instead of in the engine: one sort of the rows serves all windows.

The plan comes from `engines.simple_windows`. Null rules and windows are computed over arrays in order, some thousand
rows at a time; the rest of the logic is computed by the engine, over a table that has a column for each window.
`NeedsEngine` is raised for rows for which the engine could compute other values; the engine then computes everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

if TYPE_CHECKING or __package__:
    from registry.compute.sandbox.confined.ordered_rows import NeedsEngine, Ordered, is_number, not_null_in, numbers
    from registry.compute.sandbox.confined.window_frames import Entities, forward_filled, window
else:  # in the sandboxed process, which has only this folder on its path
    from ordered_rows import NeedsEngine, Ordered, is_number, not_null_in, numbers
    from window_frames import Entities, forward_filled, window

BATCH = 1 << 17
ROWS_AT_ONCE = 1 << 16  # what is computed for them fits into the processor's cache
MOST_OF_AN_ENTITY = 1 << 20  # rows, all of which are in memory at once
EXACT = 2**53  # float64 holds every whole number up to this
LARGEST = 1e290  # sums of as many rows as an entity may have stay within float64


class View(NamedTuple):
    """The rows that a null rule leaves, in order: their places in the table, their entities, and which of all rows they are."""

    rows: Any
    entities: Entities
    selected: Any = None


class Argument(NamedTuple):
    """Values in order, 0 for nulls; which are not null, None if none is; the largest absolute value."""

    values: Any = None
    present: Any = None
    largest: float = 0


def compute_windows(table: pa.Table, plan: dict[str, Any]) -> pa.Table:
    """The table with a column for each window, one for the rows that each `drop` rule leaves, and `ambiguous`.

    Of the table's own columns, named `c0`, `c1` … in their order, those that the plan passes on are included. The order
    of the rows does not change. NeedsEngine."""
    table = table.rename_columns([f"c{index}" for index in range(table.num_columns)])
    ordered = Ordered(table, plan["entity"], plan["order"])
    if np.diff(ordered.starts, append=table.num_rows).max() > MOST_OF_AN_ENTITY:
        raise NeedsEngine("an entity with very many rows")
    arguments = {name: _argument(table[name], valued) for name, valued in plan["arguments"].items()}
    table = table.select(plan["passed"])
    left = {name: _rows_left(table.num_rows, arguments, dropped_by) for name, dropped_by in plan["kept"].items()}
    made = _windows(ordered, arguments, plan) | {name: _truth(rows) for name, rows in left.items()}
    for name, column in made.items():
        table = table.append_column(name, column)
    return table


def _argument(column: pa.ChunkedArray, valued: bool) -> tuple[Any, Any]:
    """The values, if ``valued``, and which rows are not null, None if none is. NeedsEngine when they are not numbers."""
    if valued and not is_number(column.type):
        raise NeedsEngine("windows over values that are not numbers")
    return numbers(column) if valued else None, not_null_in(column)


def select_over(
    engine: Any, table: pa.Table, plan: dict[str, Any], *, lock: Callable[[Any], None]
) -> pa.RecordBatchReader:
    """The rows of the plan's SELECT over the windows' values: the columns themselves if nothing else is computed, else the
    engine's result. ``lock`` is called before the engine runs the SELECT."""
    bare = plan["bare"]
    if bare and all(table.schema.field(bare[side]).type == pa.float64() for side in ("trained", "current")):
        shown = table.append_column("true", _truth(np.ones(table.num_rows, dtype=bool)))
        return shown.select(list(bare.values())).rename_columns(list(bare)).to_reader(BATCH)
    engine.register("windows", table)
    # The type that the engine gives a sum of whole numbers: what the logic does with the sum depends on it.
    huge = {
        name
        for name, window_plan in plan["windows"].items()
        if window_plan["function"] == "sum" and _is_long(table, name)
    }
    listed = ", ".join(f"{name}::HUGEINT AS {name}" if name in huge else name for name in table.column_names)
    engine.execute(f"CREATE VIEW computed_rows AS SELECT {listed} FROM windows")
    lock(engine)
    return engine.sql(plan["select"]).to_arrow_reader(BATCH)


def _is_long(table: pa.Table, name: str) -> bool:
    return bool(table.schema.field(name).type == pa.int64())


def _windows(ordered: Ordered, arguments: dict[str, Any], plan: dict[str, Any]) -> dict[str, pa.Array]:
    rows = ordered.places.size
    results = {
        name: _Result(_rows_left(rows, arguments, window_plan["dropped_by"]))
        for name, window_plan in plan["windows"].items()
    }
    tied = np.zeros(rows, dtype=bool)
    for places, entities in _blocks(ordered):
        block = _Block(View(places, entities), arguments)
        for name, window_plan in plan["windows"].items():
            results[name].put(*block.window(window_plan))
        for tie in plan["ties"]:
            view = block.view(tie["dropped_by"])
            ordered.note_ties(tied, view.rows, view.entities, tie["columns"])
    return {name: result.column() for name, result in results.items()} | {"ambiguous": _truth(tied)}


def _rows_left(rows: int, arguments: dict[str, Any], dropped_by: Sequence[str]) -> Any:
    """Which rows are left when those with a null in one of these columns are dropped."""
    present = [arguments[name][1] for name in dropped_by if arguments[name][1] is not None]
    return np.logical_and.reduce([np.ones(rows, dtype=bool), *present])


def _blocks(ordered: Ordered) -> Iterator[tuple[Any, Entities]]:
    """The rows, some whole entities at a time."""
    starts, rows = ordered.starts, ordered.places.size
    cuts = np.searchsorted(starts, np.arange(0, rows, ROWS_AT_ONCE))
    bounds = list(dict.fromkeys([*cuts.tolist(), starts.size]))
    for begin, end in pairwise(bounds):
        first, last = int(starts[begin]), int(starts[end]) if end < starts.size else rows
        yield ordered.places[first:last], Entities(starts[begin:end] - first, last - first)


class _Block:
    """The rows of some entities, and what several windows share of them."""

    def __init__(self, view: View, arguments: dict[str, Any]) -> None:
        self.views: dict[tuple[str, ...], View] = {(): view}
        self.arguments = {name: _at(view.rows, *argument) for name, argument in arguments.items()}
        self.ruled: dict[tuple[str, ...], Argument] = {}

    def view(self, dropped_by: Sequence[str]) -> View:
        """The rows that are left when those with a null in one of these columns are dropped."""
        name = tuple(dropped_by)
        if name not in self.views:
            self.views[name] = _dropped(self.views[()], [self.arguments[column].present for column in name])
        return self.views[name]

    def window(self, window_plan: dict[str, Any]) -> tuple[Any, Any, Any]:
        """The rows, the window's values, and which of these are not null."""
        view = self.view(window_plan["dropped_by"])
        argument = self._argument(window_plan, view) if window_plan["column"] else Argument()
        if argument.values is not None:
            _require_exact(window_plan["function"], argument, view.entities, window_plan["first"])
        frame = {"first": window_plan["first"], "last": window_plan["last"]}
        return view.rows, *window(view.entities, window_plan["function"], argument.values, argument.present, **frame)

    def _argument(self, window_plan: dict[str, Any], view: View) -> Argument:
        name = (window_plan["column"], window_plan["rule"], *window_plan["dropped_by"])
        if name not in self.ruled:
            self.ruled[name] = _by_rule(window_plan["rule"], self.arguments[window_plan["column"]], view)
        return self.ruled[name]


def _at(rows: Any, values: Any, present: Any) -> Argument:
    """The argument's values in these rows. NeedsEngine when their sums could exceed float64 or are not numbers."""
    present = None if present is None else present[rows]
    if values is None:
        return Argument(None, present)
    values = values[rows]
    if present is not None:
        values = np.where(present, values, values.dtype.type(0))
    largest = max(-values.min().item(), values.max().item())
    if not largest <= LARGEST:
        raise NeedsEngine("NaN, infinities or numbers near them")
    return Argument(values, present, largest)


def _dropped(view: View, present: Sequence[Any]) -> View:
    masks = [rows for rows in present if rows is not None]
    if not masks:
        return view
    selected = np.logical_and.reduce(masks)
    return View(view.rows[selected], view.entities.selected(selected), selected)


def _by_rule(rule: str, argument: Argument, view: View) -> Argument:
    """The argument after its null rule."""
    values, present, largest = argument
    if view.selected is not None:
        return Argument(None if values is None else values[view.selected], None, largest)
    if present is None:
        return argument
    if rule == "zero_fill":
        return Argument(values, None, largest)
    if rule in ("forward_fill", "forward_and_zero_fill"):
        values, present = forward_filled(view.entities, values, present)
    return Argument(values, None if rule == "forward_and_zero_fill" else present, largest)


def _require_exact(function: str, argument: Argument, entities: Entities, first: int | None) -> None:
    """Raise NeedsEngine when the engine's value could be another."""
    values = argument.values
    if values.dtype.kind == "f":
        if function in ("min", "max") and np.any(np.signbit(values) & (values == 0)):
            raise NeedsEngine("the smaller of two zeros is not determined")
    elif function in ("avg", "sum"):
        rows = entities.longest if first is None else min(first + 1, entities.longest)
        if argument.largest * rows >= EXACT:
            raise NeedsEngine("sums that float64 cannot hold")


class _Result:
    """The column of a window, filled part by part."""

    def __init__(self, present: Any) -> None:
        self.rows = present.size
        self.values: Any = None
        self.present: Any = None if present.all() else present.copy()

    def put(self, rows: Any, values: Any, present: Any) -> None:
        if self.values is None:
            self.values = np.zeros(self.rows, dtype=values.dtype)
        self.values[rows] = values
        if present is not None and not present.all():
            self.present = np.ones(self.rows, dtype=bool) if self.present is None else self.present
            self.present[rows[~present]] = False

    def column(self) -> pa.Array:
        present = None if self.present is None else _packed(self.present)
        kind = pa.from_numpy_dtype(self.values.dtype)
        return pa.Array.from_buffers(kind, self.rows, [present, pa.py_buffer(self.values)])


def _truth(values: Any) -> pa.Array:
    return pa.Array.from_buffers(pa.bool_(), values.size, [None, _packed(values)])


def _packed(truth: Any) -> pa.Buffer:
    return pa.py_buffer(np.packbits(truth, bitorder="little"))
