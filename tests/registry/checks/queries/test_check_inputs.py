"""The sides, columns and expectations that a run reads."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from registry.checks.actions.checks import define_check
from tests.registry.conftest import run_of

pytestmark = pytest.mark.postgresql


def rewritten(path, change) -> None:
    pq.write_table(change(pq.read_table(path)), path)


@pytest.mark.parametrize("columns", [["load", "calm"], []])
def test_a_column_that_both_sides_lost_is_never_no_drift(events, cora, data_root, columns):
    """Of those that were asked for, or, where none were named, of those that the first run compared."""
    parameters = {
        "reference": "events",
        "reference_to": "2024-01-20",
        "current_from": "2024-01-20",
        "current_to": "2024-01-30",
    }
    check = define_check("drift", name="lost", parameters=parameters | {"columns": columns}, actor=cora)
    assert run_of(check, cora).outcome == "passed"
    rewritten(data_root / "events.parquet", lambda table: table.drop_columns(["calm"]))
    for _ in range(2):  # the second run too, though the one before compared it no more
        run = run_of(check, cora)
        assert (run.outcome, run.summary) == ("failed", "calm is gone from both sides.")


@pytest.mark.parametrize(
    ("requested", "lost"),
    [
        ({"kind": "drift", "reference": "events", "reference_to": "2024-01-20", "current_from": "2024-01-20"}, "at"),
        (
            {"kind": "drift", "reference": "events", "window": "day", "group": "country", "prediction": "calm"},
            "country",
        ),
        ({"kind": "log_parity", "training": "events", "serving": "events", "entity_key": ["user"]}, "user"),
    ],
)
def test_a_run_whose_key_time_or_group_is_gone_names_it(events, cora, data_root, requested, lost):
    kind = requested.pop("kind")
    check = define_check(kind, name="lost", parameters=requested, actor=cora)
    rewritten(data_root / "events.parquet", lambda table: table.drop_columns([lost]))
    run = run_of(check, cora)
    assert run.outcome == "errored"
    assert f"Data set events has no column {lost} any more: it has" in run.error
