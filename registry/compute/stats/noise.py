"""How far two random samples of one population lie apart by chance: the noise floor of each statistic.

A fixed limit below the floor would alarm on noise, so it is raised to the floor. Between two samples of the same
population a statistic stays below its floor in 999 of 1,000 draws, so that random halves of one file pass. Whoever compares
many samples, as windows are, asks for a smaller ``level``, so that all of them together stay below theirs as often.

Wasserstein: between samples of n and m values, sqrt(nm / (n + m)) times the distance tends to the area under the absolute
value of a Brownian bridge run at the population's distribution function F (del Barrio, Giné and Matrán 1999, Annals of
Probability 27). Its mean and variance follow from F, and a gamma distribution with both gives the quantile. Shares
of k categories: n m / (n + m) times Pearson's distance is a chi-square with k - 1 degrees of freedom, of which the
Jensen-Shannon divergence in bits is 1 / (8 ln 2), and at most 2 ln 2 times that where a category has few rows.

>>> rng = np.random.default_rng(1)
>>> halves = [Ordered.of(np.sort(rng.normal(size=200))) for _ in range(2)]
>>> round(wasserstein_floor(*halves), 1)
0.3
>>> round(jensen_shannon_floor(np.full(10, 20), np.full(10, 20)), 2), round(share_floor(0.1, 200, 200), 2)
(0.22, 0.09)
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

CHANCE = 0.001  # how often two samples of one population may be further apart
MANY = 50_000  # values of the smaller side; with more, no floor reaches a limit that anybody sets
POINTS, TAIL = 129, 24
FEW_ROWS = 5  # of a category, on the smaller side, by its share of both
Floats = NDArray[np.float64]


class Ordered(NamedTuple):
    """Some order statistics of a column's ``count`` finite values: ``values`` (k,) ascending, ``ranks`` (k,) from 0."""

    values: Floats
    ranks: NDArray[np.intp]
    count: int  # type: ignore[assignment]  # hides tuple.count, which nothing calls

    @classmethod
    def of(cls, ascending: Floats) -> Ordered:
        ranks = ranks_of(ascending.size)
        return cls(ascending[ranks], ranks, ascending.size)

    def below(self, at: Floats) -> Floats:
        """How many values are at most ``at``: between two known ones half of those that lie there."""
        place = self.values.searchsorted(at, side="right")
        ranks = np.concatenate([[-1], self.ranks, [self.count]])
        halfway: Floats = (ranks[place] + 1 + ranks[place + 1]) / 2
        return halfway


def is_noisy(n: int, m: int) -> bool:
    """Whether so few values may lie further apart by chance than a limit that somebody sets."""
    return 0 < min(n, m) < MANY


def numeric_floors(reference: Ordered, current: Ordered, *, deviation: float, bins: int) -> dict[str, float]:
    """Of two columns of numbers, by statistic; infinite where the reference is constant and a few other values may be chance.
    ``deviation``: the reference's, ``bins``: those of its shares."""
    n, m = reference.count, current.count
    if not (n and m):
        return {}
    floors = {"ks": _quantile("kstwobign", CHANCE) * chance(n, m)} | bin_floors(bins, n, m)
    floors = {name: floor for name, floor in floors.items() if math.isfinite(floor)}
    if deviation:
        floor = wasserstein_floor(reference, current) / deviation
        return floors | ({"wasserstein_normed": floor} if math.isfinite(floor) else {})
    return floors | ({"wasserstein_normed": math.inf} if _differs_by_chance(reference, current) else {})


def _differs_by_chance(reference: Ordered, current: Ordered) -> bool:
    """Whether so few values are other than those of a constant reference that a sample may have had none of them."""
    constant = reference.values[:1]
    with np.errstate(over="ignore"):  # below the smallest number there is minus infinity
        before = np.nextafter(constant, -math.inf)
    same = current.below(constant) - current.below(before)
    other = current.count - float(same[0])
    n, m = reference.count, current.count
    return 0 < other / m <= share_floor(other / (n + m), n, m)


def bin_floors(bins: int, n: int, m: int) -> dict[str, float]:
    """Of the shares of ``bins`` bins, each with many rows, between n and m rows."""
    distance = _chi_square(bins - 1) * chance(n, m) ** 2
    return {"psi": distance, "jensen_shannon": math.sqrt(distance / (8 * math.log(2)))}


def category_floors(reference: ArrayLike, current: ArrayLike) -> dict[str, float]:
    """Of the rows of each category on both sides, nulls as one of them: by statistic."""
    before, after = np.asarray(reference, dtype=float), np.asarray(current, dtype=float)
    n, m = int(before.sum()), int(after.sum())
    seen = before + after
    if not (n and m):
        return {}
    share = seen / seen.sum()
    pearson = _chi_square(int((seen > 0).sum()) - 1)
    widest = float((share * (1 - share)).max(initial=0.0))
    return {
        "jensen_shannon": jensen_shannon_floor(before, after),
        "psi": pearson * chance(n, m) ** 2 * (1 + 4 * _rare(seen, min(n, m))),
        "cramers_v": math.sqrt(pearson / (n + m)),
        "l_infinity": _quantile("norm", CHANCE / max(2 * seen.size, 2)) * math.sqrt(widest) * chance(n, m),
    }


