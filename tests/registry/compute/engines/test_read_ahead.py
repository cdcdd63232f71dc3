"""Columns that are computed ahead of the consumer."""

import threading

import pytest

from registry.compute.engines.read_ahead import in_order


def test_results_come_in_the_order_of_the_columns_whichever_is_ready_first():
    second_is_done = threading.Event()

    def work(column):
        if column == "a":
            second_is_done.wait(5)
        else:
            second_is_done.set()
        return column

    assert list(in_order([work, work], ["a", "b", "c"])) == ["a", "b", "c"]


def test_a_worker_has_one_column_at_a_time():
    busy, most = [], []

    def work(column):
        busy.append(column)
        most.append(len(busy))
        busy.remove(column)

    list(in_order([work], [str(number) for number in range(30)]))
    assert max(most) == 1


def test_no_more_is_computed_ahead_than_the_workers_can_hold():
    begun = []
    results = in_order([begun.append], [str(number) for number in range(50)])
    next(results)
    results.close()
    assert len(begun) <= 4


def test_an_error_of_a_worker_is_raised_at_its_column():
    results = in_order([int], ["1", "x", "3"])
    assert next(results) == 1
    with pytest.raises(ValueError, match="'x'"):
        next(results)


def test_without_columns_nothing_is_computed():
    assert list(in_order([int], [])) == []
