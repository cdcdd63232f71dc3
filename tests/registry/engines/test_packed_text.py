"""Short texts counted as whole numbers: what DuckDB counts is the oracle."""

from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.engines.category_counts import COUNTED, count_categories
from registry.engines.duck import opened
from registry.engines.packed_text import BYTES_OF_A_ROW, TooLong, count_short_text, counted, packed, unpacked
from registry.engines.sides import Store

MEMORY = 1 << 28
RANDOM = np.random.default_rng(11)
CODES = [f"order {code:05}" for code in range(3_000)]


def stored(path, values, kind=None, **options):
    kind = kind or pa.string()
    parquet.write_table(pa.table({"c": pa.array(values, kind)}), path, use_dictionary=False, **options)
    return Store((str(path),))


def by_the_engine(stores):
    with opened(memory_bytes=MEMORY) as duck:
        sides = {"reference": stores[0], "current": stores[1]}
        read = {name: f"read_parquet({list(one.files)})" for name, one in sides.items()}
        rows = duck.rows(COUNTED.format(column='"c"', **read))
    nulls = tuple(sum(row[at] for row in rows if row[0] is None) for at in (1, 2))
    return [row for row in rows if row[0] is not None], nulls


def agree(stores):
    found = count_short_text(stores, "c", MEMORY)
    rows, nulls = by_the_engine(stores)
    assert found is not None
    told = zip(found.names.to_pylist(), found.reference.tolist(), found.current.tolist(), strict=True)
    assert list(told) == rows
    assert found.nulls == nulls


SHORT = {
    "codes with one beginning": lambda: [CODES[at] for at in RANDOM.integers(0, 3_000, 5_000)],
    "nulls among them": lambda: [CODES[at] if at % 7 else None for at in RANDOM.integers(0, 3_000, 5_000)],
    "several lengths": lambda: ["N" + str(at) for at in RANDOM.integers(0, 99_999, 5_000)],
    "an empty text": lambda: ["", "a", "", "b"] * 700,
    "bytes that are zero": lambda: ["a", "a\0", "a\0\0", "\0", ""] * 700,
    "letters of several bytes": lambda: ["Ä", "é", "水", "😀", "z"] * 700,
    "a long beginning": lambda: ["https://example.org/item/" + str(at) for at in RANDOM.integers(0, 9_999, 5_000)],
    "ever longer ones": lambda: [f"no. {at}" for at in range(5_000)],
    "one value": lambda: ["all alike"] * 5_000,
}


@pytest.mark.parametrize("why", SHORT)
@pytest.mark.parametrize("group", [997, 100_000])
def test_short_texts_are_counted_as_the_engine_counts_them(tmp_path, why, group):
    values = SHORT[why]()
    agree([
        stored(tmp_path / "a.parquet", values, row_group_size=group),
        stored(tmp_path / "b.parquet", values[: len(values) // 3] + values[:5], row_group_size=group),
    ])  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_texts_that_fit_are_counted_and_others_are_left(data):
    begin = data.draw(st.sampled_from(["", "x", "12345678", "a longer beginning than a word"]))
    rest = st.text(max_size=4) | st.none()
    values = [None if one is None else begin + one for one in data.draw(st.lists(rest, max_size=40))]
    texts = pa.array([None, *values], pa.string())[1:]
    if any(len(one.encode()) - len(begin.encode()) > 7 for one in values if one is not None):
        with pytest.raises(TooLong):
            packed(texts, begin.encode())
        return
    found = counted(packed(texts, begin.encode()))
    names = unpacked(found.keys, begin.encode()).to_pylist()
    assert dict(zip(names, found.rows.tolist(), strict=True)) == Counter(one for one in values if one is not None)
    assert names == sorted(names, key=str.encode)


LEFT = {
    "a longer value": ([*CODES, "order 12345678"], pa.string()),
    "another beginning": ([*CODES, "other 123"], pa.string()),
    "less than the beginning": ([*CODES, "ord"], pa.string()),
    "no text": (list(range(3_000)), pa.int64()),
    "text of another width": (CODES, pa.large_string()),
}


@pytest.mark.parametrize("why", LEFT)
def test_what_does_not_fit_is_the_engines(tmp_path, why):
    values, kind = LEFT[why]
    stores = [stored(tmp_path / f"{name}.parquet", values, kind) for name in "ab"]
    assert count_short_text(stores, "c", MEMORY) is None
    with opened(memory_bytes=MEMORY) as duck:
        [(_, found)] = count_categories(duck, stores, ["c"])
    assert int(found.categories.reference.sum()) == len(values)


def test_neither_few_values_nor_more_rows_than_the_memory_takes_are_counted_here(tmp_path):
    few = tmp_path / "few.parquet"
    parquet.write_table(pa.table({"c": ["AA", "UA"] * 5_000}), few)
    assert count_short_text([Store((str(few),))] * 2, "c", MEMORY) is None
    stores = [stored(tmp_path / "a.parquet", CODES)] * 2
    assert count_short_text(stores, "c", 2 * len(CODES) * BYTES_OF_A_ROW) is not None
    assert count_short_text(stores, "c", 2 * len(CODES) * BYTES_OF_A_ROW - 1) is None


def test_a_column_that_is_not_there_and_a_file_without_rows_are_the_engines_to_tell(tmp_path):
    empty = stored(tmp_path / "empty.parquet", [])
    full = stored(tmp_path / "full.parquet", CODES)
    assert count_short_text([full, full], "gone", MEMORY) is None
    with opened(memory_bytes=MEMORY) as duck:
        [(_, found)] = count_categories(duck, [empty, full], ["c"])
    assert (found.categories.reference.sum(), found.categories.current.sum()) == (0, len(CODES))
