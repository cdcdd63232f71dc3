"""Rows that lie elsewhere, copied by column; here from memory."""

from datetime import date

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from registry.compute.engines.cancellation import Stopped
from registry.compute.engines.row_source import Snapshot, Unreadable
from registry.compute.places.arrow_rows import ArrowRows

ROWS = pa.table(
    {"id": range(1_000), "at": pa.array([n // 500 for n in range(1_000)], pa.date32()), "a b": ["x"] * 1_000}
)


class InMemory(ArrowRows):
    """A table; ``scans``: the columns of each scan."""

    def __init__(self):
        self.scans = []

    def arrow_schema(self):
        return ROWS.schema

    def snapshot(self):
        return Snapshot("digest", ROWS.num_rows, self.describe())

    def scanned(self, columns):
        self.scans.append(columns)
        return ds.dataset(ROWS.select(columns))

    def failure(self, error):
        return Unreadable("It cannot be read.")


@pytest.fixture
def rows():
    return InMemory()


def test_only_the_columns_of_a_check_and_of_its_cut_are_scanned(rows, tmp_path):
    files = rows.at_hand(
        tmp_path, " WHERE CAST(\"at\" AS TIMESTAMP) < TIMESTAMP '1970-01-02 00:00:00'", columns=("id", "gone")
    )
    copied = pq.read_table(files.base)
    assert (copied.column_names, copied.num_rows, rows.scans) == (["id"], 500, [["id", "at"]])


def test_all_columns_are_copied_when_none_is_named(rows, tmp_path):
    assert pq.read_table(rows.at_hand(tmp_path).base).equals(ROWS.cast(pq.read_schema(rows.at_hand(tmp_path).base)))


def test_nothing_that_matches_is_a_file_without_rows(rows, tmp_path):
    files = rows.at_hand(tmp_path, ' WHERE "id" < 0', columns=("a b",))
    assert (pq.read_metadata(files.base).num_rows, pq.read_schema(files.base).names) == (0, ["a b"])


def test_a_sample_has_about_its_size(rows, tmp_path):
    assert 30 < pq.read_metadata(rows.at_hand(tmp_path, most_rows=100).base).num_rows < 200


def test_first_rows_and_days(rows):
    assert [row["id"] for row in rows.first_rows(2)] == [0, 1]
    assert rows.days("at") == [(date(1970, 1, 1), 500), (date(1970, 1, 2), 500)]


def test_it_can_be_stopped(rows, tmp_path, monkeypatch):
    class Slow(InMemory):
        def scanned(self, columns):
            def batches():
                while True:
                    yield ROWS.select(columns).to_batches()[0]

            return pa.RecordBatchReader.from_batches(ROWS.select(columns).schema, batches())

    with pytest.raises(Stopped):
        Slow().at_hand(tmp_path, columns=("id",), stopped=lambda: True)


def test_an_error_of_a_library_is_our_own_sentence(tmp_path):
    class Unreliable(InMemory):
        def scanned(self, columns):
            raise OSError("Mrs Smith")

    with pytest.raises(Unreadable, match=r"It cannot be read\."):
        Unreliable().at_hand(tmp_path)
