"""Build the SELECT that computes a feature by two definitions over the same rows, in one scan.

The null rule of each definition is applied before the logic, to the columns that its logic aggregates or computes
with; the value is cast to the declared data type. The result has one row for each row of `source_rows`, in no order:
`key:NAME` for each column of the row key, `at`, `slice` if requested, `trained` and `current`, `in_trained` and
`in_current` (false where a `drop` rule removed the row), and `ambiguous`, which is true where the value is not
deterministic because rows are tied in the order of a window that depends on positions.

Inside the statement columns are named `c0`, `c1` …, so that a source table may use any names.

For engines that the data stays in, the same tree is rendered in their dialect. There each logic first goes through
``registry.compute.pushdown.translation``, which needs the types of the columns and refuses what another engine would
compute differently.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import Any, NamedTuple

from sqlglot import exp

from registry.compute.definition import Definition, NullHandling
from registry.compute.engines.simple_windows import NotSimple, Rule, Windows
from registry.compute.engines.value_kinds import Kind, of_arrow
from registry.compute.name_lists import case_twins
from registry.compute.pushdown.translation import NotTranslatable, as_double, translated
from registry.compute.sandbox.acceptance.accept import Accepted, Rejected, accept, bare_aggregates

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
# Functions whose value depends on which of two tied rows comes first, whatever the frame.
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
    """The table that the logic reads: its columns, entity key, event time, and the key that identifies a row.

    ``types``: the Arrow type of each column, where known; `zero_fill` is then refused for types without a zero.
    """

    columns: Sequence[str]
    entity_key: Sequence[str]
    event_time: str
    row_key: Sequence[str]
    types: Mapping[str, str] = {}


class NotComputable(Exception):
    """A definition cannot be computed over this source; the message says what to change."""


class Select(NamedTuple):
    """A statement and how it may be run.

    ``columns``: those that it needs of the table. ``entity``: the entity's columns if each entity can be computed
    separately, empty if a logic reads rows of other entities. ``windows``: the plan for computing simple windows without
    the engine (`simple_windows`), None if one of them is not simple."""

    sql: str
    columns: tuple[str, ...]
    entity: tuple[str, ...]
    windows: dict[str, Any] | None = None


class Tree(NamedTuple):
    """The statement as a tree, without ORDER BY; the columns that it needs of the table; those of its own columns that
    order the rows; `Select.entity`."""

    query: exp.Select
    columns: tuple[str, ...]
    order: tuple[str, ...]
    entity: tuple[str, ...]


def parity_select(source: Source, trained: Definition, current: Definition, *, slice_by: str = "") -> Select:
    """Both definitions over the same rows. NotComputable when one of them cannot be computed over the source."""
    both = _BothDefinitions.of(source, trained, current, slice_by, DIALECT)
    tree = _tree(both, DIALECT, exp.to_table(TABLE))
    return Select(tree.query.sql(DIALECT), tree.columns, tree.entity, _plan(both))


def parity_tree(
    source: Source,
    trained: Definition,
    current: Definition,
    *,
    slice_by: str = "",
    dialect: str = DIALECT,
    table: exp.Table | None = None,
) -> Tree:
    """The same as a tree for ``dialect``, over ``table``. NotComputable also when that engine would compute it differently."""
    return _tree(
        _BothDefinitions.of(source, trained, current, slice_by, dialect), dialect, table or exp.to_table(TABLE)
    )


def value_select(
    source: Source, definition: Definition, name: str, *, dialect: str, table: exp.Table
) -> tuple[exp.Select, bool]:
    """One definition as a column ``name`` beside the columns that identify a row, for ``dialect``; and whether its value can
    depend on the order of tied rows. NotComputable when that engine would compute it differently."""
    accepted = _accepted(source, definition)
    names = _Names.of(source, accepted.columns, "")
    side = _Side("value", definition, accepted, names, source, dialect)
    rows = names.rows(source, dialect, table).subquery("plain")
    if runs := list(side.runs()):
        rows = exp.select(exp.Star(), *runs).from_(rows).subquery("counted")
    filled = exp.select(exp.Star(), *side.prepared()).from_(rows).subquery("filled")
    identifying = dict.fromkeys([*source.entity_key, source.event_time, *source.row_key])
    columns = [exp.alias_(names.column(column), column, quoted=True) for column in identifying]
    query = exp.select(*columns, exp.alias_(side.tree, name, quoted=True)).from_(filled)
    tied = any(_depends_on_positions(window) for window in side.tree.find_all(exp.Window))
    return (query.where(side.has_row()) if side.drops else query), tied


class _BothDefinitions(NamedTuple):
    """Both definitions over the source, and the columns that identify a row beside their values."""

    source: Source
    names: _Names
    sides: list[_Side]
    described: list[exp.Expr]

    @classmethod
    def of(
        cls, source: Source, trained: Definition, current: Definition, slice_by: str, dialect: str
    ) -> _BothDefinitions:
        accepted = {"trained": _accepted(source, trained), "current": _accepted(source, current)}
        names = _Names.of(source, [name for logic in accepted.values() for name in logic.columns], slice_by)
        sides = [
            _Side(name, definition, accepted[name], names, source, dialect)
            for name, definition in (("trained", trained), ("current", current))
        ]
        described = [exp.alias_(names.column(name), f"key:{name}", quoted=True) for name in source.row_key]
        described += [exp.alias_(names.column(source.event_time), "at", quoted=True)]
        described += [exp.alias_(names.column(slice_by), "slice", quoted=True)] if slice_by else []
        return cls(source, names, sides, described)


def _tree(both: _BothDefinitions, dialect: str, table: exp.Table) -> Tree:
    source, names, sides, described = both
    values = [column for side in sides for column in side.values()]
    plain = names.rows(source, dialect, table).subquery("plain")
    runs = [column for side in sides for column in side.runs()]
    if runs:
        plain = exp.select(exp.Star(), *runs).from_(plain).subquery("counted")
    prepared = exp.select(exp.Star(), *(column for side in sides for column in side.prepared()))
    filled = prepared.from_(plain).subquery("filled")
    query = exp.select(*described, *values, _ambiguous(sides)).from_(filled)
    apart = tuple(source.entity_key) if all(side.stays_within_entities() for side in sides) else ()
    return Tree(query, names.needed, ("at", *(f"key:{name}" for name in source.row_key)), apart)


def _plan(both: _BothDefinitions) -> dict[str, Any] | None:
    """How the sandbox may compute the windows without the engine; None when one of them is not simple."""
    source, names, sides, described = both
    inside = {name: names.inside[name.lower()] for name in names.needed}
    kinds = {inside[name]: of_arrow(kind) for name, kind in source.types.items() if name in inside}
    order = [names.column(name).name for name in (source.event_time, *source.row_key)]
    windows = Windows([names.column(name).name for name in source.entity_key], order, kinds)
    try:
        values = [column for side in sides for column in side.over(windows).values()]
    except NotSimple:
        return None
    return windows.plan(exp.select(*described, *values, _column("ambiguous")))


def _accepted(source: Source, definition: Definition) -> Accepted:
    """The logic's tree. NotComputable with everything that is wrong with the definition."""
    accepted = accept(definition.computation_logic, columns=source.columns)
    faults = [fault.message for fault in accepted.faults] if isinstance(accepted, Rejected) else []
    if definition.data_type not in DATA_TYPES:
        faults.append(f"{definition.data_type!r} is not a data type. Choose from {', '.join(DATA_TYPES)}.")
    if definition.null_handling not in list(NullHandling):
        faults.append(f"{definition.null_handling!r} is not a null rule. Choose from {', '.join(NullHandling)}.")
    if definition.null_handling == NullHandling.ZERO_FILL and isinstance(accepted, Accepted):
        faults += list(without_a_zero(source.types, accepted))
    if faults or isinstance(accepted, Rejected):
        raise NotComputable(" ".join(faults))
    return accepted


