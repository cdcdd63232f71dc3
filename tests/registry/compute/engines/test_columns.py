"""One side, column by column: the cut by time and entity, every n-th row, rows that stay lined up."""

from datetime import date, datetime
from typing import NamedTuple

import pytest

from registry.compute.engines.columns import Entities, Reader, Side, at_hand
from registry.compute.engines.duck import EngineFailed, opened
from registry.compute.engines.tables import Table
from tests.registry.compute.engines.sides import MIB, ODD, written


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


def test_the_rows_of_whole_parquet_files_are_known_without_an_engine(tmp_path):
    whole = written(tmp_path / "a.parquet", {"n": range(7)})
    with opened(memory_bytes=256 * MIB) as engine:
        assert Reader(engine, whole).rows() == 7
        assert "connection" not in vars(engine), "nothing was asked of it"
        assert Reader(engine, whole._replace(every=2)).rows() == 3


def test_a_file_that_is_gone_is_reported_by_the_engine(duck, tmp_path):
    gone = written(tmp_path / "a.parquet", {"n": range(7)})
    (tmp_path / "a.parquet").unlink()
    with pytest.raises(EngineFailed, match="may have changed"):
        Reader(duck, gone).rows()


def test_the_days_are_those_of_the_cut_and_none_without_rows(duck, many):
    days = Reader(duck, many).days()
    assert (days[0][0], days[-1][0]) == (date(2024, 1, 10), date(2024, 1, 19))
    assert sum(rows for _, rows in days) == Reader(duck, many).rows()
    assert Reader(duck, many._replace(since=datetime(2030, 1, 1), until=None)).days() == []


def test_the_same_entities_are_chosen_on_any_two_sides(duck, tmp_path):
    ids, chosen = list(range(200)), Entities(("id",), 4)
    first = written(tmp_path / "a.parquet", {"id": ids})._replace(entities=chosen)
    second = written(tmp_path / "b.parquet", {"id": ids[::-1] * 2})._replace(entities=chosen)
    of_sides = [set(Reader(duck, side).column("id").to_pylist()) for side in (first, second)]
    assert of_sides[0] == of_sides[1]
    assert 0 < len(of_sides[0]) < 200
    assert not first.is_whole


def test_a_table_has_to_be_copied_before_an_engine_reads_it():
    side = Side(Table("warehouse", "postgres://secret", "public", "orders", 60))
    with pytest.raises(TypeError, match="Table orders has to be copied") as refused:
        _ = side.local_files
    assert "secret" not in str(refused.value)


class Inputs(NamedTuple):
    left: Side
    right: Side
    limit: float


def test_inputs_over_files_stay_as_they_are(tmp_path):
    side = written(tmp_path / "a.parquet", {"n": [1]})
    inputs = Inputs(side, side, 0.5)
    assert at_hand(inputs, tmp_path) == inputs


def test_a_copy_holds_the_rows_of_the_cut_under_the_new_names(duck, many, tmp_path):
    Reader(duck, many).copy(['"n" AS first'], tmp_path / "it's a copy.parquet")
    copy = many.local_files._replace(base=tmp_path, paths=(tmp_path / "it's a copy.parquet",))
    copied = Reader(duck, Side(copy))
    assert (copied.names(), copied.rows()) == (["first"], Reader(duck, many).rows())
