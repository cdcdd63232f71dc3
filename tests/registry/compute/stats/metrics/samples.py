"""Random rows that metrics are held against an oracle on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from registry.compute.stats.metrics.measured import Measured

EXACT = 1e-12
ROWS = 2_000
Metrics = dict[str, Measured]


def probabilities(seed: int, rows: int = ROWS) -> tuple[np.ndarray, np.ndarray]:
    """Rows with many ties, and with probabilities of 0 and of 1."""
    random = np.random.default_rng(seed)
    probability = np.round(random.random(rows), 2)
    return random.random(rows) < probability**1.3, probability


def classes(seed: int, names: int, rows: int = ROWS) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    label = random.integers(0, names, rows)
    return label, np.where(random.random(rows) < 0.7, label, random.integers(0, names, rows))


def values(measured: Metrics) -> dict[str, float]:
    return {name: metric.value for name, metric in measured.items()}


def bootstrapped(measure: Callable[[np.ndarray], Metrics], draws: int = 300) -> dict[str, float]:
    """The standard deviation of each metric over as many draws of rows, with replacement."""
    random = np.random.default_rng(3)
    drawn = [values(measure(random.integers(0, ROWS, ROWS))) for _ in range(draws)]
    return {name: float(np.std([draw[name] for draw in drawn])) for name in drawn[0]}