def without_a_zero(types: Mapping[str, str], accepted: Accepted) -> Iterator[str]:
    """A sentence for each column that zero_fill would have to fill and whose Arrow type has no zero."""
    types = {name.lower(): kind for name, kind in types.items()}
    for name in accepted.computed_columns:
        kind = types.get(name.lower())
        if kind is not None and not kind.startswith(WITH_A_ZERO):
            yield f"zero_fill cannot fill {name}: type {kind} has no zero. Choose none and use COALESCE in the logic."


class _Names(NamedTuple):
    """The columns that are needed, and the name of each inside the statement."""

    needed: tuple[str, ...]
    inside: Mapping[str, str]

    @classmethod
    def of(cls, source: Source, used: Sequence[str], slice_by: str) -> _Names:
        wanted = [*used, *source.entity_key, source.event_time, *source.row_key, *([slice_by] if slice_by else [])]
        exact = {name.lower(): name for name in source.columns}
        missing = sorted({name for name in wanted if name.lower() not in exact})
        if missing:
            raise NotComputable(
                f"The source table has no column {', '.join(missing)}. Describe the source table again."
            )
        needed = tuple(dict.fromkeys(exact[name.lower()] for name in wanted))
        if ambiguous := case_twins(source.columns).keys() & {*needed}:
            raise NotComputable(case_twins(source.columns)[min(ambiguous)])
        return cls(needed, {name.lower(): f"c{index}" for index, name in enumerate(needed)})

    def column(self, name: str) -> exp.Column:
        return _column(self.inside[name.lower()])

    def rows(self, source: Source, dialect: str, table: exp.Table) -> exp.Select:
        """The table's rows under the names that are used inside the statement."""
        columns = [_as_shared(_column(name), source.types.get(name), dialect) for name in self.needed]
        return exp.select(
            *(exp.alias_(column, self.inside[name.lower()]) for name, column in zip(self.needed, columns, strict=True))
        ).from_(table)


