"""Whether a definition can be computed here at all: the grammar, the types, the columns."""

from __future__ import annotations

from collections.abc import Collection

from platform_site.errors import Fault
from registry.domain.definition import NAME, Definition, NullHandling
from registry.engines.feature_sql import DATA_TYPES
from registry.models.fields import NAME_SENTENCE
from registry.queries import source_tables
from registry.sandbox.accept import Rejected, accept


def definition_faults(definition: Definition, dialect: str = "duckdb") -> list[Fault]:
    """Everything wrong with a definition: the logic refused by the sandbox's grammar, unknown words, bad names."""
    return faults_over(definition, source_tables.columns(definition.source_table), dialect)


def faults_over(definition: Definition, columns: Collection[str] | None, dialect: str = "duckdb") -> list[Fault]:
    """The same over columns that are known already; None while they are not."""
    faults = []
    if dialect != "duckdb":
        faults.append(Fault("dialect", "unknown", f"{dialect!r} is no dialect that can be executed here: use duckdb."))
    if definition.null_handling not in list(NullHandling):
        words = ", ".join(NullHandling)
        faults.append(Fault("null_handling", "unknown", f"{definition.null_handling!r} is no rule: choose {words}."))
    if definition.data_type not in DATA_TYPES:
        words = ", ".join(DATA_TYPES)
        faults.append(Fault("data_type", "unknown", f"{definition.data_type!r} is no type: choose {words}."))
    if not NAME.match(definition.source_table):
        faults.append(Fault("source_table", "malformed", NAME_SENTENCE))
    answer = accept(definition.computation_logic, columns=columns)
    if isinstance(answer, Rejected):
        faults += [Fault("computation_logic", fault.code, fault.message) for fault in answer.faults]
    return faults
