"""Delta Lake and Iceberg tables as their own libraries write them, in a data root and in a store."""

from __future__ import annotations

import json
import sys
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import fs

from platform_site.outbound.addresses import networks
from registry.compute.engines.row_source import Unreadable
from registry.compute.places.stores import Store
from registry.compute.places.table_formats import DeltaRows, Folder, IcebergRows
from registry.data.actions import datasets
from tests.neighbours import stores
from tests.neighbours.spark import packages_of
from tests.registry.conftest import drift, events, run_of

__all__ = ["events"]
pytestmark = pytest.mark.neighbours
FIRST = pa.table(
    {"id": [1, 2, 3], "at": pa.array([0, 1, 86_400_000_000], pa.timestamp("us")), "country": ["DE", "FR", "DE"]}
)
SECOND = pa.table({"id": [4], "at": pa.array([5], pa.timestamp("us")), "country": ["US"]})


@pytest.fixture(scope="session", autouse=True)
def libraries():
    sys.path.append(str(packages_of("table-formats")))


@pytest.fixture(scope="session")
def server():
    with pytest.MonkeyPatch.context() as patch:
        secrets = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "hunter2", "AWS_EC2_METADATA_DISABLED": "true"}
        for name, value in secrets.items():
            patch.setenv(name, value)
        with stores.server() as started:
            host = started.endpoint.removeprefix("http://")
            system = fs.S3FileSystem(
                endpoint_override=host, scheme="http", region="us-east-1", allow_bucket_creation=True
            )
            system.create_dir("tables")
            yield started


def delta(address: str, options: dict | None = None) -> None:
    """Two versions: three rows, then one more."""
    from deltalake import write_deltalake

    write_deltalake(address, FIRST, partition_by=["country"], storage_options=options)
    write_deltalake(address, SECOND, mode="append", storage_options=options)


def iceberg(folder, warehouse: str, **properties: str) -> tuple[str, list[int]]:
    """Two snapshots of the same: the table's address, and their ids."""
    from pyiceberg.catalog.sql import SqlCatalog

    catalog = SqlCatalog("x", uri=f"sqlite:///{folder}/catalog.db", warehouse=warehouse, **properties)
    catalog.create_namespace_if_not_exists("shop")
    table = catalog.create_table("shop.orders", schema=FIRST.schema)
    table.append(FIRST)
    table.append(SECOND)
    ids = [snapshot.snapshot_id for snapshot in table.snapshots()]
    catalog.close()
    return table.location(), ids


@pytest.fixture(params=["delta", "iceberg", "delta in a store", "iceberg in a store"])
def two_versions(request, tmp_path, server):
    """A table as a function of its version, and both versions."""
    kind, _, place = request.param.partition(" ")
    name = tmp_path.name
    store = Store("lake", "s3", "tables", "", server.endpoint, "us-east-1")
    if kind == "delta":
        folder = Folder(f"tables/{name}", name, store) if place else Folder(str(tmp_path / "t"), "t")
        delta(folder.address, folder.options)
        return lambda version=None: DeltaRows(folder, version), [0, 1]
    own = {"s3.endpoint": server.endpoint, "s3.region": "us-east-1"} if place else {}
    address, ids = iceberg(tmp_path, f"s3://tables/{name}" if place else f"file://{tmp_path}", **own)
    path = address.partition("://")[2]
    folder = Folder(path, "t", store) if place else Folder(path, "t")
    return lambda version=None: IcebergRows(folder, version), ids


def test_a_table_is_read_as_it_is_and_as_a_version_was(two_versions, tmp_path_factory):
    table, versions = two_versions
    assert [(column.name, column.type) for column in table().describe()] == [
        ("id", "int64"), ("at", "timestamp[us]"), ("country", "string"),
    ]  # fmt: skip
    snapshots = [table(version).snapshot() for version in versions]
    assert [snapshot.rows for snapshot in snapshots] == [3, 4]
    assert snapshots[0].digest != snapshots[1].digest == table().snapshot().digest
    copied = tmp_path_factory.mktemp("copied")
    for version, ids in zip(versions, ([1, 2, 3], [1, 2, 3, 4]), strict=True):
        rows = pq.read_table(table(version).at_hand(copied, columns=("id",)).base)
        assert (rows.column_names, sorted(rows["id"].to_pylist())) == (["id"], ids)
    cut = " WHERE CAST(\"at\" AS TIMESTAMP) >= TIMESTAMP '1970-01-02 00:00:00'"
    assert pq.read_table(table().at_hand(copied, cut).base)["id"].to_pylist() == [3]
    assert table().days("at") == [(date(1970, 1, 1), 3), (date(1970, 1, 2), 1)]
    assert len(table().first_rows(2)) == 2


