import numpy as np
import pytest

from registry.compute.engines.external_sort import sorted_on_disk


@pytest.mark.parametrize("rows", [0, 1, 9, 10, 11, 20, 21, 95])
def test_a_column_is_sorted_whatever_its_length_is_beside_the_buffer(tmp_path, rows):
    values = np.random.default_rng(rows).integers(-5, 5, rows).astype(float)
    values[::7] = np.nan
    numbers, nans = sorted_on_disk(np.array_split(values, 4), np.empty(10), tmp_path)
    assert numbers.tolist() == sorted(values[~np.isnan(values)].tolist())
    assert nans == int(np.isnan(values).sum())
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("run")] or rows <= 10
