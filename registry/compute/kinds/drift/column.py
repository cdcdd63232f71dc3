"""Drift of one column between two sides (P3): compared by its kind, judged by its limits, described.

>>> before, after = pa.chunked_array([["a"] * 300]), pa.chunked_array([["a"] * 150 + ["b"] * 150])
>>> found = compare("carrier", before, after)
>>> found.verdict.outcome, found.content["new"]
(<Outcome.DRIFTED: 'drifted'>, ['b'])
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import pyarrow as pa

from registry.compute.engines.duck import EngineFailed
from registry.compute.kinds.arrow_columns import Coded, coded, comparable, kind_of, numbers, typed_alike
from registry.compute.kinds.report import ColumnReport, plain
from registry.compute.stats.catalogue import ENTRIES
from registry.compute.stats.columns.categories import Categories
from registry.compute.stats.columns.column import SortedColumn
from registry.compute.stats.columns.histogram import overlay
from registry.compute.stats.columns.summary import commonest, summary
from registry.compute.stats.comparison import ColumnKind, Comparison, change
from registry.compute.stats.distribution import compare_lined_up, compare_sorted
from registry.compute.stats.drift import MINIMUM_ROWS, ColumnVerdict, effect_of, judge_column
from registry.compute.stats.result import Outcome

BINS = 30
TROUBLE = (EngineFailed, MemoryError, ValueError, ArithmeticError)
Compared = Callable[[ColumnKind], tuple[Comparison, dict[str, Any]]]


class ColumnDrift(NamedTuple):
    """A column's verdict, and what it rests on as JSON content."""

    column: str
    kind: str
    verdict: ColumnVerdict
    content: dict[str, Any]


def compare(
    column: str,
    reference: pa.ChunkedArray,
    current: pa.ChunkedArray,
    *,
    limits: Mapping[str, float] | None = None,
    minimum_rows: int = MINIMUM_ROWS,
) -> ColumnDrift:
    """Compare, judge and describe. Sides of kinds that cannot be compared are not applicable, never equal."""
    sides = typed_alike(reference, current)
    return judge_comparison(
        column,
        (sides[0].type, sides[1].type),
        lambda kind: _compared(kind, *sides),
        limits=limits,
        minimum_rows=minimum_rows,
    )


def judge_comparison(
    column: str,
    types: tuple[pa.DataType, pa.DataType],
    compared: Compared,
    *,
    limits: Mapping[str, float] | None = None,
    minimum_rows: int = MINIMUM_ROWS,
) -> ColumnDrift:
    """Judge and describe a column by its kind; ``compared`` compares the values wherever they are."""
    kind = kind_of(types[0])
    if not comparable(*types):
        sentence = f"The reference holds {types[0]}, the current side {types[1]}: they cannot be compared."
        return ColumnDrift(column, str(kind), ColumnVerdict(Outcome.NOT_APPLICABLE, sentence), {})
    comparison, described = compared(kind)
    verdict = judge_column(comparison, limits, minimum_rows=minimum_rows)
    types_recorded = {"type_ref": str(types[0]), "type_cur": str(types[1])}
    content = {
        **comparison.as_dict(),
        **types_recorded,
        **described,
        "decided": decided(verdict),
        "sentence": verdict.sentence,
    }
    return ColumnDrift(column, str(comparison.kind), verdict, plain(content))


def errored(name: str, error: Exception) -> ColumnReport:
    """One column's trouble, which stops no other."""
    return ColumnReport(name, "", str(Outcome.ERRORED), f"This column could not be compared: {error}")


def to_report(finding: ColumnDrift) -> ColumnReport:
    """The column's outcome, with the statistic that decided."""
    worst = finding.verdict.worst
    return ColumnReport(
        finding.column,
        finding.kind,
        str(finding.verdict.outcome),
        finding.verdict.sentence,
        worst.name if worst else "",
        worst.value if worst else None,
        worst.limit if worst else None,
        finding.verdict.effect if worst else None,
        finding.content,
    )


def decided(verdict: ColumnVerdict) -> list[dict[str, Any]]:
    """Each statistic that was held against a limit, with its title and effect."""
    return [
        statistic.as_dict() | {"title": ENTRIES[statistic.name].title, "effect": effect_of(statistic)}
        for statistic in sorted(verdict.decided, key=effect_of, reverse=True)
    ]


def _compared(
    kind: ColumnKind, reference: pa.ChunkedArray, current: pa.ChunkedArray
) -> tuple[Comparison, dict[str, Any]]:
    if kind is ColumnKind.OTHER:
        return _by_nulls(reference, current), {}
    if kind is ColumnKind.CATEGORICAL:
        both = coded(reference, current)
        if not both.is_text:
            return _by_category(both)
        kind = ColumnKind.TEXT
    return _by_number(kind, reference, current)


def _by_number(
    kind: ColumnKind, reference: pa.ChunkedArray, current: pa.ChunkedArray
) -> tuple[Comparison, dict[str, Any]]:
    sides = SortedColumn.of(numbers(reference)), SortedColumn.of(numbers(current))
    described = {
        "summary_ref": summary(sides[0]).as_dict(),
        "summary_cur": summary(sides[1]).as_dict(),
        "histogram": overlay(*sides, bins=BINS).as_dict(),
    }
    return replace(compare_sorted(*sides), kind=kind), described


def _by_category(both: Coded) -> tuple[Comparison, dict[str, Any]]:
    counted = both.counted
    nulls = {"reference_nulls": int((both.reference < 0).sum()), "current_nulls": int((both.current < 0).sum())}
    return compare_lined_up(counted, **nulls), {"commonest": commonest_of(counted)}


def commonest_of(counted: Categories) -> list[dict[str, Any]]:
    """The fifty categories with the most rows, for the page."""
    first = (counted.reference + counted.current).argsort(kind="stable")[::-1][:50].tolist()
    sides = [{counted.names[index]: int(side[index]) for index in first} for side in counted[1:]]
    return commonest(*sides)


def _by_nulls(reference: pa.ChunkedArray, current: pa.ChunkedArray) -> Comparison:
    return compare_nulls((len(reference), len(current)), (reference.null_count, current.null_count))


def compare_nulls(rows: tuple[int, int], nulls: tuple[int, int]) -> Comparison:
    """Two columns of which nothing but the nulls can be compared."""
    before, after = (null / count if count else None for count, null in zip(rows, nulls, strict=True))
    return Comparison(
        ColumnKind.OTHER, rows[0], rows[1], before, after, {}, (change("null_share_change", before, after),)
    )
