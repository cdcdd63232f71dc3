"""What a location is at a connection, and what it may not be."""

import pytest

from platform_site.errors import Fault
from registry.compute.engines.tables import Table
from registry.data.queries.connections import find

LAKE = "sc://spark:15002/;files=s3a://lake/silver"


@pytest.fixture(autouse=True)
def connections(settings):
    settings.CONNECTIONS = {"lake": LAKE, "bare": "sc://spark", "warehouse": "postgres://reader:secret@db/x"}


@pytest.mark.parametrize(
    ("kind", "location", "place"),
    [
        ("table", "orders", "`orders`"),
        ("table", "sales.orders", "`sales`.`orders`"),
        ("table", "main.sales.orders", "`main`.`sales`.`orders`"),
        ("parquet", "orders/2024", "parquet.`s3a://lake/silver/orders/2024`"),
    ],
)
def test_a_location_behind_spark_is_a_table_or_a_path_below_its_folder(kind, location, place):
    table = find(kind, location, "lake")
    assert (table.place.sql("spark"), table.address) == (place, "sc://spark:15002/")


def test_the_token_reaches_the_cluster_and_no_sentence(settings):
    settings.SPARK_CONNECT_TOKEN = "a;b"
    assert find("table", "orders", "bare").address == "sc://spark/;token=a%3Bb"


def test_a_location_at_postgresql_is_a_table():
    assert find("table", "orders", "warehouse") == Table(
        "warehouse", "postgres://reader:secret@db/x", "public", "orders", 600
    )


@pytest.mark.parametrize(
    ("kind", "location", "connection", "field", "sentence"),
    [
        ("table", "x", "nowhere", "connection", "Choose bare, lake, warehouse."),
        ("table", "a.b.c.d", "lake", "location", "Give table, schema.table or catalog.schema.table."),
        ("table", "a`b", "lake", "location", "is not a table"),
        ("parquet", "../other", "lake", "location", "Give a path below s3a://lake/silver"),
        ("parquet", "/etc", "lake", "location", "without `..`, a scheme or an escape"),
        ("parquet", "a`; DROP", "lake", "location", "without `..`, a scheme or an escape"),
        ("parquet", "orders", "bare", "connection", "adds ;files=s3a://bucket/prefix to CONNECTION_BARE."),
        ("csv", "orders", "lake", "kind", "Behind Spark files are Parquet, not csv."),
        ("csv", "orders", "warehouse", "connection", "which has no files"),
        ("table", "pg_catalog.pg_class", "warehouse", "location", "Choose another schema."),
    ],
)  # fmt: skip
def test_what_is_not_there_is_a_fault_at_its_field(kind, location, connection, field, sentence):
    fault = find(kind, location, connection)
    assert isinstance(fault, Fault)
    assert (fault.field, sentence in fault.message) == (field, True), fault
