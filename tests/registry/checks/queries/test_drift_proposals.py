"""What is suggested for a drift check, from the rows of a data set."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from registry.checks.queries.drift_proposals import proposed
from registry.data.actions.datasets import add_dataset


def test_up_to_twelve_whole_numbers_in_many_rows_are_codes(cora, data_root):
    place = np.arange(600)
    table = {"id": place, "twelve": place % 12, "thirteen": place % 13, "two": place % 2}
    pq.write_table(pa.table(table), data_root / "codes.parquet")
    dataset = add_dataset(name="codes", kind="parquet", location="codes.parquet", key=["id"], actor=cora)
    assert proposed(dataset)["kinds"].splitlines() == ["twelve category"]


def test_a_column_that_changes_with_all_days_but_one_is_of_the_calendar(cora, data_root):
    day = np.repeat(np.arange(10), 20)
    table = {
        "id": np.arange(200),
        "at": [datetime(2024, 3, 1) + timedelta(days=int(number)) for number in day],
        "all_but_one": np.where(day == 9, 8, day) * 1.5,
        "all_but_two": np.where(day >= 8, 7, day) * 1.5,
    }
    pq.write_table(pa.table(table), data_root / "days.parquet")
    dataset = add_dataset(name="days", kind="parquet", location="days.parquet", key=["id"], event_time="at", actor=cora)
    ignored = proposed(dataset)["ignore"]
    assert "all_but_one" in ignored
    assert "all_but_two" not in ignored
