"""The engine for our own statements: columns stay lined up, a long one stops, trouble says what to do."""

import time
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from registry.compute.engines.cancellation import Stopped
from registry.compute.engines.columns import Reader, Side
from registry.compute.engines.duck import EngineFailed, opened
from registry.compute.engines.files import Files
from registry.compute.engines.row_matching import match

MIB = 2**20
ODD = 'a "quoted" name; --'


def written(path, table, **options) -> Side:
    pq.write_table(pa.table(table), path, **options)
    return Side(Files(path, (path,), "parquet"), "at")


@pytest.fixture
def duck():
    with opened(memory_bytes=256 * MIB) as engine:
        yield engine


@pytest.fixture
def many(tmp_path):
    """200,000 rows in small row groups, cut at the half."""
    rows = range(200_000)
    at = [datetime(2024, 1, 1 + row % 28, 12) for row in rows]
    side = written(
        tmp_path / "it's.parquet", {"n": rows, ODD: [row * 2 for row in rows], "at": at}, row_group_size=1_000
    )
    return side._replace(since=datetime(2024, 1, 10), until=datetime(2024, 1, 20))


def test_columns_read_one_after_the_other_stay_lined_up(duck, many):
    reader = Reader(duck, many)
    first, second = reader.column("n").to_numpy(), reader.column(ODD).to_numpy()
    assert first.size == reader.rows() == len(reader.windows("day"))
    assert (second == first * 2).all()
    assert (first[1:] > first[:-1]).all()


def test_the_cut_includes_its_beginning_and_not_its_end(duck, many):
    days = set(Reader(duck, many).windows("day").to_pylist())
    assert (min(days).day, max(days).day) == (10, 19)
    assert {day.day for day in Reader(duck, many).windows("week").to_pylist()} == {8, 15}


def test_a_long_statement_stops_when_nobody_wants_it():
    began = time.monotonic()
    with opened(memory_bytes=256 * MIB, stopped=lambda: True) as engine, pytest.raises(Stopped):
        engine.rows("SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("SELECT list(range) FROM range(100000000)", "memory"),
        ("SELECT CAST('secret' AS INTEGER)", "does not fit"),
        ("SELECT * FROM read_parquet('/nowhere.parquet')", "IOException"),
    ],
)
def test_what_fails_says_what_to_do_and_quotes_no_data(duck, sql, says):
    with pytest.raises(EngineFailed, match=says) as failed:
        duck.rows(sql)
    assert "secret" not in str(failed.value)


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
    found = match(duck, *sides, keys=["id"], tolerance_s=tolerance_s)
    assert list(zip(found["t"].to_pylist(), found["s"].to_pylist(), strict=True)) == pairs, why


def test_places_are_those_in_which_columns_are_read(duck, many):
    found = match(duck, many, many, keys=["n"], tolerance_s=0)
    assert found.num_rows == Reader(duck, many).rows()
    column = Reader(duck, many).column("n")
    assert column.take(found["t"]).equals(column.take(found["s"]))


def test_the_rows_of_whole_parquet_files_are_known_without_an_engine(tmp_path):
    whole = written(tmp_path / "a.parquet", {"n": range(7)})
    with opened(memory_bytes=256 * MIB) as engine:
        assert Reader(engine, whole).rows() == 7
        assert "connection" not in vars(engine), "nothing was asked of it"
        assert Reader(engine, whole._replace(every=2)).rows() == 3


def test_a_file_that_is_gone_is_told_by_the_engine(duck, tmp_path):
    gone = written(tmp_path / "a.parquet", {"n": range(7)})
    (tmp_path / "a.parquet").unlink()
    with pytest.raises(EngineFailed, match="may have changed"):
        Reader(duck, gone).rows()
