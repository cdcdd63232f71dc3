"""Rows in memory, read as the columns of a side are, and what is found about them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from registry.compute.kinds.drift.parameters import DriftParameters
from registry.compute.kinds.drift.window_distances import Cut, Plan
from registry.compute.kinds.quality.run import judge
from registry.compute.kinds.report import ColumnReport

ASKED = DriftParameters("a", "b", prediction="p", label="y", group="g", minimum_rows=50)
MONDAY = date(2024, 1, 1)


class Rows:
    """A reader of columns in memory."""

    def __init__(self, **columns: Any) -> None:
        self.columns = columns

    def column(self, name: str) -> pa.ChunkedArray:
        values = self.columns[name]
        return pa.chunked_array([values if isinstance(values, pa.Array) else pa.array(values)])

    def names(self) -> list[str]:
        return [*self.columns]


def reports(reference: Rows, current: Rows, plan: Plan | None = None, **parameters: Any) -> dict[str, ColumnReport]:
    """Each finding by its name; ``parameters`` are parameters, and `late` and `key` the labels that came later."""
    late, key = parameters.pop("late", None), parameters.pop("key", ())
    judged = judge((reference, current), ASKED._replace(**parameters), plan, labels=late, label_key=key)
    return {report.column: report for report in judged.reports}


def plan_of(rows: int, *, reference: int, days: int, calibrated: bool = True, minimum_rows: int = 50) -> Plan:
    """``rows`` a day: the first ``reference`` days against the others."""
    every = pa.chunked_array([pa.array([MONDAY + timedelta(days=day) for day in range(days) for _ in range(rows)])])
    cut = reference * rows
    return Plan(Cut.of(every.slice(0, cut)), Cut.of(every.slice(cut)), "day", calibrated, minimum_rows)


def classes(
    rows: int, *, wrong: float = 0.1, seed: int = 1, groups: tuple[str, ...] = ("men", "women")
) -> dict[str, Any]:
    """Classes 0 and 1, predicted wrongly as often as said, the same for every group."""
    random = np.random.default_rng(seed)
    label = (random.random(rows) < 0.4).astype(int)
    return {
        "y": label,
        "p": np.where(random.random(rows) < wrong, 1 - label, label),
        "g": random.choice(groups, rows),
    }


def probabilities(rows: int, *, off: float = 0.0, seed: int = 1, shift: float = 0.0) -> dict[str, Any]:
    """Probabilities of class 1, all too low by ``off``."""
    random = np.random.default_rng(seed)
    probability = 1 / (1 + np.exp(-random.normal(shift, 1.5, rows)))
    label = (random.random(rows) < np.clip(probability + off, 0, 1)).astype(int)
    return {"y": label, "p": probability, "g": random.choice(["men", "women"], rows)}
