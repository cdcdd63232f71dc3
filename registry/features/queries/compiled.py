"""A feature's definition as SQL for an engine that trains or serves."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from platform_site.errors import Fault, Invalid
from registry.compute.dialects.code import ENGINE
from registry.compute.engines.feature_sql import NotComputable, Source
from registry.compute.pushdown import compiled as compiler
from registry.data.queries import source_tables
from registry.models import FeatureVersion


class CompiledDefinition(NamedTuple):
    """A version as SQL of a dialect; ``digest``: the SHA-256 of that text."""

    feature: str
    version: str
    dialect: str
    sql: str
    digest: str
    settings: dict[str, str]
    warnings: Sequence[str]


def compiled(version: FeatureVersion, *, dialect: str = ENGINE, table: str = "") -> CompiledDefinition:
    """The SQL of a version over ``table``, by default a table of its source table's name. Invalid with the reason when it
    cannot be computed there as it was compared."""
    if version.is_code:
        sentence = (
            f"{version.feature.name} is code in {version.dialect}, which is compared as text and never compiled. Import "
            "the same module for training and for serving."
        )
        raise Invalid([Fault("version", "code", sentence)])
    bound, known = source_tables.bound(version.source_table), source_tables.schema(version.source_table)
    if bound is None or known is None:
        sentence = f"Source table {version.source_table} is not bound to a data set, so its columns are not known. Bind it first."
        raise Invalid([Fault("source_table", "not_bound", sentence)])
    source = Source(list(known.types), bound.entity_key, bound.event_time, bound.row_key, known.types)
    try:
        answer = compiler.compiled(
            version.in_engine,
            source,
            name=version.feature.name,
            dialect=dialect,
            table=table or version.source_table,
        )
    except NotComputable as refusal:
        raise Invalid([Fault("dialect", "not_computable", str(refusal))]) from refusal
    digest = hashlib.sha256(answer.sql.encode()).hexdigest()
    return CompiledDefinition(
        version.feature.name, version.name, dialect, answer.sql, digest, dict(answer.settings), answer.warnings
    )