def _as_shared(column: exp.Expr, kind: str | None, dialect: str) -> exp.Expr:
    """The column in a form that all engines share: text ordered by code points, timestamps in UTC, NUMERIC without a
    precision as float64."""
    if dialect == DIALECT or kind is None:
        return column
    if of_arrow(kind) is Kind.TEXT:
        text = exp.cast(column, "TEXT")
        return exp.Collate(this=text, expression=exp.to_identifier("C", quoted=True)) if dialect == "postgres" else text
    if of_arrow(kind) is Kind.TIME:
        zoned = dialect == "postgres" and "tz=" in kind
        column = exp.AtTimeZone(this=column, zone=exp.Literal.string("UTC")) if zoned else column
        return exp.cast(column, "TIMESTAMP", dialect=DIALECT)
    return exp.cast(column, "DOUBLE") if kind == "double" else column


class _Side:
    """One definition: its logic over the columns that its null rule prepares and the rows that it leaves."""

    def __init__(
        self, name: str, definition: Definition, accepted: Accepted, names: _Names, source: Source, dialect: str
    ) -> None:
        self.name, self.definition, self.names, self.source, self.dialect = name, definition, names, source, dialect
        self.computed = tuple(dict.fromkeys(column.lower() for column in accepted.computed_columns))
        self.drops = definition.null_handling == NullHandling.DROP
        self.carries = definition.null_handling == NullHandling.FORWARD_FILL
        self.tree = self._over_kept_rows(self._over_prepared_columns(self._cast(accepted.tree)))

    def _cast(self, tree: exp.Expr) -> exp.Expr:
        """The logic cast to the declared type, in terms of the engine."""
        whole = exp.cast(exp.paren(tree), DATA_TYPES[self.definition.data_type], dialect=DIALECT)
        if self.dialect == DIALECT:
            return whole
        kinds = {name.lower(): of_arrow(kind) for name, kind in self.source.types.items()}
        try:
            value = translated(whole, kinds, self.dialect)
            # Drivers return a float32 as the shortest decimal that names it, which is a different float64.
            return as_double(value) if value.kind is Kind.SINGLE else value.tree
        except NotTranslatable as refusal:
            raise NotComputable(f"{refusal} Compute the feature from files, where DuckDB does it.") from refusal

    def runs(self) -> Iterator[exp.Expr]:
        """For forward fill in an engine without IGNORE NULLS: for each column, the number of values up to this row.

        Rows with the same number are a run, whose only value is the one in its first row."""
        if self.carries and self.dialect == "postgres":
            for column in self.computed:
                counted = self._so_far(exp.Count(this=self.names.column(column)))
                yield exp.alias_(counted, f"{self._prepared(column)}_run")

    def prepared(self) -> Iterator[exp.Expr]:
        """The columns that its null rule makes, in addition to the plain ones."""
        if self.drops:
            whole = [_is_not_null(self.names.column(column)) for column in self.computed]
            yield exp.alias_(exp.and_(exp.true(), *whole), f"{self.name}_kept")
            return
        for column in self.computed:
            yield exp.alias_(self._by_null_rule(column), self._prepared(column))

    def values(self) -> Iterator[exp.Expr]:
        """Its value, as the declared type, and whether its null rule leaves this row in."""
        value = exp.case().when(self.has_row(), self.tree) if self.drops else self.tree
        yield exp.alias_(value, self.name)
        yield exp.alias_(self.has_row(), f"in_{self.name}")

    def has_row(self) -> exp.Expr:
        """Whether the null rule leaves this row in."""
        return _column(f"{self.name}_kept") if self.drops else exp.true()

    def over(self, windows: Windows) -> _Side:
        """The same definition with its windows replaced by columns of their values. NotSimple when one is not simple."""
        prepared = {} if self.drops else {self._prepared(name): self.names.inside[name] for name in self.computed}
        dropped_by = tuple(self.names.inside[name] for name in self.computed) if self.drops else ()
        flag = self.has_row().name if self.drops else ""
        over = copy(self)
        over.tree = windows.without(self.tree, Rule(self.definition.null_handling, prepared, dropped_by, flag))
        return over

    def stays_within_entities(self) -> bool:
        """Whether a row's value depends only on rows of its own entity. Null rules never read further."""
        entity = {column.name for column in self._entity()}
        partitions = (
            {arg.name for arg in window.args.get("partition_by") or []} for window in self.tree.find_all(exp.Window)
        )
        return all(entity <= columns for columns in partitions)

    def _prepared(self, column: str) -> str:
        return f"{self.name}_{self.names.inside[column]}"

    def _over_prepared_columns(self, tree: exp.Expr) -> exp.Expr:
        for column in list(tree.find_all(exp.Column)):
            name = column.name.lower()
            plain = self.drops or name not in self.computed
            column.set("this", exp.to_identifier(self.names.inside[name] if plain else self._prepared(name)))
        return tree

    def _over_kept_rows(self, tree: exp.Expr) -> exp.Expr:
        """Turn bare aggregates into windows over the entity, so that each of its rows has the value. Dropped rows form
        partitions of their own, so that no frame of another row contains them."""
        for bare in list(bare_aggregates(tree)):
            window = exp.Window(this=bare.copy(), partition_by=self._entity())
            tree = window if bare is tree else bare.replace(window) and tree
        if self.drops:
            for window in tree.find_all(exp.Window):
                window.append("partition_by", self.has_row())
        return tree

    def _by_null_rule(self, name: str) -> exp.Expr:
        column = self.names.column(name)
        if self.definition.null_handling == NullHandling.ZERO_FILL:
            return exp.Coalesce(this=column, expressions=[exp.Literal.number(0)])
        if not self.carries:
            return column
        if self.dialect != "postgres":
            return self._so_far(exp.IgnoreNulls(this=exp.LastValue(this=column)))
        only = exp.LogicalOr if self._kind(name) is Kind.TRUTH else exp.Max
        run = _column(f"{self._prepared(name)}_run")
        return exp.Window(this=only(this=column), partition_by=[*self._entity(), run])

    def _so_far(self, of: exp.Expr) -> exp.Window:
        """Over the entity's rows up to this one, in event-time order."""
        by_time = [self.names.column(name) for name in (self.source.event_time, *self.source.row_key)]
        return exp.Window(
            this=of,
            partition_by=self._entity(),
            order=exp.Order(expressions=[exp.Ordered(this=column) for column in by_time]),
            spec=exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW"),
        )

    def _entity(self) -> list[exp.Expr]:
        return [self.names.column(name) for name in self.source.entity_key]

    def _kind(self, name: str) -> Kind:
        return of_arrow(next((kind for column, kind in self.source.types.items() if column.lower() == name), None))


