"""Feature logic in the dialects that people write: what runs for it, or why nothing can.

DuckDB's own logic runs as it is. Logic of another SQL dialect is translated, by a table of what is known to compute the
same value, and refused by name otherwise. Code is compared by its tokens and never runs.

>>> translated("dayofweek(t)", "spark", {"t": "date32[day]"})
Translated(runs_as="(DATE_PART('dow', t) + 1)")
>>> translated("percentile_approx(x, 0.5)", "spark", {}).faults[0].message
'percentile_approx is an approximation, and each engine has its own. Write percentile(x, 0.5).'
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from registry.compute.dialects import nodes, operators, tables
from registry.compute.dialects.code import CODE, ENGINE, RATHER, code_faults, looks_like_python
from registry.compute.dialects.forms import FORMS
from registry.compute.dialects.kinds import of_column
from registry.compute.dialects.parsers import TITLES, parse
from registry.compute.dialects.translator import Dialect, Translator
from registry.compute.sandbox.acceptance.as_written import AsWritten
from registry.compute.sandbox.faults import Fault

__all__ = ["DIALECTS", "ENGINE", "TITLES", "Prepared", "Translated", "Untranslated", "prepared", "translated"]

RULES = nodes.RULES | operators.RULES
TABLES = {
    "postgres": tables.POSTGRES,
    "spark": tables.SPARK,
    "bigquery": tables.BIGQUERY,
    "snowflake": tables.SNOWFLAKE,
}
SOURCES = {name: Dialect(name, table, RULES, FORMS) for name, table in TABLES.items()}


DIALECTS = (ENGINE, *TABLES, *sorted(CODE))


class Prepared(NamedTuple):
    """What runs for a logic, empty where nothing does; or everything that has to change."""

    runs_as: str
    faults: tuple[Fault, ...] = ()


def prepared(logic: str, dialect: str, types: Mapping[str, str]) -> Prepared:
    """What the engine is to run for logic of a dialect. It is not accepted yet: `accept` decides on what runs."""
    if dialect in CODE:
        return Prepared("", tuple(code_faults(logic)))
    if dialect == ENGINE:
        return Prepared(logic, (RATHER,) if looks_like_python(logic) else ())
    if dialect not in TABLES:
        return Prepared(
            "", (Fault("unknown_dialect", f"{dialect!r} is not a dialect. Choose from {', '.join(DIALECTS)}."),)
        )
    answer = translated(logic, dialect, types)
    return Prepared(answer.runs_as) if isinstance(answer, Translated) else Prepared("", answer.faults)


class Translated(NamedTuple):
    """The logic in the engine's dialect."""

    runs_as: str


class Untranslated(NamedTuple):
    """Everything that keeps the logic from being translated."""

    faults: tuple[Fault, ...]


def translated(logic: str, dialect: str, types: Mapping[str, str]) -> Translated | Untranslated:
    """The logic for the engine. ``types``: the Arrow types of the columns, as far as they are known.

    Never raises, whatever the text is."""
    tree = parse(logic, dialect)
    if isinstance(tree, list):
        return Untranslated(tuple(tree))
    translator = Translator(SOURCES[dialect], {name.lower(): of_column(kind) for name, kind in types.items()})
    try:
        value = translator.of(tree)
        text = value.tree.sql(AsWritten)
    except RecursionError:
        return Untranslated((Fault("too_deep", "The logic is nested too deeply. Split it into several features."),))
    if translator.refusals:
        return Untranslated(tuple(Fault("dialect", sentence) for sentence in dict.fromkeys(translator.refusals)))
    return Translated(text)
