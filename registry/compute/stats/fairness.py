"""Are predictions as good for every group? Figures of two classes, from each group's rates.

For a group: the selection rate is the share of its rows predicted positive, the true positive rate the share of its
positive rows predicted positive, the false positive rate that of its negative rows. Over the groups: the demographic
parity difference (largest less smallest selection rate), the equal opportunity difference (the same of the true positive
rate), the false positive rate difference, the equalized odds difference (the larger of the last two), and the disparate
impact ratio (smallest divided by largest selection rate, 1 when nobody is selected; the four-fifths rule asks for 0.8).

Sources: Hardt, Price and Srebro (2016), Equality of opportunity in supervised learning; 29 CFR 1607.4 D.

>>> values = figures({"a": Rates(100, 0.5, 0.75, 0.25), "b": Rates(100, 0.25, 0.5, 0.1)})
>>> values["demographic_parity_difference"], values["equal_opportunity_difference"], values["disparate_impact_ratio"]
(0.25, 0.25, 0.5)
>>> values["equalized_odds_difference"], values["false_positive_rate_difference"]
(0.25, 0.15)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

FEWEST_OF_A_GROUP = 30
SELECTION, TRUE_POSITIVE, FALSE_POSITIVE = "selection", "true_positive", "false_positive"
PARITY, OPPORTUNITY, IMPACT = (
    "demographic_parity_difference", "equal_opportunity_difference", "disparate_impact_ratio",
)  # fmt: skip
ODDS, FALSE_POSITIVES = "equalized_odds_difference", "false_positive_rate_difference"
FIGURES = (PARITY, OPPORTUNITY, IMPACT, ODDS, FALSE_POSITIVES)
RATES_OF = {
    PARITY: (SELECTION,), IMPACT: (SELECTION,), OPPORTUNITY: (TRUE_POSITIVE,), FALSE_POSITIVES: (FALSE_POSITIVE,),
    ODDS: (TRUE_POSITIVE, FALSE_POSITIVE),
}  # fmt: skip


class Rates(NamedTuple):
    """One group: its rows, and its rates, 0 to 1; None where nothing is known of one."""

    rows: int
    selection: float | None
    true_positive: float | None = None
    false_positive: float | None = None


def counted(groups: Mapping[str, Rates]) -> dict[str, Rates]:
    """The groups of at least 30 rows; all of them when fewer than two are so large.

    >>> list(counted({"a": Rates(90, 0.5), "b": Rates(60, 0.5), "c": Rates(3, 1.0)}))
    ['a', 'b']
    """
    large = {name: rates for name, rates in groups.items() if rates.rows >= FEWEST_OF_A_GROUP}
    return large if len(large) > 1 else dict(groups)


def figures(groups: Mapping[str, Rates]) -> dict[str, float]:
    """The figures over the counted groups; one that fewer than two groups have the rates for is left out."""
    shown = counted(groups).values()
    values = {figure: _figure(figure, shown) for figure in FIGURES}
    return {figure: value for figure, value in values.items() if value is not None}


def _figure(figure: str, groups: Iterable[Rates]) -> float | None:
    by_rate: list[list[float]] = [
        [rate for group in groups if (rate := getattr(group, name)) is not None] for name in RATES_OF[figure]
    ]
    if any(len(rates) < 2 for rates in by_rate):
        return None
    if figure == IMPACT:
        [selected] = by_rate
        return float(min(selected) / max(selected)) if max(selected) else 1.0
    return float(max(max(rates) - min(rates) for rates in by_rate))
