"""One SELECT that computes a feature by two definitions over the same rows, in one scan, built as a tree.

The null rule of each definition is executed before the logic, on the columns that its logic aggregates or computes
with; its data type is executed too. What comes back, a row for each row of `source_rows` in event-time order:
`key:NAME` for each column of the row key, `at`, `slice` if asked for, `trained` and `current`, `in_trained` and
`in_current` (false where a `drop` rule left the row out), and `ambiguous` where chance decides the value, because rows
are tied in the order of a window that looks at positions.

Inside, columns are called `c0`, `c1` …: a source table may call its own as it likes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlglot import exp

from registry.domain.definition import Definition, NullHandling
from registry.sandbox.accept import Accepted, Rejected, accept, bare_aggregates

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
    exp.AnyValue,
)
WITH_A_ZERO = ("int", "uint", "float", "double", "halffloat", "decimal")  # how Arrow's names of numbers begin


class Source(NamedTuple):
    """The table behind the logic: its columns, whose row it is, when it happened, and what tells rows apart.

    ``types``: Arrow's name of each column's type, where known; `zero_fill` is then refused where there is no zero.
    """

    columns: Sequence[str]
    entity_key: Sequence[str]
    event_time: str
    row_key: Sequence[str]
    types: Mapping[str, str] = {}


class Unfit(Exception):
    """A definition that cannot be computed over this source; the message says what to change."""


class Select(NamedTuple):
    """The statement, and the columns that it needs of the table."""

    sql: str
    columns: tuple[str, ...]


def parity_select(source: Source, trained: Definition, current: Definition, *, slice_by: str = "") -> Select:
    """Both definitions over the same rows. Unfit when one of them cannot be computed over the source."""
    accepted = {"trained": _accepted(source, trained), "current": _accepted(source, current)}
    names = _Names.of(source, [name for one in accepted.values() for name in one.columns], slice_by)
    sides = [
        _Side(name, definition, accepted[name], names, source)
        for name, definition in (("trained", trained), ("current", current))
    ]
    order = [names.column(name) for name in (source.event_time, *source.row_key)]
    described = [exp.alias_(names.column(name), f"key:{name}", quoted=True) for name in source.row_key]
    described += [exp.alias_(names.column(source.event_time), "at", quoted=True)]
    described += [exp.alias_(names.column(slice_by), "slice", quoted=True)] if slice_by else []
    values = [column for side in sides for column in side.values()]
    prepared = exp.select(exp.Star(), *(column for side in sides for column in side.prepared()))
    filled = prepared.from_(names.rows().subquery("plain")).subquery("filled")
    query = exp.select(*described, *values, _ambiguous(sides)).from_(filled).order_by(*order)
    return Select(query.sql(DIALECT), names.needed)


def _accepted(source: Source, definition: Definition) -> Accepted:
    """The logic's tree. Unfit with everything that keeps this definition from being computed."""
    answer = accept(definition.computation_logic, columns=source.columns)
    wrong = [fault.message for fault in answer.faults] if isinstance(answer, Rejected) else []
    if definition.data_type not in DATA_TYPES:
        wrong.append(f"{definition.data_type!r} is no data type: choose {', '.join(DATA_TYPES)}.")
    if definition.null_handling not in list(NullHandling):
        wrong.append(f"{definition.null_handling!r} is no null rule: choose {', '.join(NullHandling)}.")
    if definition.null_handling == NullHandling.ZERO_FILL and isinstance(answer, Accepted):
        wrong += list(_without_a_zero(source, answer))
    if wrong or isinstance(answer, Rejected):
        raise Unfit(" ".join(wrong))
    return answer


def _without_a_zero(source: Source, accepted: Accepted) -> Iterator[str]:
    types = {name.lower(): kind for name, kind in source.types.items()}
    for name in accepted.computed_columns:
        kind = types.get(name.lower())
        if kind is not None and not kind.startswith(WITH_A_ZERO):
            yield f"zero_fill cannot fill {name}: {kind} has no zero. Choose none, and COALESCE in the logic."


class _Names(NamedTuple):
    """The columns that are needed, and what each is called inside."""

    needed: tuple[str, ...]
    inside: Mapping[str, str]

    @classmethod
    def of(cls, source: Source, used: Sequence[str], slice_by: str) -> _Names:
        wanted = [*used, *source.entity_key, source.event_time, *source.row_key, *([slice_by] if slice_by else [])]
        exact = {name.lower(): name for name in source.columns}
        missing = sorted({name for name in wanted if name.lower() not in exact})
        if missing:
            raise Unfit(f"The source table has no column {', '.join(missing)}: describe the source table anew.")
        needed = tuple(dict.fromkeys(exact[name.lower()] for name in wanted))
        return cls(needed, {name.lower(): f"c{index}" for index, name in enumerate(needed)})

    def column(self, name: str) -> exp.Column:
        return _column(self.inside[name.lower()])

    def rows(self) -> exp.Select:
        """The source's rows under the names that are used inside."""
        return exp.select(*(exp.alias_(_column(name), self.inside[name.lower()]) for name in self.needed)).from_(TABLE)


