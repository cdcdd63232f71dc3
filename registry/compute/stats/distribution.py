"""Two columns compared as distributions: every statistic of a numeric or a categorical pair.

Each side is sorted once, or counted once, and all statistics are taken from that. A statistic that the data do not
define is None with its reason; no column raises.

>>> import numpy as np
>>> reference, current = Column.of(np.arange(10.0)), Column.of(np.arange(10.0) + 5)
>>> found = compare_numeric(reference, current)
>>> found["ks"].value, found["wasserstein"].value, found["null_share_change"].value
(0.5, 5.0, 0.0)
>>> compare_numeric(reference, Column.of([0.0], null=[True]))["ks"].reason
'Only the reference has numbers.'
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from registry.compute.stats.catalogue import measured
from registry.compute.stats.columns import categories as categories_of
from registry.compute.stats.columns.binning import binned
from registry.compute.stats.columns.categories import Categories, l_infinity, line_up
from registry.compute.stats.columns.column import Column, SortedColumn
from registry.compute.stats.comparison import ColumnKind, Comparison, absent, change
from registry.compute.stats.distances.chi_square import chi_square
from registry.compute.stats.distances.jensen_shannon import jensen_shannon
from registry.compute.stats.distances.ks import ks_p
from registry.compute.stats.distances.psi import psi
from registry.compute.stats.distances.sup_distance import largest_gap
from registry.compute.stats.distances.wasserstein import normed, wasserstein_of, why_unbounded
from registry.compute.stats.noise import Ordered, category_floors, change_floors, is_noisy, numeric_floors
from registry.compute.stats.result import Statistic


def compare_numeric(reference: Column, current: Column) -> Comparison:
    """Compare two numeric columns; infinities and NaN are values, the masks say which rows are null."""
    return compare_sorted(SortedColumn.of(reference), SortedColumn.of(current))


def compare_sorted(reference: SortedColumn, current: SortedColumn) -> Comparison:
    """The same from columns that are sorted already."""
    bins, shape = _bins(reference, current)
    statistics = (
        *_distances(reference, current),
        *shape,
        change("null_share_change", reference.null_share, current.null_share),
        change("nan_share_change", reference.nan_share, current.nan_share),
    )
    return Comparison(
        ColumnKind.NUMERIC,
        reference.rows,
        current.rows,
        reference.null_share,
        current.null_share,
        {"bins": bins},
        statistics,
        floors=_numeric_floors(reference, current, bins),
    )


def compare_categorical(reference: Column, current: Column) -> Comparison:
    """Compare two columns of hashable values of any type: text, booleans, codes."""
    return compare_counts(
        categories_of.count(reference),
        categories_of.count(current),
        reference_nulls=int(reference.null.sum()),
        current_nulls=int(current.null.sum()),
    )


def compare_counts(
    reference: Mapping[Any, int], current: Mapping[Any, int], *, reference_nulls: int, current_nulls: int
) -> Comparison:
    """The same from the rows of each category, counted wherever the data are."""
    return compare_lined_up(line_up(reference, current), reference_nulls=reference_nulls, current_nulls=current_nulls)


def compare_lined_up(both: Categories, *, reference_nulls: int, current_nulls: int) -> Comparison:
    """The same from both sides' counts over the categories of either."""
    n_ref, n_cur = int(both.reference.sum()) + reference_nulls, int(both.current.sum()) + current_nulls
    null_share_ref = reference_nulls / n_ref if n_ref else None
    null_share_cur = current_nulls / n_cur if n_cur else None
    dof, contingency = _contingency(both, n_ref, n_cur)
    statistics = (
        *contingency,
        *_category_shares(both, reference_nulls, current_nulls),
        change("null_share_change", null_share_ref, null_share_cur),
    )
    return Comparison(
        ColumnKind.CATEGORICAL,
        n_ref,
        n_cur,
        null_share_ref,
        null_share_cur,
        {
            "categories": len(both.names),
            "new_categories": both.new.count,
            "gone_categories": both.gone.count,
            "chi_square_dof": dof,
        },
        statistics,
        both.new.names,
        both.gone.names,
        category_floors(np.append(both.reference, reference_nulls), np.append(both.current, current_nulls))
        | change_floors({"null_share_change": (reference_nulls, current_nulls)}, n_ref, n_cur),
    )


