"""Whether a definition can be computed: its SQL grammar, its types, its columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from platform_site.errors import Fault
from registry.compute.definition import NAME, Definition, NullHandling
from registry.compute.dialects import prepared
from registry.compute.dialects.ambiguous import unclear
from registry.compute.dialects.code import CODE, ENGINE
from registry.compute.engines.feature_sql import DATA_TYPES, without_a_zero
from registry.compute.name_lists import named
from registry.compute.sandbox.acceptance.accept import Accepted, Rejected, accept
from registry.compute.sandbox.faults import Fault as LogicFault
from registry.compute.sandbox.outcomes import SandboxFailure
from registry.compute.sandbox.value_types.binding import Bound, Logic, bind
from registry.compute.sandbox.value_types.engine_types import engine_type, in_words, is_castable
from registry.data.queries import locations
from registry.data.queries.source_tables import Schema, schema
from registry.features.rules import new_logic
from registry.models import Dataset, SourceTableVersion
from registry.models.fields import NAME_SENTENCE

COMPARED_AS_TEXT = (
    "Code is compared by its tokens and never run. To compare its values, compare two materialized columns."
)


class Judged(NamedTuple):
    """Everything wrong with a definition, what its registration warns of, and what the engine runs for logic of another
    dialect."""

    faults: list[Fault]
    warnings: tuple[str, ...] = ()
    runs_as: str = ""

    def and_types(self, other: Judged) -> Judged:
        """The same with what its types are judged to be."""
        return Judged([*self.faults, *other.faults], (*self.warnings, *other.warnings), self.runs_as)


def definition_faults(definition: Definition, dialect: str = ENGINE) -> list[Fault]:
    """Everything wrong with a new definition: logic that the sandbox refuses or cannot compute, unknown choices,
    malformed names."""
    return judge_each([(definition, dialect)])[0].faults


def judge_each(definitions: Sequence[tuple[Definition, str]]) -> list[Judged]:
    """The same for several definitions, each with its dialect, and with warnings.

    The columns of each source table are read once, and the types of all logics are bound in one sandboxed process.
    """
    schemas = {table: schema(table) for table in {definition.source_table for definition, _ in definitions}}
    accepted = [
        accept_over(definition, schemas[definition.source_table], dialect) for definition, dialect in definitions
    ]
    ready = {
        index: (definition, logic, known)
        for index, ((definition, _), (judged, logic)) in enumerate(zip(definitions, accepted, strict=True))
        if logic and not judged.faults and (known := schemas[definition.source_table])
    }
    bound = dict(zip(ready, types_of_each(list(ready.values())), strict=True))
    return [judged.and_types(bound.get(index, Judged([]))) for index, (judged, _) in enumerate(accepted)]


def accept_over(definition: Definition, known: Schema | None, dialect: str = ENGINE) -> tuple[Judged, Accepted | None]:
    """What is wrong with a definition apart from its types, and its logic if that is accepted."""
    faults, types = list(_field_faults(definition)), known.types if known else {}
    runs = prepared(definition.computation_logic, dialect, types)
    if runs.faults or dialect in CODE:
        return Judged(faults + _of_logic(runs.faults), (COMPARED_AS_TEXT,) if dialect in CODE else ()), None
    columns = list(types) if known else None
    logic = accept(runs.runs_as, columns=columns)
    if isinstance(logic, Rejected):
        return Judged(faults + _of_logic(logic.faults)), None
    faults += _of_logic(new_logic.faults(logic, columns=columns))
    warnings = new_logic.warnings(logic, entity_key=known.entity_key if known else ())
    if dialect != ENGINE:
        return Judged(faults, warnings, runs.runs_as), logic
    ambiguous = unclear(logic.tree, types)
    return Judged(faults + _of_logic(ambiguous.faults), (*warnings, *ambiguous.warnings)), logic


def _of_logic(faults: Iterable[LogicFault]) -> list[Fault]:
    return [
        Fault("dialect" if fault.code == "unknown_dialect" else "computation_logic", fault.code, fault.message)
        for fault in faults
    ]


def _field_faults(definition: Definition) -> Iterator[Fault]:
    if definition.null_handling not in list(NullHandling):
        words = ", ".join(NullHandling)
        yield Fault("null_handling", "unknown", f"{definition.null_handling!r} is not a null rule. Choose {words}.")
    if definition.data_type not in DATA_TYPES:
        words = ", ".join(DATA_TYPES)
        yield Fault("data_type", "unknown", f"{definition.data_type!r} is not a data type. Choose {words}.")
    if not NAME.match(definition.source_table):
        yield Fault("source_table", "malformed", NAME_SENTENCE)


def types_of_each(logics: Sequence[tuple[Definition, Accepted, Schema]]) -> list[Judged]:
    """What is wrong with the types of accepted logics, and what could not be checked."""
    unknown = [_of_unknown_type(logic, known) for _, logic, known in logics]
    checked = [content for content, name in zip(logics, unknown, strict=True) if not name]
    try:
        bound = iter(bind([Logic(logic.tree, _engine_types(logic, known)) for _, logic, known in checked]))
    except SandboxFailure as failure:
        return [Judged([], (f"The types were not checked: {failure}",)) for _ in logics]
    return [
        Judged([], (_not_checked(name, known),)) if name else _judged(definition, logic, known, next(bound))
        for (definition, logic, known), name in zip(logics, unknown, strict=True)
    ]


def _engine_types(logic: Accepted, known: Schema) -> dict[str, str]:
    types = ((name, engine_type(known.types[name])) for name in logic.columns)
    return {name: kind for name, kind in types if kind}


def _of_unknown_type(logic: Accepted, known: Schema) -> str:
    """The first column whose type only the engine itself can tell, empty when there is none."""
    return next((name for name in logic.columns if engine_type(known.types[name]) is None), "")


def _not_checked(name: str, known: Schema) -> str:
    return f"The types were not checked: column {name} is {known.types[name]}, which the engine reads in its own way."


def _judged(definition: Definition, logic: Accepted, known: Schema, bound: Bound) -> Judged:
    faults = [Fault("computation_logic", fault.code, fault.message) for fault in bound.faults]
    if definition.null_handling == NullHandling.ZERO_FILL:
        without = without_a_zero(known.types, logic)
        faults += [Fault("null_handling", "no_zero", sentence) for sentence in without]
    declared, kind = definition.data_type, in_words(bound.type)
    if bound.type and not is_castable(bound.type, DATA_TYPES[declared]):
        sentence = f"The logic gives {kind}, which can never be cast to {declared}. Choose the type that it gives."
        faults.append(Fault("data_type", "never_cast", sentence))
    if faults or kind != "text" or declared == "string":
        return Judged(faults)
    return Judged([], (f"The logic gives text. Rows whose text does not spell a value of type {declared} fail.",))


def held_out_faults(name: str, definitions: Sequence[Definition], table: SourceTableVersion | None) -> list[Fault]:
    """Why the definitions cannot be computed over a held-out data set in place of their source table's own rows."""
    dataset = Dataset.objects.filter(name=name).first()
    if dataset is None:
        return [Fault("dataset", "unknown", f"There is no data set {name!r}. Add it first.")]
    with locations.readable():
        existing = [column.name for column in locations.of(dataset).describe()]
    keys = [*table.entity_key, table.event_time, *table.row_key] if table else []
    answers = [accept(definition.computation_logic, columns=None) for definition in definitions]
    used = {column for answer in answers if isinstance(answer, Accepted) for column in answer.columns}
    have = {column.lower() for column in existing}
    missing = sorted(column for column in {*keys, *used} if column.lower() not in have)
    if not missing:
        return []
    problem = f"Data set {name} has no {', '.join(missing)}, which the definitions need. "
    return [Fault("dataset", "unknown_column", f"{problem}It has {named(existing, near=missing[0])}.")]
