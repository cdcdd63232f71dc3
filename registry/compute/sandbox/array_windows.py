"""Simple windows computed here rather than by the engine: the rows are put in order once for all of them.

What the engine would have computed, by the plan of `engines.simple_windows`: null rules and windows over arrays in
order, some thousand rows at a time. What the logic does with a window's value stays the engine's own work, over a table
that has a column for each window. `NotComputable` where the rows are not such that both come to the same: the engine's then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

try:
    from registry.compute.sandbox.ordered_rows import NotComputable, Ordered, is_number, numbers, there_in
    from registry.compute.sandbox.window_frames import Entities, carried, window
except ModuleNotFoundError:  # the sandboxed process has this folder alone on its path
    from ordered_rows import NotComputable, Ordered, is_number, numbers, there_in
    from window_frames import Entities, carried, window

BATCH = 1 << 17
ROWS_AT_ONCE = 1 << 16  # what is made of them stays in the processor's own cache
MOST_OF_AN_ENTITY = 1 << 20  # rows: what is made of them is in memory at once
EXACT = 2**53  # float64 holds every whole number up to there
LARGEST = 1e290  # sums of as many rows as there may be stay within float64


class View(NamedTuple):
    """The rows that a definition keeps, in order: their places in the table, whose they are, which of all they are."""

    rows: Any
    entities: Entities
    kept: Any = None


class Argument(NamedTuple):
    """Some values in order, 0 where there is none; which are there, None where all are; the largest size among them."""

    values: Any = None
    there: Any = None
    largest: float = 0


def computed(table: pa.Table, plan: dict[str, Any]) -> pa.Table:
    """The table's columns that are wanted besides, called `c0`, `c1` … in their order; each window's under its name;
    which rows a definition keeps; and `ambiguous`. Rows stay where they stand. NotComputable."""
    table = table.rename_columns([f"c{index}" for index in range(table.num_columns)])
    ordered = Ordered(table, plan["entity"], plan["order"])
    if np.diff(ordered.starts, append=table.num_rows).max() > MOST_OF_AN_ENTITY:
        raise NotComputable("an entity of very many rows")
    arguments = {name: _argument(table[name], valued) for name, valued in plan["arguments"].items()}
    table = table.select(plan["passed"])
    kept = {name: _kept(table.num_rows, arguments, dropped_by) for name, dropped_by in plan["kept"].items()}
    made = _windows(ordered, arguments, plan) | {name: _truth(rows) for name, rows in kept.items()}
    for name, column in made.items():
        table = table.append_column(name, column)
    return table


def _argument(column: pa.ChunkedArray, valued: bool) -> tuple[Any, Any]:
    """The values where they are wanted, and which are there, None where all are. NotComputable when they are no numbers."""
    if valued and not is_number(column.type):
        raise NotComputable("windows of what is no number")
    return numbers(column) if valued else None, there_in(column)


def around(engine: Any, table: pa.Table, plan: dict[str, Any], *, lock: Callable[[Any], None]) -> pa.RecordBatchReader:
    """What the SELECT makes of the windows' values: nothing where they are its values, else by the engine, once it is
    locked."""
    bare = plan["bare"]
    if bare and all(table.schema.field(bare[side]).type == pa.float64() for side in ("trained", "current")):
        shown = table.append_column("true", _truth(np.ones(table.num_rows, dtype=bool)))
        return shown.select(list(bare.values())).rename_columns(list(bare)).to_reader(BATCH)
    engine.register("windows", table)
    # The engine's own type of a sum of whole numbers, which what is computed with it hangs on.
    huge = {name for name, one in plan["windows"].items() if one["function"] == "sum" and _is_long(table, name)}
    listed = ", ".join(f"{name}::HUGEINT AS {name}" if name in huge else name for name in table.column_names)
    engine.execute(f"CREATE VIEW computed_rows AS SELECT {listed} FROM windows")
    lock(engine)
    return engine.sql(plan["select"]).to_arrow_reader(BATCH)


def _is_long(table: pa.Table, name: str) -> bool:
    return bool(table.schema.field(name).type == pa.int64())


def _windows(ordered: Ordered, arguments: dict[str, Any], plan: dict[str, Any]) -> dict[str, pa.Array]:
    rows = ordered.places.size
    results = {name: _Result(_kept(rows, arguments, one["dropped_by"])) for name, one in plan["windows"].items()}
    tied = np.zeros(rows, dtype=bool)
    for places, entities in _blocks(ordered):
        block = _Block(View(places, entities), arguments)
        for name, one in plan["windows"].items():
            results[name].put(*block.window(one))
        for one in plan["ties"]:
            kept = block.kept(one["dropped_by"])
            ordered.note_ties(tied, kept.rows, kept.entities, one["columns"])
    return {name: one.column() for name, one in results.items()} | {"ambiguous": _truth(tied)}


def _kept(rows: int, arguments: dict[str, Any], dropped_by: Sequence[str]) -> Any:
    """Which rows are left when those without a value in one of these columns are dropped."""
    there = [arguments[name][1] for name in dropped_by if arguments[name][1] is not None]
    return np.logical_and.reduce([np.ones(rows, dtype=bool), *there])


def _blocks(ordered: Ordered) -> Iterator[tuple[Any, Entities]]:
    """The rows of some whole entities at a time."""
    starts, rows = ordered.starts, ordered.places.size
    cuts = np.searchsorted(starts, np.arange(0, rows, ROWS_AT_ONCE))
    bounds = list(dict.fromkeys([*cuts.tolist(), starts.size]))
    for begin, end in pairwise(bounds):
        first, last = int(starts[begin]), int(starts[end]) if end < starts.size else rows
        yield ordered.places[first:last], Entities(starts[begin:end] - first, last - first)


class _Block:
    """Some entities' rows, and what was made of them for one window that another can use."""

    def __init__(self, view: View, arguments: dict[str, Any]) -> None:
        self.views: dict[tuple[str, ...], View] = {(): view}
        self.given = {name: _at(view.rows, *given) for name, given in arguments.items()}
        self.ruled: dict[tuple[str, ...], Argument] = {}

    def kept(self, dropped_by: Sequence[str]) -> View:
        """The rows that are left when those without a value in one of these columns are dropped."""
        name = tuple(dropped_by)
        if name not in self.views:
            self.views[name] = _dropped(self.views[()], [self.given[column].there for column in name])
        return self.views[name]

    def window(self, one: dict[str, Any]) -> tuple[Any, Any, Any]:
        """The rows, the window's values of them, and which have one."""
        view = self.kept(one["dropped_by"])
        argument = self._argument(one, view) if one["column"] else Argument()
        if argument.values is not None:
            _fit(one["function"], argument, view.entities, one["first"])
        frame = {"first": one["first"], "last": one["last"]}
        return view.rows, *window(view.entities, one["function"], argument.values, argument.there, **frame)

    def _argument(self, one: dict[str, Any], view: View) -> Argument:
        name = (one["column"], one["rule"], *one["dropped_by"])
        if name not in self.ruled:
            self.ruled[name] = _by_rule(one["rule"], self.given[one["column"]], view)
        return self.ruled[name]


