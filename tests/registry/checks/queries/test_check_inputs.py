"""The sides, columns and expectations that a run reads."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.checks.actions.checks import define_check, queue_run
from registry.checks.queries import check_inputs
from registry.checks.queries.check_inputs import _computed_from_it
from tests.registry.conftest import TRAINED, register, run_of

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


def test_a_table_that_many_features_read_is_looked_up_once(orders, cora, django_assert_num_queries):
    """And a definition that several have is read once."""
    check = define_check("schema", name="of orders", parameters={"dataset": "orders"}, actor=cora)
    run = queue_run(check, actor=cora)
    register(TRAINED, cora, name="first")
    with CaptureQueriesContext(connection) as queries:
        expectations = check_inputs.schema(run).expectations
    assert "order_count" in {expectation.name for expectation in expectations}
    for name in ("second", "third"):
        register(TRAINED, cora, name=name)
    with django_assert_num_queries(len(queries)):
        expectations = check_inputs.schema(run).expectations
    needed = [expectation.because for expectation in expectations if expectation.name == "order_count"]
    assert needed == ["Features first, second, third are computed from it."]


def test_what_a_run_stores_of_a_column_does_not_grow_with_the_features_that_need_it():
    names = [f"f{number}" for number in range(4_000)]
    assert _computed_from_it(names[:1]) == "Feature f0 is computed from it."
    assert _computed_from_it(names) == "Features f0, f1, f2, f3, f4 and 3,995 more are computed from it."