def _numeric_floors(reference: SortedColumn, current: SortedColumn, bins: int) -> dict[str, float]:
    counted = {
        "null_share_change": (reference.nulls, current.nulls),
        "nan_share_change": (reference.nans, current.nans),
    }
    changes = change_floors(counted, reference.rows, current.rows)
    deviation = reference.shape.deviation or 0.0
    if deviation and not is_noisy(reference.numbers.size, current.numbers.size):
        return changes
    sides = Ordered.of(reference.finite), Ordered.of(current.finite)
    return changes | numeric_floors(*sides, deviation=deviation, bins=bins)


def _distances(reference: SortedColumn, current: SortedColumn) -> list[Statistic]:
    names = ("ks", "ks_p", "wasserstein", "wasserstein_normed")
    if not (reference.rows and current.rows):
        return absent(names, bool(reference.rows), bool(current.rows), "rows")
    if not (reference.numbers.size and current.numbers.size):
        return absent(names, bool(reference.numbers.size), bool(current.numbers.size), "numbers")
    samples = reference.numbers, current.numbers
    distance, moved = largest_gap(*samples), wasserstein_of(*samples)
    p = ks_p(distance, reference.numbers.size, current.numbers.size)
    return [
        measured("ks", distance),
        measured("ks_p", p, "Too few values for the asymptotic p."),
        measured("wasserstein", moved, why_unbounded(moved)),
        measured(
            "wasserstein_normed",
            normed(moved, reference.shape.deviation or 0.0),
            why_unbounded(moved),
        ),
    ]


def _bins(reference: SortedColumn, current: SortedColumn) -> tuple[int, list[Statistic]]:
    if not (reference.rows and current.rows):
        return 0, absent(("psi", "jensen_shannon"), bool(reference.rows), bool(current.rows), "rows")
    shares = binned(reference, current)
    return shares.bins, [
        measured("psi", psi(shares.reference, shares.current)),
        measured("jensen_shannon", jensen_shannon(shares.reference, shares.current)),
    ]


def _contingency(both: Categories, n_ref: int, n_cur: int) -> tuple[int, list[Statistic]]:
    names = ("chi_square", "chi_square_p", "cramers_v")
    if not (n_ref and n_cur):
        return 0, absent(names, bool(n_ref), bool(n_cur), "rows")
    has_ref, has_cur = bool(both.reference.any()), bool(both.current.any())
    if not (has_ref and has_cur):
        return 0, absent(names, has_ref, has_cur, "values")
    table = chi_square(both.reference, both.current)
    return table.dof, [
        measured("chi_square", table.statistic),
        measured("chi_square_p", table.p, "There is one category only: nothing to test."),
        measured("cramers_v", table.cramers_v),
    ]


def _category_shares(both: Categories, reference_nulls: int, current_nulls: int) -> list[Statistic]:
    n_ref, n_cur = int(both.reference.sum()) + reference_nulls, int(both.current.sum()) + current_nulls
    if not (n_ref and n_cur):
        return absent(("jensen_shannon", "l_infinity", "psi"), bool(n_ref), bool(n_cur), "rows")
    p = categories_of.shares(both.reference, reference_nulls)
    q = categories_of.shares(both.current, current_nulls)
    largest = l_infinity(both, reference_rows=n_ref, current_rows=n_cur)
    return [
        measured("jensen_shannon", jensen_shannon(p, q)),
        measured("l_infinity", largest),
        measured("psi", psi(p, q)),
    ]