def test_a_version_that_is_not_there_is_named(two_versions):
    table, _ = two_versions
    with pytest.raises(Unreadable, match="has no version 99"):
        table(99).describe()


@pytest.mark.parametrize("kind", [DeltaRows, IcebergRows])
def test_a_folder_that_is_not_a_table_is_a_sentence_without_its_path(kind, tmp_path):
    (tmp_path / "metadata").mkdir()
    with pytest.raises(Unreadable, match="shown cannot be read as a table of this kind") as refused:
        kind(Folder(str(tmp_path), "shown")).describe()
    assert str(tmp_path) not in str(refused.value)


def test_deletion_vectors_are_refused_rather_than_read_wrong(tmp_path):
    from deltalake import write_deltalake

    write_deltalake(tmp_path / "t", FIRST, configuration={"delta.enableDeletionVectors": "true"})
    with pytest.raises(Unreadable, match="t uses deletion vectors, which are not read here"):
        DeltaRows(Folder(str(tmp_path / "t"), "t")).describe()


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("../secret.parquet", "t names files outside of its own folder"),
        ("link.parquet", "t names files outside of its own folder"),
        ("file://{}/secret.parquet", "t cannot be read"),  # the library takes it for a name below the folder
    ],
)
def test_a_delta_log_that_names_files_elsewhere_is_refused(path, sentence, tmp_path):
    delta(str(tmp_path / "t"))
    pq.write_table(FIRST.drop(["country"]), tmp_path / "secret.parquet")
    (tmp_path / "t" / "link.parquet").symlink_to(tmp_path / "secret.parquet")
    log = tmp_path / "t" / "_delta_log" / f"{1:020}.json"
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    for line in lines:
        if "add" in line:
            line["add"]["path"] = path.format(tmp_path)
    log.write_text("\n".join(map(json.dumps, lines)))
    with pytest.raises(Unreadable, match=sentence):
        DeltaRows(Folder(str(tmp_path / "t"), "t")).at_hand(tmp_path)


def test_an_iceberg_table_chooses_neither_its_files_nor_what_reads_them(tmp_path):
    address, _ = iceberg(tmp_path, f"file://{tmp_path}")
    folder = Folder(address.removeprefix("file://"), "t")
    newest = max((tmp_path / "shop" / "orders" / "metadata").glob("*.metadata.json"))
    content = json.loads(newest.read_text())
    content["properties"]["py-io-impl"] = "nowhere.Evil"
    newest.write_text(json.dumps(content))
    assert IcebergRows(folder).snapshot().rows == 4
    for snapshot in content["snapshots"]:
        snapshot["manifest-list"] = f"file://{tmp_path}/elsewhere.avro"
    newest.write_text(json.dumps(content))
    with pytest.raises(Unreadable, match="names files outside of its own folder"):
        IcebergRows(folder).snapshot()


@pytest.mark.parametrize("connection", ["", "lake"])
def test_a_drift_check_of_two_versions_of_a_table(connection, events, data_root, settings, server, cora):
    from deltalake import write_deltalake

    settings.CONNECTIONS = {"lake": f"s3://tables/checked?endpoint={server.endpoint}&region=us-east-1"}
    settings.OUTBOUND_ALLOW = networks(["127.0.0.1"])
    store = Store("lake", "s3", "tables", "checked", server.endpoint, "us-east-1")
    folder = Folder("tables/checked/events", "", store) if connection else Folder(str(data_root / "events"), "")
    rows = pq.read_table(data_root / "events.parquet")
    write_deltalake(folder.address, rows, storage_options=folder.options)
    write_deltalake(folder.address, rows.slice(0, 6_000), mode="overwrite", storage_options=folder.options)
    for name, location in (("whole", "events@0"), ("half", "events")):
        datasets.add_dataset(
            name=name, kind="delta", location=location, connection=connection, key=["id"], event_time="at", actor=cora
        )
    here = run_of(drift(cora), cora)
    remote = run_of(drift(cora, name="there", reference="whole"), cora)
    assert (remote.outcome, remote.summary, remote.rows) == (here.outcome, here.summary, here.rows), remote.error
    assert [datasets.take_snapshot(datasets.Dataset.objects.get(name=name), actor=cora)[0].rows for name in ("whole", "half")] == [
        12_000, 6_000,
    ]  # fmt: skip