def _ambiguous(sides: Sequence[_Side]) -> exp.Expr:
    """Whether this row is tied with another in a window that depends on positions, in either logic."""
    tied: dict[str, exp.Expr] = {}
    for side in sides:
        for window in filter(_depends_on_positions, side.tree.find_all(exp.Window)):
            row = exp.and_(side.has_row(), exp.GT(this=_peers(window), expression=exp.Literal.number(1)))
            tied.setdefault(row.sql(DIALECT), row)
    return exp.alias_(exp.or_(*tied.values()) if tied else exp.false(), "ambiguous")


def _peers(window: exp.Window) -> exp.Window:
    """How many rows are equal in the window's order, this one included; it shares the window's sort."""
    order = window.args.get("order")
    return exp.Window(
        this=exp.Count(this=exp.Star()),
        partition_by=[arg.copy() for arg in window.args.get("partition_by") or []],
        order=order.copy() if order else None,
        spec=exp.WindowSpec(kind="RANGE", start="CURRENT ROW", end="CURRENT ROW") if order else None,
    )


def _depends_on_positions(window: exp.Window) -> bool:
    """Whether it matters which of two tied rows comes first: a ROWS frame may separate them, or the function picks one."""
    frame = window.args["spec"].args if window.args.get("spec") else {}
    whole = frame.get("start") == frame.get("end") == "UNBOUNDED"
    by_rows = str(frame.get("kind", "")).upper() == "ROWS" and not whole
    return by_rows or any(isinstance(node, BY_POSITION) for node in window.this.walk())


def _is_not_null(column: exp.Column) -> exp.Expr:
    return exp.Is(this=column, expression=exp.Null()).not_()


def _column(name: str) -> exp.Column:
    return exp.column(exp.to_identifier(name, quoted=True))
