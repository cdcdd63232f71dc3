"""Data sets, snapshots and source tables: what is refused, and what is recorded."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from platform_site.access import Actor, Role
from platform_site.audit.models import AuditEvent
from platform_site.errors import Invalid, NotAllowed, Refused
from registry.data.actions.datasets import add_dataset, take_snapshot
from registry.models import Dataset

VIEWER = Actor("vera", frozenset({Role.VIEWER}), frozenset({"forecasting"}))


def faults(refused) -> dict[str, str]:
    return {fault.field: fault.message for fault in refused.value.faults}


def test_every_fault_of_a_data_set_is_named_at_once(cora, data_root):
    with pytest.raises(Invalid) as refused:
        add_dataset(name="No Name", kind="xml", location="../x", actor=cora)
    assert set(faults(refused)) == {"name", "kind", "location"}
    assert faults(refused)["kind"] == "'xml' is not a kind of data set. Choose parquet, csv, table, delta, iceberg."
    assert not Dataset.objects.exists()


def test_columns_that_the_data_does_not_have_are_named_with_those_it_has(orders, cora):
    with pytest.raises(Invalid) as refused:
        add_dataset(
            name="again", kind="parquet", location="orders.parquet", key=["order"], event_time="day", actor=cora
        )
    assert set(faults(refused)) == {"key", "event_time"}
    assert "no column 'order'. It has customer_id, date, order_count, order_id." in faults(refused)["key"]


def test_a_name_is_taken_once(orders, cora):
    with pytest.raises(Invalid, match="There is already a data set orders"):
        add_dataset(name="orders", kind="parquet", location="orders.parquet", actor=cora)


def test_the_same_content_gives_the_same_snapshot_and_no_second_event(orders, cora, data_root):
    first = orders.current.dataset.snapshots.get()
    events = AuditEvent.objects.count()
    assert take_snapshot(orders.current.dataset, actor=cora) == (first, False)
    assert AuditEvent.objects.count() == events
    pq.write_table(pa.table({"order_id": [1], "date": [None]}), data_root / "orders.parquet")
    changed, created = take_snapshot(orders.current.dataset, actor=cora)
    assert (created, changed.rows, changed.digest != first.digest) == (True, 1, True)
    assert AuditEvent.objects.order_by("sequence").last().action == "dataset.snapshot_taken"


def test_files_that_cannot_be_read_give_no_snapshot(orders, cora, data_root):
    (data_root / "orders.parquet").write_bytes(b"not parquet")
    with pytest.raises(Refused) as refused:
        take_snapshot(orders.current.dataset, actor=cora)
    assert refused.value.code == "dataset_unreadable"


def test_a_viewer_describes_nothing(orders):
    for act in (
        lambda: add_dataset(name="more", kind="parquet", location="orders.parquet", actor=VIEWER),
        lambda: take_snapshot(orders.current.dataset, actor=VIEWER),
    ):
        with pytest.raises(NotAllowed):
            act()


TABLE_FAULTS = [
    ("an unknown connection", {"connection": "elsewhere"}, "connection", "Choose warehouse."),
    ("no connection", {"connection": ""}, "connection", "There is no connection ''"),
    ("a table that is not there", {"location": "gone"}, "location", "There is no table public.gone"),
    ("three names", {"location": "a.b.c"}, "location", "schema.table"),
    ("the server's own table", {"location": "pg_catalog.pg_class"}, "location", "own tables"),
    ("a column that is not there", {"key": ["nope"]}, "key", "no column 'nope'"),
    ("a file with a connection", {"kind": "parquet", "location": "events.parquet"}, "connection", "which has no files"),
]


@pytest.mark.parametrize(("why", "changed", "field", "sentence"), TABLE_FAULTS)
def test_a_table_that_cannot_be_described_says_what_to_change(why, changed, field, sentence, in_warehouse, cora):
    values = {"name": "again", "kind": "table", "location": "events", "connection": "warehouse"} | changed
    with pytest.raises(Invalid) as invalid:
        add_dataset(**values, actor=cora)
    assert [(fault.field, sentence in fault.message) for fault in invalid.value.faults] == [(field, True)], why


def test_no_record_holds_the_address(in_warehouse, postgres_server):
    event = AuditEvent.objects.get(subject="dataset:events_there")
    assert '"connection":"warehouse"' in event.payload
    assert postgres_server not in repr([vars(event), vars(in_warehouse)])


def test_a_snapshot_is_the_same_until_the_rows_change(in_warehouse, warehouse, cora):
    first, created = take_snapshot(in_warehouse, actor=cora)
    assert (created, first.rows) == (True, 12_000)
    assert take_snapshot(in_warehouse, actor=cora) == (first, False)
    warehouse.execute("UPDATE events SET calm = 0 WHERE id = 0")
    assert take_snapshot(in_warehouse, actor=cora)[1] is True
