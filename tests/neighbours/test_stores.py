"""Checks of Parquet files in a store that speaks S3: only what a check needs is transferred."""

from __future__ import annotations

import time
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import fs

from platform_site.errors import Invalid
from platform_site.outbound.addresses import networks
from registry.compute.engines.row_source import Unreadable
from registry.compute.places.stores import Store, StoredFiles
from registry.data.actions import datasets
from tests.neighbours import stores
from tests.registry.conftest import FIXED, drift, events, register, run_of, source_changed

__all__ = ["events"]
pytestmark = pytest.mark.neighbours
FILES, ROWS_OF_EACH, GROUP = 100, 20_000, 4_000
HOUR = 3_600_000_000


@pytest.fixture(scope="session")
def server():
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "hunter2",
            "AWS_EC2_METADATA_DISABLED": "true",
        }.items():
            patch.setenv(name, value)
        with stores.server() as started:
            yield started


@pytest.fixture(scope="session")
def system(server):
    host = server.endpoint.removeprefix("http://")
    opened = fs.S3FileSystem(endpoint_override=host, scheme="http", region="us-east-1", allow_bucket_creation=True)
    opened.create_dir("lake")
    return opened


@pytest.fixture(scope="session")
def store(server, system):
    return Store("lake", "s3", "lake", "silver", server.endpoint, "us-east-1")


@pytest.fixture(scope="session")
def hundred(system, store):
    """A hundred files of six columns, each of a hundred days, in five row groups each; and their size."""
    random, size = np.random.default_rng(1), 0
    for number in range(FILES):
        hours = np.arange(ROWS_OF_EACH) // (ROWS_OF_EACH // 24) + number * 24
        rows = {f"column_{n}": random.normal(size=ROWS_OF_EACH) for n in range(5)}
        rows |= {"at": pa.array(hours * HOUR, pa.timestamp("us"))}
        path = f"lake/silver/hundred/part={number % 4}/{number}.parquet"
        pq.write_table(pa.table(rows), path, filesystem=system, row_group_size=GROUP)
        size += system.get_file_info(path).size
    return size


def test_a_check_over_a_hundred_files_reads_the_columns_and_row_groups_that_it_needs(server, store, hundred, tmp_path):
    data, footers = (
        StoredFiles(store, "hundred"),
        FILES * 68_000,
    )  # pyarrow reads the last 64 KiB of a file to begin with
    before = server.received
    snapshot = data.snapshot()
    described = server.received - before
    assert (snapshot.rows, len(snapshot.schema)) == (FILES * ROWS_OF_EACH, 7)
    assert described < footers
    before = server.received
    whole = data.at_hand(tmp_path, columns=("column_0",))
    of_a_column = server.received - before
    assert (whole.describe()[0].name, pq.read_metadata(whole.base).num_rows) == ("column_0", FILES * ROWS_OF_EACH)
    assert of_a_column < footers + hundred / 4, (hundred, described, of_a_column)
    before = server.received
    first_day = " WHERE CAST(\"at\" AS TIMESTAMP) < TIMESTAMP '1970-01-02 00:00:00.000000'"
    cut = data.at_hand(tmp_path, first_day, columns=("column_0", "at"))
    of_a_day = server.received - before
    assert pq.read_metadata(cut.base).num_rows == ROWS_OF_EACH // 24 * 24
    assert of_a_day < footers + hundred / 50, (hundred, described, of_a_column, of_a_day)