class _Side:
    """One definition: its logic over columns that its null rule prepared, and over the rows that it kept."""

    def __init__(self, name: str, definition: Definition, accepted: Accepted, names: _Names, source: Source) -> None:
        self.name, self.definition, self.names, self.source = name, definition, names, source
        self.computed = tuple(dict.fromkeys(column.lower() for column in accepted.computed_columns))
        self.drops = definition.null_handling == NullHandling.DROP
        self.tree = self._over_kept_rows(self._over_prepared_columns(accepted.tree.copy()))

    def prepared(self) -> Iterator[exp.Expression]:
        """The columns that its null rule makes, beside the plain ones."""
        if self.drops:
            whole = [_is_not_null(self.names.column(column)) for column in self.computed]
            yield exp.alias_(exp.and_(exp.true(), *whole), f"{self.name}_kept")
            return
        for column in self.computed:
            yield exp.alias_(self._by_null_rule(self.names.column(column)), self._prepared(column))

    def values(self) -> Iterator[exp.Expression]:
        """Its value, as the declared type, and whether it has this row."""
        value: exp.Expression = exp.cast(exp.paren(self.tree), DATA_TYPES[self.definition.data_type], dialect=DIALECT)
        if self.drops:
            value = exp.case().when(self.kept(), value)
        yield exp.alias_(value, self.name)
        yield exp.alias_(self.kept(), f"in_{self.name}")

    def kept(self) -> exp.Expression:
        return _column(f"{self.name}_kept") if self.drops else exp.true()

    def _prepared(self, column: str) -> str:
        return f"{self.name}_{self.names.inside[column]}"

    def _over_prepared_columns(self, tree: exp.Expression) -> exp.Expression:
        for column in list(tree.find_all(exp.Column)):
            name = column.name.lower()
            plain = self.drops or name not in self.computed
            column.set("this", exp.to_identifier(self.names.inside[name] if plain else self._prepared(name)))
        return tree

    def _over_kept_rows(self, tree: exp.Expression) -> exp.Expression:
        """Bare aggregates are taken for each entity, and every row of the entity has the value. Rows that were dropped
        stand in partitions of their own, where no frame of a kept row sees them."""
        for bare in list(bare_aggregates(tree)):
            entity = [self.names.column(name) for name in self.source.entity_key]
            window = exp.Window(this=bare.copy(), partition_by=entity)
            tree = window if bare is tree else bare.replace(window) and tree
        if self.drops:
            for window in tree.find_all(exp.Window):
                window.append("partition_by", self.kept())
        return tree

    def _by_null_rule(self, column: exp.Column) -> exp.Expression:
        rule = self.definition.null_handling
        if rule == NullHandling.ZERO_FILL:
            return exp.Coalesce(this=column, expressions=[exp.Literal.number(0)])
        if rule != NullHandling.FORWARD_FILL:
            return column
        by_time = [self.names.column(name) for name in (self.source.event_time, *self.source.row_key)]
        return exp.Window(
            this=exp.IgnoreNulls(this=exp.LastValue(this=column)),
            partition_by=[self.names.column(name) for name in self.source.entity_key],
            order=exp.Order(expressions=[exp.Ordered(this=one) for one in by_time]),
            spec=exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW"),
        )


def _ambiguous(sides: Sequence[_Side]) -> exp.Expression:
    """Whether some window of either logic that looks at positions leaves this row tied with another."""
    tied: dict[str, exp.Expression] = {}
    for side in sides:
        for window in filter(_looks_at_positions, side.tree.find_all(exp.Window)):
            order = window.args.get("order")
            peers = [
                *(window.args.get("partition_by") or []),
                *(one.this for one in (order.expressions if order else [])),
            ]
            counted = exp.Window(this=exp.Count(this=exp.Star()), partition_by=[peer.copy() for peer in peers])
            row = exp.and_(side.kept(), exp.GT(this=counted, expression=exp.Literal.number(1)))
            tied.setdefault(row.sql(DIALECT), row)
    return exp.alias_(exp.or_(*tied.values()) if tied else exp.false(), "ambiguous")


def _looks_at_positions(window: exp.Window) -> bool:
    """Whether it matters which of two tied rows comes first: a frame of rows cuts between them, or it takes one."""
    frame = window.args["spec"].args if window.args.get("spec") else {}
    whole = frame.get("start") == frame.get("end") == "UNBOUNDED"
    by_rows = str(frame.get("kind", "")).upper() == "ROWS" and not whole
    return by_rows or any(isinstance(node, BY_POSITION) for node in window.this.walk())


def _is_not_null(column: exp.Column) -> exp.Expression:
    return exp.Is(this=column, expression=exp.Null()).not_()


def _column(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))
