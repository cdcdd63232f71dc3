"""Seeded applications to pay later, and two scores trained on them: one uses the age band, one does not."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from registry.compute.stats.fairness import Rates
from registry.versions.rules.fairness import GROUP_METRICS

ROWS, SEED = 6_000, 20_261
BANDS = ("18-25", "26-60", "61+")
INPUTS = ("income", "debt_ratio", "late_payments", "orders_12m")


class Score(NamedTuple):
    """A logistic score: a weight for each standardised input, and one for the youngest."""

    weights: dict[str, float]
    of_the_young: float = 0.0


TRUE = Score({"income": 0.9, "debt_ratio": -0.8, "late_payments": -1.1, "orders_12m": 0.4})
MINDS_AGE = Score({"income": 0.8, "debt_ratio": -0.7, "late_payments": -1.0, "orders_12m": 0.3}, of_the_young=-1.1)
DOES_NOT = Score({"income": 0.85, "debt_ratio": -0.75, "late_payments": -1.05, "orders_12m": 0.35})
BEGINS_AT = 0.35


def columns() -> dict[str, Any]:
    """The applications: inputs standardised, the age band, and whether they were paid back."""
    random = np.random.default_rng(SEED)
    table: dict[str, Any] = {name: np.round(random.normal(size=ROWS), 3) for name in INPUTS}
    table["age_band"] = random.choice(BANDS, ROWS, p=[0.22, 0.6, 0.18])
    chance = 1 / (1 + np.exp(-sum(table[name] * weight for name, weight in TRUE.weights.items()) - BEGINS_AT))
    table["paid_back"] = random.random(ROWS) < chance
    return table


def write(path: Path) -> None:
    """The table as a file."""
    table = columns()
    days = np.datetime64("2026-01-01") + np.arange(ROWS) * 180 // ROWS
    pq.write_table(pa.table({"application_id": np.arange(1, ROWS + 1), "applied_on": days, **table}), path)


def contributions(score: Score, row: dict[str, Any]) -> dict[str, float]:
    """How far each input moves the log-odds up or down."""
    parts = {name: round(float(row[name]) * weight, 6) for name, weight in score.weights.items()}
    return parts | (
        {"age_band": score.of_the_young if row["age_band"] == BANDS[0] else 0.0} if score.of_the_young else {}
    )


def probability(parts: dict[str, float]) -> float:
    """The score of one application."""
    return round(1 / (1 + math.exp(-BEGINS_AT - math.fsum(parts.values()))), 6)


def evaluations(score: Score) -> list[dict[str, Any]]:
    """The evaluation of the score over the applications: its accuracy, and the rates of each age band."""
    table = columns()
    odds = BEGINS_AT + sum(table[name] * weight for name, weight in score.weights.items())
    approved = odds + score.of_the_young * (table["age_band"] == BANDS[0]) > 0
    results = [{"metric": "accuracy", "value": round(float((table["paid_back"] == approved).mean()), 4)}]
    for band in BANDS:
        member = table["age_band"] == band
        of_truth = (approved[member & (table["paid_back"] == paid_back)] for paid_back in (True, False))
        rates = Rates(int(member.sum()), *(round(float(rows.mean()), 4) for rows in (approved[member], *of_truth)))
        named = zip(GROUP_METRICS, rates, strict=True)
        results += [{"metric": metric, "value": value, "slice": f"age_band={band}"} for metric, value in named]
    return results
