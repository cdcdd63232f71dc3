"""Drift of one column between two sides (P3): compared by its kind, judged by its limits, described.

>>> from registry.compute.kinds.drift.side_values import of_arrays
>>> before, after = pa.chunked_array([["a"] * 300]), pa.chunked_array([["a"] * 150 + ["b"] * 150])
>>> found = compare("carrier", of_arrays(before, after))
>>> found.verdict.outcome, found.content["new"]
(<Outcome.DRIFTED: 'drifted'>, ['b'])
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import pyarrow as pa

from registry.compute.kinds.arrow_columns import Coded, coded, comparable, hardly_repeats, kind_of, numbers
from registry.compute.kinds.drift.side_values import Values
from registry.compute.kinds.report import ColumnReport, plain, trouble
from registry.compute.stats.catalogue import ENTRIES
from registry.compute.stats.columns.categories import Categories
from registry.compute.stats.columns.column import SortedColumn
from registry.compute.stats.columns.histogram import overlay
from registry.compute.stats.columns.summary import commonest, summary
from registry.compute.stats.comparison import ColumnKind, Comparison, change
from registry.compute.stats.distribution import compare_lined_up, compare_sorted
from registry.compute.stats.drift import MINIMUM_ROWS, ColumnVerdict, effect_of, judge_column
from registry.compute.stats.noise import change_floors
from registry.compute.stats.result import Outcome

BINS = 30
WRITTEN_NUMBER = re.compile(r"[-+]?[$€£]?\d{1,3}([.,'’ \u00a0\u202f]\d{3})*([.,]\d+)?\s?[%€$£]?|[-+]?\d+[.,]\d+")
LOOKED_AT, LOOKS_LIKE = 1_000, 0.99
Compared = Callable[[ColumnKind], tuple[Comparison, dict[str, Any]]]


class ColumnDrift(NamedTuple):
    """A column's verdict, and what it rests on as JSON content."""

    column: str
    kind: str
    verdict: ColumnVerdict
    content: dict[str, Any]


def compare(
    column: str, values: Values, *, limits: Mapping[str, float] | None = None, minimum_rows: int = MINIMUM_ROWS
) -> ColumnDrift:
    """Compare, judge and describe. Sides of kinds that cannot be compared are not applicable, never equal."""
    finding = judge_comparison(
        column, values.types, lambda _: _compared(values), limits=limits, minimum_rows=minimum_rows
    )
    unreadable = {"unreadable_ref": values.unreadable[0], "unreadable_cur": values.unreadable[1]}
    return finding._replace(content=finding.content | unreadable) if any(values.unreadable) else finding


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
    if verdict.outcome is Outcome.PASSED and (sentence := described.pop("blind", "")):
        verdict = replace(verdict, outcome=Outcome.BLIND, sentence=sentence)
    described.pop("blind", None)
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
    return ColumnReport(name, "", str(Outcome.ERRORED), f"This column could not be compared: {trouble(error)}")


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
        worst.bar if worst else None,
        finding.verdict.effect if worst else None,
        finding.content,
    )


def decided(verdict: ColumnVerdict) -> list[dict[str, Any]]:
    """Each statistic that was held against a limit, with its title and effect."""
    return [
        statistic.as_dict() | {"title": ENTRIES[statistic.name].title, "effect": effect_of(statistic)}
        for statistic in sorted(verdict.decided, key=effect_of, reverse=True)
    ]


def _compared(values: Values) -> tuple[Comparison, dict[str, Any]]:
    kind, reference, current = values.kind, values.reference, values.current
    if kind in (ColumnKind.NUMERIC, ColumnKind.TIME, ColumnKind.TEXT):
        return _by_number(kind, reference, current)
    if pa.types.is_null(reference.type):
        return compare_nulls((len(reference), len(current)), (len(reference), len(current))), {}
    both = coded(reference, current)
    if kind is ColumnKind.OTHER:
        return by_digest(both.counted, (reference.null_count, current.null_count))
    if not both.is_text:
        return _by_category(both)
    comparison, described = _by_number(ColumnKind.TEXT, reference, current)
    return comparison, described | {"blind": written_numbers(both.names)}


def by_digest(counted: Categories, nulls: tuple[int, int]) -> tuple[Comparison, dict[str, Any]]:
    """Values without an order, by their digests: those that repeat as categories; where they hardly do, only whether the
    current side has values that the reference has not."""
    rows = int(counted.reference.sum()), int(counted.current.sum())
    if not hardly_repeats(len(counted.names), *rows):
        comparison = compare_lined_up(counted, reference_nulls=nulls[0], current_nulls=nulls[1])
        return replace(comparison, kind=ColumnKind.OTHER, new=(), gone=()), {}
    unknown = int(counted.current[counted.reference == 0].sum())
    described: dict[str, Any] = {"values_not_in_reference": unknown}
    if unknown:
        described["blind"] = (
            f"Its values hardly repeat, and {unknown:,} of {rows[1]:,} are not in the reference. Values of this kind are "
            "compared only as equal or not, and nulls: whether they moved cannot be said."
        )
    return compare_nulls((rows[0] + nulls[0], rows[1] + nulls[1]), nulls), described


def written_numbers(names: Sequence[Any]) -> str:
    """Why text that is compared by its length alone is not compared, where nearly all of it looks like numbers."""
    some = [str(names[place]).strip() for place in range(min(len(names), LOOKED_AT))]
    numbers_among = sum(bool(WRITTEN_NUMBER.fullmatch(text)) for text in some)
    if numbers_among < LOOKS_LIKE * len(some) or all(text.isdigit() for text in some):
        return ""
    return (
        "It is text that looks like numbers: only its lengths were compared. Describe the data set with its decimal mark, "
        "or set the kind of this column to number."
    )


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


def compare_nulls(rows: tuple[int, int], nulls: tuple[int, int]) -> Comparison:
    """Two columns of which nothing but the nulls can be compared."""
    before, after = (null / count if count else None for count, null in zip(rows, nulls, strict=True))
    floors = change_floors({"null_share_change": nulls}, *rows)
    changes = (change("null_share_change", before, after),)
    return Comparison(ColumnKind.OTHER, rows[0], rows[1], before, after, {}, changes, floors=floors)