def jensen_shannon_floor(reference: ArrayLike, current: ArrayLike, *, level: float = CHANCE) -> float:
    """Of the square root of the divergence in bits, 0 to 1, between the rows of each category."""
    before, after = np.asarray(reference, dtype=float), np.asarray(current, dtype=float)
    seen = before + after
    if not (before.sum() and after.sum()):
        return 0.0
    rare = _rare(seen, min(before.sum(), after.sum()))
    pearson = _chi_square(int((seen > 0).sum()) - 1, level) * chance(before.sum(), after.sum()) ** 2
    return min(math.sqrt(pearson / (8 * math.log(2)) * (1 + (2 * math.log(2) - 1) * rare)), 1.0)


def share_floor(share: float, n: int, m: int, *, level: float = CHANCE) -> float:
    """Of the rise of a share, such as that of the nulls, from n to m rows; ``share``: of both together. The quantile is the
    normal one, corrected for skewness (Cornish and Fisher): few rows of a rare kind rise further than they fall."""
    if not (n and m and 0 < share < 1):
        return 0.0
    z, deviation = _quantile("norm", level), math.sqrt(share * (1 - share))
    skewness = (1 - 2 * share) / deviation * (1 / m**2 - 1 / n**2) / chance(n, m) ** 3
    return (z + max(skewness, 0.0) * (z**2 - 1) / 6) * deviation * chance(n, m)


def change_floors(nulls: Mapping[str, tuple[int, int]], n: int, m: int) -> dict[str, float]:
    """Of changes of shares: by statistic, from the rows counted on each side of n and m."""
    return {name: share_floor(sum(counted) / max(n + m, 1), n, m) for name, counted in nulls.items()}


def wasserstein_floor(reference: Ordered, current: Ordered) -> float:
    """Of the area between the distribution functions of two columns, in their unit."""
    return spread(reference, current) * chance(reference.count, current.count)


def spread(*sides: Ordered, level: float = CHANCE) -> float:
    """The same but for the factor `chance` of the sizes; ``sides``: what is known of the population."""
    at = np.unique(np.concatenate([side.values for side in sides]))
    if at.size < 2:
        return 0.0
    middle = at[:-1] / 2 + at[1:] / 2
    unit = float(np.abs(at).max())
    below: Floats = sum((side.below(middle) for side in sides), np.zeros(middle.size))
    return area_quantile(np.diff(at / unit), below / sum(side.count for side in sides), level=level) * unit


def chance(n: float, m: float) -> float:
    """How chance shrinks with the sizes of two samples: the root of 1/n + 1/m; 0 where one is empty."""
    return math.sqrt(1 / n + 1 / m) if n and m else 0.0


def area_quantile(width: Floats, share: Floats, *, level: float = CHANCE) -> float:
    """The quantile of the area under the absolute bridge: ``share`` (steps,) is F over each step of that ``width``."""
    deviation = np.sqrt(share * (1 - share))
    varies = (deviation > 0) & (width > 0)
    width, share, deviation = width[varies], share[varies], deviation[varies]
    if not width.size:
        return 0.0
    together = np.minimum.outer(share, share) - np.outer(share, share)
    correlation = np.clip(together / np.outer(deviation, deviation), -1, 1)
    products = np.sqrt(1 - correlation**2) + correlation * np.arcsin(correlation)
    weight = width * deviation
    mean = math.sqrt(2 / math.pi) * float(weight.sum())
    variance = 2 / math.pi * float(weight @ products @ weight) - mean**2
    if variance <= 0:
        return mean
    return _quantile("gamma", level / 2, mean**2 / variance, scale=variance / mean)


def ranks_of(count: int) -> NDArray[np.intp]:
    """Which order statistics stand for a column: evenly spread, and the outermost ones."""
    if count <= POINTS:
        return np.arange(count)
    even = np.linspace(0, count - 1, POINTS).astype(np.intp)
    return np.unique(np.concatenate([np.arange(TAIL), even, np.arange(count - TAIL, count)]))


def _rare(seen: Floats, smaller: float) -> float:
    """The share of the categories of which the smaller side has few rows to expect."""
    present = seen[seen > 0]
    return float((present * smaller < FEW_ROWS * seen.sum()).mean()) if present.size else 0.0


def _chi_square(degrees: int, level: float = CHANCE) -> float:
    return _quantile("chi2", level, degrees) if degrees > 0 else 0.0


def _quantile(distribution: str, level: float, *parameters: float, scale: float = 1.0) -> float:
    """What a value of that distribution of scipy exceeds with the probability ``level``."""
    from scipy import stats  # a second to import: only where checks are computed

    return float(getattr(stats, distribution).isf(level, *parameters, scale=scale))