def _at(rows: Any, values: Any, there: Any) -> Argument:
    """The argument's values of these rows. NotComputable where sums of them could leave float64, or are none."""
    there = None if there is None else there[rows]
    if values is None:
        return Argument(None, there)
    values = values[rows]
    if there is not None:
        values = np.where(there, values, values.dtype.type(0))
    largest = max(-values.min().item(), values.max().item())
    if not largest <= LARGEST:
        raise NotComputable("NaN, infinities and numbers near them")
    return Argument(values, there, largest)


def _dropped(view: View, there: Sequence[Any]) -> View:
    some = [one for one in there if one is not None]
    if not some:
        return view
    kept = np.logical_and.reduce(some)
    return View(view.rows[kept], view.entities.kept(kept), kept)


def _by_rule(rule: str, given: Argument, view: View) -> Argument:
    """The argument after its null rule."""
    values, there, largest = given
    if view.kept is not None:
        return Argument(None if values is None else values[view.kept], None, largest)
    if there is None:
        return given
    if rule == "zero_fill":
        return Argument(values, None, largest)
    if rule in ("forward_fill", "forward_and_zero_fill"):
        values, there = carried(view.entities, values, there)
    return Argument(values, None if rule == "forward_and_zero_fill" else there, largest)


def _fit(function: str, argument: Argument, entities: Entities, first: int | None) -> None:
    """NotComputable where the engine's answer could be another."""
    values = argument.values
    if values.dtype.kind == "f":
        if function in ("min", "max") and np.any(np.signbit(values) & (values == 0)):
            raise NotComputable("which of two zeros is the lesser is chance")
    elif function in ("avg", "sum"):
        rows = entities.longest if first is None else min(first + 1, entities.longest)
        if argument.largest * rows >= EXACT:
            raise NotComputable("sums that float64 does not hold")


class _Result:
    """A window's column, put together as its rows come."""

    def __init__(self, there: Any) -> None:
        self.rows, self.values = there.size, None
        self.there = None if there.all() else there.copy()

    def put(self, rows: Any, values: Any, there: Any) -> None:
        if self.values is None:
            self.values = np.zeros(self.rows, dtype=values.dtype)
        self.values[rows] = values
        if there is not None and not there.all():
            self.there = np.ones(self.rows, dtype=bool) if self.there is None else self.there
            self.there[rows[~there]] = False

    def column(self) -> pa.Array:
        there = None if self.there is None else _packed(self.there)
        kind = pa.from_numpy_dtype(self.values.dtype)
        return pa.Array.from_buffers(kind, self.rows, [there, pa.py_buffer(self.values)])


def _truth(values: Any) -> pa.Array:
    return pa.Array.from_buffers(pa.bool_(), values.size, [None, _packed(values)])


def _packed(truth: Any) -> pa.Buffer:
    return pa.py_buffer(np.packbits(truth, bitorder="little"))
