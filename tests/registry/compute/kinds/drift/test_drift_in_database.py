"""Drift of two tables of one connection, computed there."""

from __future__ import annotations

from datetime import datetime

import pytest

from registry.compute.engines.columns import Side
from registry.compute.engines.tables import Table
from registry.compute.kinds.drift.drift_in_database import judge, needs_rows
from registry.compute.kinds.drift.inputs import DriftInputs
from registry.compute.kinds.drift.parameters import DriftParameters
from registry.compute.kinds.quality.run import Judged
from registry.compute.pushdown.postgres import open_cancellable_snapshot

TABLES = [Table("warehouse", "postgres://", "public", name, 60) for name in ("before", "after")]
INPUTS = DriftInputs(*(Side(table, "at") for table in TABLES), ["x"], [], DriftParameters("before", "after"))


@pytest.mark.parametrize("parameter", [{"window": "day"}, {"kinds": {"x": "category"}}])
def test_what_needs_the_rows_themselves_is_not_computed_inside(parameter):
    assert not needs_rows(INPUTS.parameters)
    assert needs_rows(INPUTS.parameters._replace(**parameter))


@pytest.mark.slow
def test_columns_of_every_kind_are_judged_in_postgresql(warehouse, postgres_server):
    for name, moved in (("before", 0), ("after", 5)):
        warehouse.execute(
            f"CREATE TABLE {name} AS SELECT n AS id, n % 4 + {moved} AS moved, n % 4 AS same, chr(97 + n % 2) AS word, "
            "TIMESTAMP '2024-01-01' + n * INTERVAL '1 minute' AS at, ARRAY[n] AS list FROM generate_series(1, 200) s(n)"
        )
    columns, steps = ["moved", "same", "word", "at", "list"], []
    sides = [Side(table._replace(dsn=postgres_server), "at", until=datetime(2024, 1, 2)) for table in TABLES]
    inputs = DriftInputs(*sides, columns, [], DriftParameters("before", "after", minimum_rows=10))
    with open_cancellable_snapshot(postgres_server, timeout_s=60, stopped=lambda: False) as run:
        report = judge(
            run, "postgres", inputs, on_progress=lambda done, total, name: steps.append((done, total, name)), over_rows=Judged
        )  # fmt: skip
    outcomes = {column.column: column.outcome for column in report.columns}
    assert outcomes == {"moved": "drifted", **dict.fromkeys(columns[1:], "passed")}
    assert (report.outcome, report.content["inside"]) == ("failed", "warehouse")
    assert steps[-1] == (5, 6, "list")
