"""How evaluation results report groups, and what a policy's fairness check reads from them (G6).

A group's rates are results whose slice is ``column=group``: `group_rows`, `selection_rate` and, where there are labels,
`true_positive_rate` and `false_positive_rate`. The fairness figures are computed from them here; a figure that somebody reports is stored
and decides nothing. A check names the column in its slice, and the groups that must be reported.

>>> results = {("selection_rate", "sex=f"): 0.3, ("selection_rate", "sex=m"): 0.4}
>>> results |= {("group_rows", "sex=f"): 900.0, ("group_rows", "sex=m"): 1100.0}
>>> round(observe("disparate_impact_ratio", "sex", results).value, 9)
0.75
>>> observe("disparate_impact_ratio", "sex", results, groups=("f", "m", "x")).lacking
'group x is not reported'
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from registry.compute.stats.fairness import FEWEST_OF_A_GROUP, RATES_OF, Rates, counted, figures

ROWS, SELECTION, TRUE_POSITIVE, FALSE_POSITIVE = (
    "group_rows", "selection_rate", "true_positive_rate", "false_positive_rate",
)  # fmt: skip
MOST_ROWS = 2**53
GROUP_METRICS = (ROWS, SELECTION, TRUE_POSITIVE, FALSE_POSITIVE)
Results = Mapping[tuple[str, str], float]


class Observed(NamedTuple):
    """A figure, or None and the reason why there is none."""

    value: float | None
    lacking: str = ""


def group_rates(results: Results) -> dict[str, dict[str, Rates]]:
    """Every group in the results, ``{column: {group: rates}}``; a group without `group_rows` has 0 rows."""
    rates: dict[str, dict[str, dict[str, float]]] = {}
    for (metric, slice_), value in results.items():
        column, equals, group = slice_.partition("=")
        if metric in GROUP_METRICS and equals:
            rates.setdefault(column, {}).setdefault(group, {})[metric] = value
    return {
        column: {name: _rates(values) for name, values in sorted(groups.items())} for column, groups in rates.items()
    }


def observe(figure: str, column: str, results: Results, *, groups: Sequence[str] = ()) -> Observed:
    """The figure over a column's groups, computed from their rates.

    None where a group lacks what the figure needs: leaving a group out never makes a figure better.
    """
    rates = group_rates(results).get(column, {})
    if lacking := _lacking(figure, rates, groups):
        return Observed(None, lacking)
    return Observed(figures(rates)[figure])


def result_faults(metric: str, slice_: str, value: float) -> str:
    """What is wrong with a result about a group; empty for any other result."""
    if metric not in GROUP_METRICS or "=" not in slice_:
        return ""
    if metric == ROWS:
        counts = 0 <= value <= MOST_ROWS and value == int(value)
        return "" if counts else f"{ROWS} of {slice_} is {value:g}. Give a whole number, 0 or more."
    return "" if 0 <= value <= 1 else f"{metric} of {slice_} is {value:g}. Give a share from 0 to 1."


def _lacking(figure: str, groups_rates: Mapping[str, Rates], groups: Sequence[str]) -> str:
    for name in groups:
        if name not in groups_rates:
            return f"group {name} is not reported"
    for name, rates in groups_rates.items():
        if not rates.rows:
            return f"group {name} has no {ROWS}"
        for rate in RATES_OF[figure]:
            if getattr(rates, rate) is None:
                return f"group {name} has no {rate}_rate"
    shown = counted(groups_rates)
    if len(shown) < 2:
        return "fewer than two groups have enough rows"
    small = [name for name in groups if name not in shown]
    return f"group {small[0]} has fewer than {FEWEST_OF_A_GROUP} rows" if small else ""


def _rates(values: Mapping[str, float]) -> Rates:
    return Rates(int(values.get(ROWS, 0)), values.get(SELECTION), values.get(TRUE_POSITIVE), values.get(FALSE_POSITIVE))
