"""Every statistic of Plumbline: what it is, in words, and where it comes from.

>>> ENTRIES["psi"].default_limit
0.1
>>> measured("psi", 0.0).kind
<Kind.DISTANCE: 'distance'>
>>> measured("nonsense", 0.0)
Traceback (most recent call last):
KeyError: 'nonsense'
"""

from __future__ import annotations

import math

from registry.compute.stats.entry import PLUMBLINE, Entry
from registry.compute.stats.metrics.catalogue import OF_PREDICTIONS
from registry.compute.stats.result import Direction, Kind, Statistic

KOLMOGOROV = "Hodges (1958), The significance probability of the Smirnov two-sample test, Arkiv för Matematik 3"
CRAMER = "Cramér (1946), Mathematical Methods of Statistics, chapter 21 and 30"

ALL = (
    Entry(
        "ks",
        "Kolmogorov-Smirnov",
        "The largest distance between the two empirical distribution functions of the non-null values, 0 to 1.",
        Kind.DISTANCE,
        KOLMOGOROV,
        0.1,
    ),
    Entry(
        "ks_p",
        "p of Kolmogorov-Smirnov",
        "The asymptotic chance of a KS distance this large between two samples of one distribution. With enough rows "
        "every difference is significant, so it is shown and never decides.",
        Kind.P_VALUE,
        "Simard and L'Ecuyer (2011), Computing the two-sided Kolmogorov-Smirnov distribution, J. Stat. Software 39(11)",
        direction=Direction.LOWER_IS_WORSE,
    ),
    Entry(
        "psi",
        "Population stability index",
        "The sum of (q - p) ln(q / p) over the bins, p and q the shares of all rows of reference and current, each at "
        "least 0.0001. Numbers are cut at the reference's deciles; nulls are a bin of their own.",
        Kind.DISTANCE,
        "Siddiqi (2006), Credit Risk Scorecards, chapter 10; Jeffreys (1946), Proc. R. Soc. A 186",
        0.1,
    ),
    Entry(
        "wasserstein",
        "Wasserstein",
        "The area between the two empirical distribution functions, in the column's own unit.",
        Kind.DISTANCE,
        "Vallender (1974), Calculation of the Wasserstein distance between distributions on the line, TPA 18(4)",
    ),
    Entry(
        "wasserstein_normed",
        "Normalized Wasserstein",
        "The Wasserstein distance divided by the standard deviation of the reference's values.",
        Kind.DISTANCE,
        "Vallender (1974), divided by the reference's population standard deviation",
        0.1,
    ),
    Entry(
        "jensen_shannon",
        "Jensen-Shannon",
        "The square root of the mean divergence, in bits, of both sides' bin shares from their average, 0 to 1.",
        Kind.DISTANCE,
        "Lin (1991), Divergence measures based on the Shannon entropy, IEEE Trans. Inf. Theory 37(1); "
        "Endres and Schindelin (2003), A new metric for probability distributions, ibid. 49(7)",
        0.1,
    ),
    Entry(
        "chi_square",
        "Chi-square",
        "The sum of (observed - expected)² / expected over the table of side by category, nulls left out.",
        Kind.TEST_STATISTIC,
        "Pearson (1900), Philosophical Magazine 50",
    ),
    Entry(
        "chi_square_p",
        "p of chi-square",
        "The chance of a chi-square this large when both sides come of one distribution. Shown, never decides.",
        Kind.P_VALUE,
        "Pearson (1900), Philosophical Magazine 50",
        direction=Direction.LOWER_IS_WORSE,
    ),
    Entry(
        "cramers_v",
        "Cramér's V",
        "The square root of chi-square divided by the non-null rows of both sides, 0 to 1.",
        Kind.DISTANCE,
        CRAMER,
    ),
    Entry(
        "l_infinity",
        "L-infinity",
        "The largest change of any one category's share of all rows, 0 to 1.",
        Kind.DISTANCE,
        "the Chebyshev distance of the two share vectors",
    ),
    Entry(
        "null_share_change",
        "Change of the null share",
        "Nulls divided by rows, current minus reference.",
        Kind.CHANGE,
        PLUMBLINE,
        0.05,
    ),
    Entry(
        "nan_share_change",
        "Change of the NaN share",
        "Values that are not a number and not null, divided by rows, current minus reference.",
        Kind.CHANGE,
        PLUMBLINE,
        0.05,
    ),
    Entry(
        "mismatch_rate",
        "Share of rows that differ",
        "Rows whose values differ or that only one side has, divided by all rows, 0 to 1.",
        Kind.SHARE,
        PLUMBLINE,
        0.0,
    ),
    Entry(
        "max_abs_difference",
        "Largest difference",
        "The largest finite |current - trained| over the rows that differ, in the column's own unit.",
        Kind.DISTANCE,
        PLUMBLINE,
    ),
    Entry(
        "mean_abs_difference",
        "Mean difference",
        "The mean finite |current - trained| over the rows that differ, in the column's own unit.",
        Kind.DISTANCE,
        PLUMBLINE,
    ),
    *OF_PREDICTIONS,
)
ENTRIES = {entry.name: entry for entry in ALL}
UNBOUNDED = "The distance is larger than any number."


def default_limit(name: str) -> float:
    """The limit of a statistic that raises an alarm by itself. KeyError for one that never does."""
    limit = ENTRIES[name].default_limit
    if limit is None:
        raise KeyError(f"{name} has no limit of its own.")
    return limit


def measured(name: str, value: float | None, reason: str = "") -> Statistic:
    """A documented statistic with its value; an infinite value becomes None, marked unbounded.

    Raises KeyError for a statistic that nobody documented, ValueError for a missing value without a reason or NaN.
    """
    entry = ENTRIES[name]
    if value is None and not reason:
        raise ValueError(f"{name} has no value: say why.")
    if value is None or math.isfinite(value):
        return Statistic(name, value, entry.kind, entry.direction, "" if value is not None else reason)
    if math.isnan(value):
        raise ValueError(f"{name} is not a number: the statistic must define this case.")
    return Statistic(name, None, entry.kind, entry.direction, reason or UNBOUNDED, unbounded=True)
