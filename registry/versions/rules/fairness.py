"""How evaluation results tell of groups, and what a policy's check on fairness sees in them (G6).

A group's rates are three results whose slice is ``column=group``: `group_rows`, `selection_rate` and, where labels are
there, `true_positive_rate`. The figures are computed from them here; one that somebody reports is kept and decides
nothing. A check names the column in its slice, and the groups that must be told of.

>>> told = {("selection_rate", "sex=f"): 0.3, ("selection_rate", "sex=m"): 0.4}
>>> told |= {("group_rows", "sex=f"): 900.0, ("group_rows", "sex=m"): 1100.0}
>>> round(observe("disparate_impact_ratio", "sex", told).value, 9)
0.75
>>> observe("disparate_impact_ratio", "sex", told, groups=("f", "m", "x")).lacking
'nothing is told of group x'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from registry.compute.stats.fairness import FEWEST_OF_A_GROUP, OPPORTUNITY, Rates, counted, figures

ROWS, SELECTION, TRUE_POSITIVE = "group_rows", "selection_rate", "true_positive_rate"
MOST_ROWS = 2**53
OF_A_GROUP = (ROWS, SELECTION, TRUE_POSITIVE)
Results = Mapping[tuple[str, str], float]


class Observed(NamedTuple):
    """A figure, or None and why there is none."""

    value: float | None
    lacking: str = ""


def group_rates(results: Results) -> dict[str, dict[str, Rates]]:
    """Every group that results tell of, ``{column: {group: rates}}``; a group without its rows has 0 of them."""
    told: dict[str, dict[str, dict[str, float]]] = {}
    for (metric, slice_), value in results.items():
        column, equals, group = slice_.partition("=")
        if metric in OF_A_GROUP and equals:
            told.setdefault(column, {}).setdefault(group, {})[metric] = value
    return {column: {name: _rates(one) for name, one in sorted(groups.items())} for column, groups in told.items()}


def observe(figure: str, column: str, results: Results, *, groups: Sequence[str] = ()) -> Observed:
    """The figure over a column's groups, from their rates. None where a group that counts lacks what it needs:
    whatever is left out never makes a figure better."""
    told = group_rates(results).get(column, {})
    if lacking := _lacking(figure, told, groups):
        return Observed(None, lacking)
    return Observed(figures(told)[figure])


def result_faults(metric: str, slice_: str, value: float) -> str:
    """What is wrong with a result that tells of a group; nothing with any other."""
    if metric not in OF_A_GROUP or "=" not in slice_:
        return ""
    if metric == ROWS:
        counts = 0 <= value <= MOST_ROWS and value == int(value)
        return "" if counts else f"{ROWS} of {slice_} is a whole number, 0 or more."
    return "" if 0 <= value <= 1 else f"{metric} of {slice_} is a share, from 0 to 1."


def _lacking(figure: str, told: Mapping[str, Rates], groups: Sequence[str]) -> str:
    for name in groups:
        if name not in told:
            return f"nothing is told of group {name}"
    needed = TRUE_POSITIVE if figure == OPPORTUNITY else SELECTION
    for name, rates in told.items():
        if not rates.rows:
            return f"group {name} has no {ROWS}"
        if (rates.true_positive if needed == TRUE_POSITIVE else rates.selection) is None:
            return f"group {name} has no {needed}"
    shown = counted(told)
    if len(shown) < 2:
        return "fewer than two groups are told of"
    small = [name for name in groups if name not in shown]
    return f"group {small[0]} has fewer than {FEWEST_OF_A_GROUP} rows" if small else ""


def _rates(told: Mapping[str, float]) -> Rates:
    return Rates(int(told.get(ROWS, 0)), told.get(SELECTION), told.get(TRUE_POSITIVE))