def test_the_digest_changes_with_the_content_and_not_otherwise(system, store):
    digests = []
    for value in (1, 1, 2):
        pq.write_table(pa.table({"x": [value]}), "lake/silver/digest/a.parquet", filesystem=system)
        digests.append(StoredFiles(store, "digest").snapshot().digest)
    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize(
    ("location", "names"),
    [
        ("names", ["a.parquet", "b=1/c.parquet"]),
        ("names/*.parquet", ["a.parquet"]),
        ("names/**/c.parquet", ["b=1/c.parquet"]),
        ("names/a.parquet", ["a.parquet"]),
    ],
)
def test_a_location_is_a_file_a_folder_or_a_pattern(system, store, location, names):
    for name in ("a.parquet", "b=1/c.parquet", "_temporary/d.parquet", ".hidden.parquet", "notes.txt"):
        pq.write_table(pa.table({"x": [1]}), f"lake/silver/names/{name}", filesystem=system)
    assert [file.path.removeprefix("lake/silver/names/") for file in StoredFiles(store, location).files()] == names


@pytest.mark.parametrize(
    ("changed", "location", "sentence"),
    [
        ({}, "nothing", "There is nothing at 'nothing' of connection lake"),
        ({"bucket": "nobucket"}, "x", "or no such bucket"),
        ({"endpoint": "http://127.0.0.1:1"}, "x", "Connection lake does not answer."),
        ({}, "table", "Choose the kind delta."),
    ],
)
def test_what_cannot_be_read_is_a_sentence(system, store, changed, location, sentence):
    pq.write_table(pa.table({"x": [1]}), "lake/silver/table/_delta_log/x.parquet", filesystem=system)
    began = time.monotonic()
    with pytest.raises(Unreadable, match=sentence):
        StoredFiles(Store(**(vars(store) | changed)), location).describe()
    assert time.monotonic() - began < 10


@pytest.fixture
def lake(server, system, settings):
    settings.CONNECTIONS = {"lake": f"s3://lake/silver?endpoint={server.endpoint}&region=us-east-1"}
    settings.OUTBOUND_ALLOW = networks(["127.0.0.1"])
    return system


def test_a_drift_check_over_a_store_is_that_over_the_same_file(lake, events, data_root, cora):
    rows = pq.read_table(data_root / "events.parquet")
    for part in range(3):
        pq.write_table(rows.slice(part * 4_000, 4_000), f"lake/silver/events/{part}.parquet", filesystem=lake)
    datasets.add_dataset(
        name="events_there",
        kind="parquet",
        location="events",
        connection="lake",
        key=["id"],
        event_time="at",
        actor=cora,
    )
    for parameters in ({}, {"window": "day", "calibrated": True}):
        here = run_of(drift(cora, name=f"here_{len(parameters)}", **parameters), cora)
        remote = run_of(drift(cora, name=f"there_{len(parameters)}", reference="events_there", **parameters), cora)
        assert (remote.outcome, remote.summary, remote.rows) == (here.outcome, here.summary, here.rows), remote.error


def test_definition_parity_over_a_store_is_that_over_the_same_file(lake, orders, feature, data_root, cora):
    check = register(FIXED, cora).run.check_definition
    over_files = run_of(check, cora)
    pq.write_table(pq.read_table(data_root / "orders.parquet"), "lake/silver/orders.parquet", filesystem=lake)
    datasets.add_dataset(name="orders_there", kind="parquet", location="orders.parquet", connection="lake", actor=cora)
    source_changed(orders, cora, dataset="orders_there")
    remote = run_of(check, cora)
    assert (remote.outcome, remote.summary) == (over_files.outcome, over_files.summary), remote.error


def test_an_endpoint_that_nobody_allowed_is_not_asked(lake, settings, cora):
    settings.OUTBOUND_ALLOW = ()
    with pytest.raises(Invalid) as refused:
        datasets.add_dataset(name="x", kind="parquet", location="x", connection="lake", actor=cora)
    [fault] = refused.value.faults
    assert (fault.field, "OUTBOUND_ALLOW" in fault.message) == ("connection", True)


def test_days_and_first_rows_are_read(store, hundred):
    data = StoredFiles(store, "hundred")
    assert data.days("at")[0][0] == datetime(1970, 1, 1).date()
    assert len(data.first_rows(3)) == 3
