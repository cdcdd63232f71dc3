"""An event is checked whole, and only what is read here is stored of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from registry.lineage.rules import events
from registry.lineage.rules.events import NotAnEvent, read
from tests.registry.lineage.reports import LAST_KNOWN, column_facet, event

NOW = datetime(2026, 11, 6, tzinfo=UTC)


def faults(body) -> dict[str, str]:
    with pytest.raises(NotAnEvent) as refused:
        read(body, now=NOW)
    return {fault.field: fault.code for fault in refused.value.faults}


def test_a_run_event_is_read_with_code_data_sets_and_columns():
    body = event("orders", LAST_KNOWN, writes=("orders",), columns=column_facet(amount="raw_orders.amount"))
    seen = read(body, now=NOW)
    assert (seen.kind, seen.is_complete, seen.job.text, seen.job.dialect) == ("run", True, LAST_KNOWN, "duckdb")
    assert [row.name for row in seen.inputs] == ["shop.main.raw_orders"], "columns say what is read too"
    assert seen.outputs[0].columns == {"amount": [["duckdb://shop.duckdb", "shop.main.raw_orders", "amount"]]}
    assert seen.left_out == ("run.dbt_run",)
    assert seen.dates == ("2026-11-05",)


def test_what_is_stored_reads_the_same():
    seen = read(event("orders", LAST_KNOWN, reads=("a",), writes=("b",)), now=NOW)
    others = {"kind": seen.kind, "event_time": seen.event_time, "event_type": seen.event_type, "run_id": seen.run_id}
    assert events.stored_event(seen.as_dict(), **others).key == seen.key


def test_every_fault_is_named_at_once():
    body = {
        "eventType": "DONE",
        "eventTime": "yesterday",
        "run": {"runId": "7"},
        "job": {"name": 5},
        "inputs": "all",
        "outputs": [1],
    }
    assert faults(body) == {
        "eventTime": "malformed", "producer": "missing", "run.runId": "malformed", "eventType": "unknown",
        "inputs": "kind", "outputs.0": "kind", "job.namespace": "missing", "job.name": "kind",
    }  # fmt: skip
    assert faults({}) == {"run": "missing"}
    assert faults([]) == {"": "kind"}


def test_what_is_too_much_is_refused():
    many = event("orders", "x" * 200_001, reads=tuple(map(str, range(501))), writes=("orders",))
    wide = {"columnLineage": {"fields": {f"c{n}": {"inputFields": []} for n in range(2_001)}}}
    many["outputs"][0]["facets"] = wide
    assert faults(many) == {"inputs": "too_many", "job.facets.sql.query": "too_long", "outputs.0": "too_many"}
    assert faults(event("orders", eventTime="2026-11-06T00:11:00Z")) == {"eventTime": "future"}


@pytest.mark.parametrize("facets", [None, [], {"sql": 3}, {"sql": {"query": 3}}, {"dbt_node": {"unique_id": {}}}])
def test_facets_of_any_shape_are_no_crash(facets):
    body = event("orders")
    body["job"]["facets"] = facets
    assert read(body, now=NOW).job.text == ""
    body["job"]["facets"] = "x"
    assert faults(body) == {"job.facets": "kind"}


def test_a_job_without_a_run_and_a_data_set_alone():
    body = event("orders", LAST_KNOWN, writes=("orders",))
    del body["run"], body["eventType"]
    seen = read(body, now=NOW)
    assert (seen.kind, seen.is_complete, seen.run_id) == ("job", True, "")
    alone = {"eventTime": body["eventTime"], "producer": "https://x.example", "dataset": body["outputs"][0]}
    assert (read(alone, now=NOW).kind, read(alone, now=NOW).is_complete) == ("dataset", False)


def test_the_events_of_a_run_together_have_the_code_of_any():
    start = read(event("orders", LAST_KNOWN, reads=("a",), eventType="START"), now=NOW)
    end = read(event("orders", writes=("orders",), eventTime="2026-11-05T10:00:00Z"), now=NOW)
    whole = events.merged([end, start])
    assert (whole.event_type, whole.job.text) == ("COMPLETE", LAST_KNOWN)
    assert ([row.name for row in whole.inputs], [row.name for row in whole.outputs]) == (
        ["shop.main.a"],
        ["shop.main.orders"],
    )


def test_the_names_that_dbt_gives_one_model_are_one_identity():
    first, second = event("orders.run", LAST_KNOWN), event("orders.build.run", LAST_KNOWN)
    node = {"unique_id": "model.shop.orders", "original_file_path": "models/orders.sql"}
    for body in (first, second):
        body["job"]["facets"]["dbt_node"] = node
    jobs = [read(body, now=NOW).job for body in (first, second)]
    assert {job.identity for job in jobs} == {"dbt/model.shop.orders"}
    assert {job.label for job in jobs} == {"models/orders.sql"}
    assert jobs[0].key != jobs[1].key


def test_the_dialect_comes_from_the_output_where_the_event_names_none():
    body = event("orders", LAST_KNOWN, writes=("orders",))
    del body["job"]["facets"]["sql"]["dialect"]
    assert read(body, now=NOW).job.dialect == "duckdb"


def test_what_a_model_is_called_is_cut_to_what_is_stored():
    body = event("orders.run", LAST_KNOWN)
    body["job"]["facets"]["dbt_node"] = {"unique_id": "m" * 2_000, "original_file_path": "p" * 2_000}
    job = read(body, now=NOW).job
    assert (len(job.identity), len(job.label)) == (1_600, 1_600)
