"""Whether a definition can be computed: its SQL grammar, its types, its columns."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from platform_site.errors import Fault
from registry.compute.definition import NAME, Definition, NullHandling
from registry.compute.engines.feature_sql import DATA_TYPES
from registry.compute.name_lists import named
from registry.compute.sandbox.accept import Accepted, Rejected, accept
from registry.data.queries import locations, source_tables
from registry.models import Dataset, SourceTableVersion
from registry.models.fields import NAME_SENTENCE


def definition_faults(definition: Definition, dialect: str = "duckdb") -> list[Fault]:
    """Everything wrong with a definition: logic that the sandbox refuses, unknown choices, malformed names."""
    return faults_of_each([(definition, dialect)])[0]


def faults_of_each(definitions: Sequence[tuple[Definition, str]]) -> list[list[Fault]]:
    """The same for several definitions, each with its dialect; the columns of each source table are read once."""
    columns = {
        table: source_tables.columns(table) for table in {definition.source_table for definition, _ in definitions}
    }
    return [faults_over(definition, columns[definition.source_table], dialect) for definition, dialect in definitions]


def faults_over(definition: Definition, columns: Collection[str] | None, dialect: str = "duckdb") -> list[Fault]:
    """The same for a source table whose columns are known already; ``columns`` None: they are not known."""
    faults = []
    if dialect != "duckdb":
        faults.append(
            Fault("dialect", "unknown", f"{dialect!r} is not a dialect that can be executed here. Use duckdb.")
        )
    if definition.null_handling not in list(NullHandling):
        words = ", ".join(NullHandling)
        faults.append(
            Fault("null_handling", "unknown", f"{definition.null_handling!r} is not a null rule. Choose {words}.")
        )
    if definition.data_type not in DATA_TYPES:
        words = ", ".join(DATA_TYPES)
        faults.append(Fault("data_type", "unknown", f"{definition.data_type!r} is not a data type. Choose {words}."))
    if not NAME.match(definition.source_table):
        faults.append(Fault("source_table", "malformed", NAME_SENTENCE))
    answer = accept(definition.computation_logic, columns=columns)
    if isinstance(answer, Rejected):
        faults += [Fault("computation_logic", fault.code, fault.message) for fault in answer.faults]
    return faults


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
