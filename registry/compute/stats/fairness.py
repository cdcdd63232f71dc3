"""Are predictions as good for every group? Three figures of two classes, from each group's rates.

For a group: the selection rate is the share of its rows predicted positive, the true positive rate the share of its
positive rows predicted positive. Over the groups: the demographic parity difference (largest less smallest selection
rate), the equal opportunity difference (the same of the true positive rate), and the disparate impact ratio (smallest
divided by largest selection rate, 1 when nobody is selected; the four-fifths rule asks for 0.8).

Sources: Hardt, Price and Srebro (2016), Equality of opportunity in supervised learning; 29 CFR 1607.4 D.

>>> found = figures({"a": Rates(100, 0.5, 0.75), "b": Rates(100, 0.25, 0.5)})
>>> found["demographic_parity_difference"], found["equal_opportunity_difference"], found["disparate_impact_ratio"]
(0.25, 0.25, 0.5)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

FEWEST_OF_A_GROUP = 30
PARITY, OPPORTUNITY, IMPACT = (
    "demographic_parity_difference", "equal_opportunity_difference", "disparate_impact_ratio",
)  # fmt: skip
FIGURES = (PARITY, OPPORTUNITY, IMPACT)


class Rates(NamedTuple):
    """One group: its rows, and its two rates, 0 to 1; None where nothing is known of one."""

    rows: int
    selection: float | None
    true_positive: float | None = None


def counted(groups: Mapping[str, Rates]) -> dict[str, Rates]:
    """The groups of at least 30 rows; all of them when fewer than two are so large.

    >>> list(counted({"a": Rates(90, 0.5), "b": Rates(60, 0.5), "c": Rates(3, 1.0)}))
    ['a', 'b']
    """
    large = {name: rates for name, rates in groups.items() if rates.rows >= FEWEST_OF_A_GROUP}
    return large if len(large) > 1 else dict(groups)


def figures(groups: Mapping[str, Rates]) -> dict[str, float]:
    """The figures over the counted groups; one that fewer than two groups have rates for is left out."""
    shown = counted(groups).values()
    selected = [rates.selection for rates in shown if rates.selection is not None]
    recalled = [rates.true_positive for rates in shown if rates.true_positive is not None]
    values = {}
    if len(selected) > 1:
        values[PARITY] = max(selected) - min(selected)
        values[IMPACT] = min(selected) / max(selected) if max(selected) else 1.0
    if len(recalled) > 1:
        values[OPPORTUNITY] = max(recalled) - min(recalled)
    return values
