"""Names of data sets in other tools."""

from __future__ import annotations

import pytest

from registry.lineage.rules.matching import is_same_address, is_same_file, last_name, postgres_address

ADDRESS = postgres_address("postgres://reader:secret@DB.example/shop", "orders")


@pytest.mark.parametrize(
    ("name", "last"),
    [("shop.main.Orders", "orders"), ("s3://lake/orders.csv", "orders"), ("orders", "orders"), ("", ""), ("a/b/", "b")],
)
def test_the_last_part_of_a_name(name, last):
    assert last_name(name) == last


def test_the_same_table_of_the_same_server():
    assert ADDRESS == ("postgres://db.example:5432", "shop.public.orders")
    assert is_same_address("postgres://db.example:5432", 'shop."public".orders', ADDRESS)
    assert is_same_address("postgresql://DB.example", "shop.public.orders", ADDRESS)
    assert not is_same_address("postgres://db.example:5433", "shop.public.orders", ADDRESS)
    assert not is_same_address("postgres://db.example:5432", "test.public.orders", ADDRESS)


def test_a_file_of_this_machine():
    paths = frozenset({"/data/orders.parquet"})
    assert is_same_file("file", "/data/orders.parquet", paths)
    assert not is_same_file("s3://data", "/data/orders.parquet", paths)
    assert not is_same_file("file", "/data/other.parquet", paths)
