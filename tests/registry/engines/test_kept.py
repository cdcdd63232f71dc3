"""A reference that is kept sorted gives what sorting gives, whatever happened to the folder."""

from __future__ import annotations

import math
import os
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.engines import numbers
from registry.engines.kept import HEADER, Kept
from registry.engines.numbers import compare_numbers
from registry.engines.sides import NotNumbers, Store, read_sorted
from registry.stats.column import SortedColumn

COLUMNS = {
    "plain": pa.array([3.0, 1.0, 2.0, -0.0]),
    "nothing": pa.array([None] * 4, pa.float64()),
    "odd": pa.array([math.nan, None, math.inf, -math.inf]),
    "whole": pa.array([2**53 + 1, None, 5, 5]),
    "text": pa.array(["a", "b", "c", None]),
}


@pytest.fixture
def stores(tmp_path):
    parquet.write_table(pa.table(COLUMNS), tmp_path / "a.parquet")
    parquet.write_table(pa.table(COLUMNS).slice(1), tmp_path / "b.parquet")
    return [Store((str(tmp_path / name),)) for name in ("a.parquet", "b.parquet")]


@pytest.fixture
def kept(tmp_path):
    (tmp_path / "kept").mkdir()
    return Kept(tmp_path / "kept")


@pytest.fixture
def read_columns(monkeypatch):
    """The columns that were decoded and sorted, by file."""
    heard = []

    def listening(store, column, room):
        heard.append((Path(store.files[0]).name, column))
        return read_sorted(store, column, room)

    monkeypatch.setattr(numbers, "read_sorted", listening)
    return heard


def entries(kept):
    return sorted(kept.folder.glob("*.sorted"))


@pytest.mark.parametrize("threads", [1, 2])
def test_a_kept_reference_gives_what_sorting_gives(stores, kept, read_columns, threads):
    plain = dict(compare_numbers(stores, list(COLUMNS), threads=threads))
    for _ in range(2):
        read_columns.clear()
        # repr: NaN in a histogram's counts would not equal itself, and -0.0 would equal 0.0.
        found = dict(compare_numbers(stores, list(COLUMNS), threads=threads, kept=kept))
        assert repr(found) == repr(plain)
    again = [column for name, column in read_columns if name == "a.parquet"]
    assert again == ["text"], "what is no number is not kept, and nothing else is sorted again"
    assert len(entries(kept)) == 4
    assert not list(kept.folder.glob("*.partial"))


DAMAGE = {
    "gone": lambda path: path.unlink(),
    "empty": lambda path: path.write_bytes(b""),
    "short": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "long": lambda path: path.write_bytes(path.read_bytes() + b"\0"),
    "of another format": lambda path: path.write_bytes(b"x" * 8 + path.read_bytes()[8:]),
    "of too many values": lambda path: path.write_bytes(
        np.array(
            (int.from_bytes(path.read_bytes()[:8], "little"), 2**40, 0, 0, 2**40, 0, 0, 0, 0.0, 0.0), dtype=HEADER
        ).tobytes()
    ),
    "with a flipped bit": lambda path: path.write_bytes(path.read_bytes()[:-1] + bytes([path.read_bytes()[-1] ^ 1])),
    "with another mean": lambda path: path.write_bytes(
        path.read_bytes()[: HEADER.itemsize - 16] + bytes(8) + path.read_bytes()[HEADER.itemsize - 8 :]
    ),
    "all zeros": lambda path: path.write_bytes(path.read_bytes()[: HEADER.itemsize] + bytes(32)),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


@pytest.mark.parametrize("why", DAMAGE)
def test_a_broken_entry_is_sorted_again(stores, kept, why):
    plain = list(compare_numbers(stores, ["plain"]))
    list(compare_numbers(stores, ["plain"], kept=kept))
    (entry,) = entries(kept)
    sound = entry.read_bytes()
    DAMAGE[why](entry)
    assert repr(list(compare_numbers(stores, ["plain"], kept=kept))) == repr(plain)
    if why != "a folder":
        assert entry.read_bytes() == sound


def test_changed_files_are_other_content_and_moved_ones_are_not(stores, kept, read_columns, tmp_path):
    list(compare_numbers(stores, ["plain"], kept=kept))
    Path(stores[0].files[0]).rename(tmp_path / "moved.parquet")
    read_columns.clear()
    list(compare_numbers([Store((str(tmp_path / "moved.parquet"),)), stores[1]], ["plain"], kept=kept))
    assert read_columns == [("b.parquet", "plain")]
    parquet.write_table(pa.table({"plain": [9.0, 9.0]}), tmp_path / "moved.parquet")
    (found,) = compare_numbers([Store((str(tmp_path / "moved.parquet"),)), stores[1]], ["plain"], kept=kept)
    assert found[1].summaries[0].smallest == 9.0


def test_what_was_used_longest_ago_goes_first(stores, kept):
    some = kept._replace(most_bytes=2 * (HEADER.itemsize + 32) + 64)
    for name in ("plain", "whole"):
        list(compare_numbers(stores, [name], kept=kept._replace(most_bytes=10_000)))
        for age, entry in enumerate(entries(kept)):
            os.utime(entry, (1_000 + age, 1_000 + age))
    first, used = sorted(entries(kept), key=lambda path: path.stat().st_mtime)
    os.utime(used)
    list(compare_numbers(stores, ["odd"], kept=some))
    left = entries(kept)
    assert first not in left
    assert sum(path.stat().st_size for path in kept.folder.iterdir()) <= some.most_bytes


def test_what_is_larger_than_the_folder_may_be_is_not_kept(stores, kept):
    list(compare_numbers(stores, ["plain"], kept=kept._replace(most_bytes=50)))
    assert not entries(kept)


def test_a_folder_that_is_not_there_keeps_nothing_and_a_missing_file_is_its_columns_trouble(stores, tmp_path):
    nowhere = Kept(tmp_path / "nowhere")
    assert repr(list(compare_numbers(stores, ["plain"], kept=nowhere))) == repr(
        list(compare_numbers(stores, ["plain"]))
    )

    def sort():
        raise NotNumbers("no file")

    with pytest.raises(NotNumbers):
        nowhere.sorted_column(["/gone.parquet"], "plain", np.empty(1), sort)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(allow_nan=False), max_size=30), st.integers(0, 5), st.integers(0, 5))
def test_whatever_was_kept_comes_back_to_the_last_bit(values, nulls, nans):
    ordered = np.sort(np.array(values, dtype=np.float64))
    column = SortedColumn(ordered, ordered.size + nulls + nans, nulls, nans)

    def never():
        raise AssertionError("it was kept")

    with tempfile.TemporaryDirectory() as name:
        source = Path(name) / "source"
        source.write_bytes(b"rows")
        kept = Kept(Path(name))
        kept.sorted_column([str(source)], "c", np.empty(column.rows), lambda: column)
        again = kept.sorted_column([str(source)], "c", np.empty(column.rows), never)
    assert again.numbers.tobytes() == ordered.tobytes()
    assert (again.rows, again.nulls, again.nans) == (column.rows, nulls, nans)
    assert repr(again.shape) == repr(column.shape)
