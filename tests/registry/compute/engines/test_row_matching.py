"""Rows of two sides matched by entity and time."""

from datetime import datetime

import pyarrow as pa
import pytest

from registry.compute.engines.columns import Reader
from registry.compute.engines.duck import EngineFailed
from registry.compute.engines.row_matching import match, match_keys
from tests.registry.compute.engines.sides import written


def moments(*seconds):
    return [datetime(2024, 1, 1, 0, 0, second) for second in seconds]


MATCHES = [
    ("the same time", ([1, 2], [0, 0]), ([2, 1], [0, 0]), 0, [(0, 1), (1, 0)]),
    ("apart by more than nothing", ([1], [0]), ([1], [1]), 0, []),
    ("within the tolerance", ([1], [0]), ([1], [2]), 2, [(0, 0)]),
    ("the nearest of two", ([1], [5]), ([1, 1], [3, 6]), 10, [(0, 1)]),
    ("each row once", ([1, 1], [5, 6]), ([1], [6]), 10, [(1, 0)]),
    ("another entity", ([1], [0]), ([2], [0]), 10, []),
    ("no entity", ([None], [0]), ([None], [0]), 10, []),
    ("twice the same row", ([1, 1], [0, 0]), ([1, 1], [0, 0]), 0, [(0, 0)]),
]


@pytest.mark.parametrize(("why", "trained", "served", "tolerance_s", "pairs"), MATCHES)
def test_rows_are_matched_with_the_nearest_of_their_entity(duck, tmp_path, why, trained, served, tolerance_s, pairs):
    sides = [
        written(tmp_path / f"{name}.parquet", {"id": pa.array(ids, pa.int64()), "at": moments(*seconds)})
        for name, (ids, seconds) in (("t", trained), ("s", served))
    ]
    matched = match(duck, *sides, keys=["id"], tolerance_s=tolerance_s)
    assert list(zip(matched["t"].to_pylist(), matched["s"].to_pylist(), strict=True)) == pairs, why


def test_places_are_those_in_which_columns_are_read(duck, many):
    matched = match(duck, many, many, keys=["n"], tolerance_s=0)
    assert matched.num_rows == Reader(duck, many).rows()
    column = Reader(duck, many).column("n")
    assert column.take(matched["t"]).equals(column.take(matched["s"]))


KEYS = [
    ("any order", [1, 2, 3], [3, 1], [(0, 1), (2, 0)]),
    ("null is not a key", [1, None, None], [None, 1, None], [(0, 1)]),
    ("no rows", [], [1], []),
]


def keyed(tmp_path, trained, served):
    sides = (("t", trained), ("s", served))
    return [written(tmp_path / f"{name}.parquet", {"id": pa.array(ids, pa.int64())}) for name, ids in sides]


@pytest.mark.parametrize(("why", "trained", "served", "pairs"), KEYS)
def test_rows_are_matched_by_a_key_that_identifies_them(duck, tmp_path, why, trained, served, pairs):
    sides = [side._replace(event_time="") for side in keyed(tmp_path, trained, served)]
    matched = match_keys(duck, *sides, keys=["id"])
    assert list(zip(matched["t"].to_pylist(), matched["s"].to_pylist(), strict=True)) == pairs, why


def test_a_key_that_repeats_identifies_nothing(duck, tmp_path):
    with pytest.raises(EngineFailed, match=r"3 trained rows have a key \(id\) that repeats"):
        match_keys(duck, *keyed(tmp_path, [1, 1, 1, 2], [1]), keys=["id"])
