"""What counts as evidence of parity."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.features.rules.parity_evidence import (
    ReadData,
    Taken,
    data_changed,
    is_over_all_rows,
    read_otherwise,
    why_no_answer,
)

PARAMETERS = {"trained": "aaaa", "current": "bbbb", **ParityParameters().as_dict()}


@pytest.mark.parametrize(
    ("changed", "is_evidence"),
    [
        ({}, True),
        ({"dataset": ""}, True),
        ({"dataset": "heldout"}, False),
        ({"proposed": {}}, False),
        ({"limit": 0.01}, False),
        ({"atol": 1.0}, False),
        ({"rtol": 0.5}, False),
        ({"slice": "country"}, False),
        ({"trained_dataset": "before", "current_dataset": "after"}, False),
    ],
)
def test_only_a_check_of_all_rows_without_more_tolerance_is_evidence(changed, is_evidence):
    assert is_over_all_rows(PARAMETERS | changed) is is_evidence


PLACE = {
    "role": "source", "dataset": "orders", "kind": "parquet", "location": "orders.parquet", "connection": "",
    "snapshot": "aa", "source_version": "1234",
}  # fmt: skip


@pytest.mark.parametrize(
    ("later", "rows", "sentence"),
    [
        (PLACE, 100, ""),
        (PLACE, 101, ""),
        (PLACE | {"snapshot": "bb"}, 100, ""),
        (PLACE | {"reading": "r2"}, 100, ""),  # how the earlier run read them is not known
        (PLACE, 99, "it compared 99 rows, and the run before it 100"),
        (
            PLACE | {"source_version": "5678"},
            100,
            "it read orders (orders.parquet) by source version 5678, and the run before it orders (orders.parquet) by "
            "source version 1234",
        ),
        (
            PLACE | {"dataset": "few", "location": "few.parquet", "source_version": ""},
            100,
            "it read few (few.parquet), and the run before it orders (orders.parquet) by source version 1234",
        ),
    ],
)
def test_a_run_answers_an_earlier_one_over_the_same_data_and_at_least_its_rows(later, rows, sentence):
    assert why_no_answer(ReadData([PLACE], 100), ReadData([later], rows)) == sentence


def test_a_run_that_reads_the_files_otherwise_answers_nothing():
    """Another null marker makes nulls of the values that differed, on both sides."""
    earlier = ReadData([PLACE | {"reading": "r1"}], 100)
    assert why_no_answer(earlier, ReadData([PLACE | {"reading": "r1"}], 100)) == ""
    sentence = "the files of orders are read otherwise than in the run before it"
    assert why_no_answer(earlier, ReadData([PLACE | {"reading": "r2"}], 100)) == sentence


@pytest.mark.parametrize(
    ("entry", "readings", "otherwise"),
    [
        ({"dataset": "orders", "reading": "r1"}, {"orders": "r1"}, False),
        ({"dataset": "orders", "reading": "r1"}, {"orders": "r2"}, True),
        ({"dataset": "orders", "reading": "r1"}, {}, True),
        ({"dataset": "orders"}, {"orders": "r2"}, False),
    ],
)
def test_what_a_run_read_may_be_read_otherwise_now(entry, readings, otherwise):
    assert read_otherwise([{"dataset": "more"}, entry], readings) is otherwise
    assert read_otherwise([], readings) is False


def test_runs_of_which_nobody_recorded_what_they_read_are_taken_to_have_read_the_same():
    assert why_no_answer(ReadData([], 100), ReadData([PLACE], 100)) == ""
    assert why_no_answer(ReadData([PLACE], None), ReadData([PLACE], None)) == ""


def at(hour: int) -> datetime:
    return datetime(2026, 11, 29, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("snapshots", "changed"),
    [
        ([], False),
        ([Taken(at(8), "a")], False),
        ([Taken(at(8), "a"), Taken(at(13), "a")], False),
        ([Taken(at(8), "a"), Taken(at(13), "b")], True),
        ([Taken(at(8), "a"), Taken(at(13), "b"), Taken(at(14), "a")], True),
        ([Taken(at(7), "a"), Taken(at(8), "b"), Taken(at(13), "a")], True),
        ([Taken(at(12), "a"), Taken(at(13), "a")], False),
        ([Taken(at(13), "a")], True),  # nobody can tell whether the run saw the same
    ],
)
def test_the_data_changed_where_a_later_snapshot_shows_it(snapshots, changed):
    assert data_changed(snapshots, since=at(12)) is changed
