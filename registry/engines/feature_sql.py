"""One SELECT that computes a feature by two definitions over the same rows, built as a tree.

The null rule of each definition is executed, on the columns its logic aggregates or computes with, before the logic;
its data type is executed too. What comes back, a row for each row of `source_rows`: `key:NAME` for each column of the
row key, `at`, `slice` if asked for, `trained` and `current`, `in_trained` and `in_current` (false where a `drop` rule
left the row out), and `ambiguous` where a tie in a window's order leaves the value to chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlglot import exp

from registry.domain.definition import Definition, NullHandling
from registry.sandbox.accept import Accepted, Rejected, accept, is_computed

TABLE = "source_rows"
DIALECT = "duckdb"
DATA_TYPES = {
    "float32": "REAL",
    "float64": "DOUBLE",
    "int8": "TINYINT",
    "int16": "SMALLINT",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "bool": "BOOLEAN",
    "boolean": "BOOLEAN",
    "string": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}
# Functions whose value hangs on which of two tied rows comes first, whatever the frame.
BY_POSITION = (
    exp.RowNumber,
    exp.Lag,
    exp.Lead,
    exp.FirstValue,
    exp.LastValue,
    exp.NthValue,
    exp.Ntile,
    exp.First,
    exp.Last,
)


class Source(NamedTuple):
    """The table behind the logic: its columns, whose row it is, when it happened, and what tells rows apart."""

    columns: Sequence[str]
    entity_key: Sequence[str]
    event_time: str
    row_key: Sequence[str]


class Unfit(Exception):
    """A definition that cannot be computed over this source; the message says what to change."""


class Select(NamedTuple):
    """The statement, and the columns that it needs of the table."""

    sql: str
    columns: tuple[str, ...]


def parity_select(source: Source, trained: Definition, current: Definition, *, slice_by: str = "") -> Select:
    """Both definitions over the same rows. Unfit when one of them names what the source has not."""
    sides = {"trained": _side(source, trained), "current": _side(source, current)}
    query = exp.select(*_described(source, slice_by), *_values(sides), _ambiguous(sides)).from_(_filled(source, sides))
    for name, side in sides.items():
        if side.drops:
            query = query.join(_kept_rows(source, name, side), on=f'"rid" = "{name}:rid"', join_type="left")
    needed = [column for side in sides.values() for column in side.accepted.columns]
    needed += [*source.entity_key, source.event_time, *source.row_key, *([slice_by] if slice_by else [])]
    exact = {name.lower(): name for name in source.columns}
    missing = sorted({name for name in needed if name.lower() not in exact})
    if missing:
        raise Unfit(f"The source table has no column {', '.join(missing)}: describe the source table anew.")
    return Select(query.sql(DIALECT), tuple(dict.fromkeys(exact[name.lower()] for name in needed)))


class _Side(NamedTuple):
    definition: Definition
    accepted: Accepted
    tree: exp.Expression

    @property
    def drops(self) -> bool:
        return self.definition.null_handling == NullHandling.DROP


def _side(source: Source, definition: Definition) -> _Side:
    accepted = accept(definition.computation_logic, columns=source.columns)
    if isinstance(accepted, Rejected):
        raise Unfit(" ".join(fault.message for fault in accepted.faults))
    return _Side(definition, accepted, _by_entity(accepted.tree.copy(), source))


def _by_entity(tree: exp.Expression, source: Source) -> exp.Expression:
    """Aggregates outside of any window are taken for each entity, and every row of the entity has the value."""
    bare = [node for node in tree.find_all(exp.AggFunc) if not node.find_ancestor(exp.Window)]
    for aggregate in bare:
        node = aggregate.parent if isinstance(aggregate.parent, exp.Filter) else aggregate
        window = exp.Window(this=node.copy(), partition_by=[_column(name) for name in source.entity_key])
        if node is tree:
            tree = window
        else:
            node.replace(window)
    return tree


def _described(source: Source, slice_by: str) -> list[exp.Expression]:
    described = [exp.alias_(_column(name), f"key:{name}", quoted=True) for name in source.row_key]
    described.append(exp.alias_(_column(source.event_time), "at", quoted=True))
    if slice_by:
        described.append(exp.alias_(_column(slice_by), "slice", quoted=True))
    return described


def _values(sides: dict[str, _Side]) -> list[exp.Expression]:
    found = []
    for name, side in sides.items():
        value = _column(f"{name}:value") if side.drops else _typed(name, side)
        present = exp.Is(this=_column(f"{name}:rid"), expression=exp.Null()).not_() if side.drops else exp.true()
        found += [exp.alias_(value, name), exp.alias_(present, f"in_{name}")]
    return found


def _typed(name: str, side: _Side) -> exp.Expression:
    """The logic over the columns that the null rule prepared, as the declared type."""
    tree = side.tree.copy()
    computed = {column.lower() for column in side.accepted.computed_columns}
    for column in list(tree.find_all(exp.Column)):
        replaced = column.name.lower() in computed and is_computed(column) and not side.drops
        prepared = f"{name}:{column.name.lower()}" if replaced else column.name
        column.set("this", exp.to_identifier(prepared, quoted=True))
    return exp.cast(exp.paren(tree), DATA_TYPES[side.definition.data_type], dialect=DIALECT)


def _filled(source: Source, sides: dict[str, _Side]) -> exp.Expression:
    """Every row with the columns of each side as its null rule leaves them."""
    prepared: list[exp.Expression] = [exp.Star(), exp.alias_(exp.column("rowid"), "rid", quoted=True)]
    for name, side in sides.items():
        if not side.drops:
            for column in dict.fromkeys(column.lower() for column in side.accepted.computed_columns):
                value = _by_null_rule(source, column, side.definition.null_handling)
                prepared.append(exp.alias_(value, f"{name}:{column}", quoted=True))
    return exp.select(*prepared).from_(TABLE).subquery("filled")


def _by_null_rule(source: Source, column: str, rule: str) -> exp.Expression:
    if rule == NullHandling.ZERO_FILL:
        return exp.Coalesce(this=_column(column), expressions=[exp.Literal.number(0)])
    if rule != NullHandling.FORWARD_FILL:
        return _column(column)
    order = exp.Order(expressions=[exp.Ordered(this=_column(name)) for name in (source.event_time, *source.row_key)])
    frame = exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW", end_side=None)
    return exp.Window(
        this=exp.IgnoreNulls(this=exp.LastValue(this=_column(column))),
        partition_by=[_column(name) for name in source.entity_key],
        order=order,
        spec=frame,
    )


def _kept_rows(source: Source, name: str, side: _Side) -> exp.Expression:
    """The rows that a `drop` rule keeps, with their values computed as if the others did not exist."""
    whole = [exp.Is(this=_column(column), expression=exp.Null()).not_() for column in side.accepted.computed_columns]
    rows = exp.select(
        exp.alias_(exp.column("rowid"), f"{name}:rid", quoted=True),
        exp.alias_(_typed(name, side), f"{name}:value", quoted=True),
    ).from_(TABLE)
    return rows.where(*whole).subquery(name + "_rows")


def _ambiguous(sides: dict[str, _Side]) -> exp.Expression:
    """Whether some window of either logic that looks at positions leaves this row tied with another."""
    tied: dict[str, exp.Expression] = {}
    for side in sides.values():
        for window in side.tree.find_all(exp.Window):
            if window.args.get("order") and _looks_at_positions(window):
                ordered = [one.this.copy() for one in window.args["order"].expressions]
                peers = [*(part.copy() for part in window.args.get("partition_by") or []), *ordered]
                for column in (found for peer in peers for found in peer.find_all(exp.Column)):
                    column.this.set("quoted", True)
                counted = exp.Window(this=exp.Count(this=exp.Star()), partition_by=peers)
                tied.setdefault(counted.sql(DIALECT), exp.GT(this=counted, expression=exp.Literal.number(1)))
    return exp.alias_(exp.or_(*tied.values()) if tied else exp.false(), "ambiguous")


def _looks_at_positions(window: exp.Window) -> bool:
    spec = window.args.get("spec")
    by_rows = spec is not None and str(spec.args.get("kind", "")).upper() == "ROWS"
    return by_rows or any(isinstance(node, BY_POSITION) for node in window.this.walk())


def _column(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))
