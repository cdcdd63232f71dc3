"""Scores of forty days whose labels came later, in a data set of their own: the score is worse and unfair at the end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from registry.checks.actions.checks import define_check
from registry.data.actions.datasets import add_dataset
from registry.models import Check

DAYS, A_DAY, WORSE = 40, 300, 32
PARAMETERS = {
    "reference": "scored", "reference_to": "2024-01-21", "current_from": "2024-01-21", "window": "day", "calibrated": True,
    "columns": ["income"], "prediction": "score", "label": "paid", "labels": "outcomes", "group": "band", "estimate": True,
}  # fmt: skip


def write(data_root, cora, *, labelled_until: int = DAYS) -> None:
    """Both data sets; days from ``labelled_until`` on have no labels yet."""
    random, rows = np.random.default_rng(3), DAYS * A_DAY
    day = np.repeat(np.arange(DAYS), A_DAY)
    income, band = (
        random.normal(size=rows),
        random.choice(["18-25", "26-60", "61+", "unknown"], rows, p=[0.3, 0.5, 0.198, 0.002]),
    )
    paid = random.random(rows) < 1 / (1 + np.exp(-2 * income))
    worse = (day >= WORSE) & (band == "18-25")
    score = 1 / (1 + np.exp(-2 * np.where(worse, income - 2, income)))
    at = [datetime(2024, 1, 1) + timedelta(days=int(number)) for number in day]
    pq.write_table(
        pa.table({"id": np.arange(rows), "at": at, "income": income, "score": score, "band": band}),
        data_root / "scored.parquet",
    )
    known = random.permutation(np.flatnonzero(day < labelled_until))
    pq.write_table(pa.table({"id": known, "paid": paid[known]}), data_root / "outcomes.parquet")
    add_dataset(name="scored", kind="parquet", location="scored.parquet", key=["id"], event_time="at", actor=cora)
    add_dataset(name="outcomes", kind="parquet", location="outcomes.parquet", key=["id"], actor=cora)


def check(cora, **changes: Any) -> Check:
    """The check over both, with other parameters where they are given."""
    return define_check("drift", name="scores", parameters=PARAMETERS | changes, actor=cora)
