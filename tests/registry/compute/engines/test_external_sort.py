"""Columns that are sorted on disk in a buffer that is shorter than they are."""

import numpy as np
import pytest

from registry.compute.engines.external_sort import sorted_on_disk


@pytest.mark.parametrize("room", [1, 2, 7, 99, 100, 101])
def test_numbers_are_those_of_a_sort_in_memory_whatever_the_buffer_holds(room, tmp_path):
    values = np.random.default_rng(5).normal(size=100).round(1)
    numbers, nans = sorted_on_disk(np.split(values, [3, 3, 60]), np.empty(room), tmp_path)
    assert (numbers.tolist(), nans) == (sorted(values.tolist()), 0)


def test_nan_is_counted_and_infinities_are_sorted(tmp_path):
    chunks = [np.array([np.nan, np.inf, 1.0]), np.array([np.nan, -np.inf, np.nan])]
    numbers, nans = sorted_on_disk(chunks, np.empty(2), tmp_path)
    assert (numbers.tolist(), nans) == ([-np.inf, 1.0, np.inf], 3)


@pytest.mark.parametrize("chunks", [[], [np.empty(0)], [np.full(5, np.nan)]], ids=["none", "empty", "NaN alone"])
def test_without_a_number_nothing_is_left(chunks, tmp_path):
    numbers, nans = sorted_on_disk(chunks, np.empty(2), tmp_path)
    assert (numbers.size, nans) == (0, sum(chunk.size for chunk in chunks))


def test_a_value_that_is_repeated_more_often_than_the_buffer_is_long(tmp_path):
    numbers, _ = sorted_on_disk([np.array([3.0] * 20 + [1.0, 5.0])], np.empty(4), tmp_path)
    assert numbers.tolist() == [1.0, *[3.0] * 20, 5.0]


def test_only_the_sorted_file_is_left_on_disk(tmp_path):
    sorted_on_disk([np.arange(10.0)], np.empty(3), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["sorted"]


@pytest.mark.parametrize("rows", [9, 10, 11, 20, 21, 95])
def test_a_column_is_sorted_whatever_its_length_is_beside_the_buffer(tmp_path, rows):
    values = np.random.default_rng(rows).integers(-5, 5, rows).astype(float)
    values[::7] = np.nan
    numbers, nans = sorted_on_disk(np.array_split(values, 4), np.empty(10), tmp_path)
    assert numbers.tolist() == sorted(values[~np.isnan(values)].tolist())
    assert nans == int(np.isnan(values).sum())
