import contextlib
import math
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as parquet
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import stats

from registry.compute.engines.columns import Side
from registry.compute.engines.duck import opened
from registry.compute.engines.files import Files
from registry.compute.engines.numeric_columns import BASE_BYTES, LEAST_ROOM, compare_numbers, pairs_at_once
from registry.compute.engines.sorted_sides import Store, stored
from registry.compute.stats.columns.column import Column
from registry.compute.stats.comparison import ColumnKind
from registry.compute.stats.distribution import compare_numeric

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).resolve().parents[4]
HOSTILE = {
    "plain": pa.array([1.0, 2.0, 3.0, 4.0]),
    "nulls": pa.array([None, None, 1.0, None], pa.float64()),
    "all null": pa.array([None] * 4, pa.float64()),
    "no type": pa.array([None] * 4),
    "NaN": pa.array([math.nan, math.nan, None, 1.0]),
    "infinite": pa.array([math.inf, -math.inf, 0.0, 1.0]),
    "constant": pa.array([7.0] * 4),
    "whole": pa.array([2**53 + 1, None, -5, 0], pa.int64()),
    "small floats": pa.array([1.5, None, 2.5, math.nan], pa.float32()),
    'a "quoted" name': pa.array([3, 1, 2, 1], pa.int8()),
    "decimal": pa.array([1, 2, None, 4], pa.decimal128(9, 2)),
}


def written(path, columns, **options):
    parquet.write_table(pa.table(columns), path, **options)
    return side_of(path)


def side_of(*paths, kind="parquet", **cut) -> Side:
    return Side(Files(paths[0] if len(paths) == 1 else paths[0].parent, paths, kind), **cut)


@contextlib.contextmanager
def stores_of(*sides, columns):
    with opened(memory_bytes=256 << 20) as duck, tempfile.TemporaryDirectory() as folder:
        yield duck, [stored(duck, side, columns, Path(folder)) for side in sides]


def found_in(reference, current, columns, **options):
    with stores_of(reference, current, columns=columns) as (_, stores):
        return {name: item[:2] for name, item in compare_numbers(stores, columns, **options)}


def expected(reference, current):
    return compare_numeric(*(_column(array) for array in (reference, current)))


def alike(rows, expected):
    """Equal to the last bit, but for Wasserstein: a column of few values has another sum of the same area."""
    moves = ("wasserstein", "wasserstein_normed")
    for name in moves:
        assert rows[name].value == expected[name].value or rows[name].value == pytest.approx(
            expected[name].value, rel=1e-13
        )
    rest = [
        replace(row, statistics=tuple(each for each in row.statistics if each.name not in moves))
        for row in (rows, expected)
    ]
    return rest[0] == rest[1]


def _column(array):
    return Column.of(
        array.cast(pa.float64(), safe=False).fill_null(0.0).to_numpy(), array.is_null().to_numpy(zero_copy_only=False)
    )


@pytest.mark.parametrize("threads", [1, 2])
def test_every_column_of_a_hostile_table_is_what_both_columns_are_alone(tmp_path, threads):
    moved = {name: array[1:] for name, array in HOSTILE.items()}
    sides = written(tmp_path / "a.parquet", HOSTILE, row_group_size=2), written(tmp_path / "b.parquet", moved)
    result = found_in(*sides, list(HOSTILE), threads=threads)
    assert list(result) == list(HOSTILE)
    for name, array in HOSTILE.items():
        assert alike(result[name][0], expected(array, moved[name])), name
        assert result[name][1].nulls_ref == array.null_count, name


def test_what_is_no_number_says_so_and_stops_no_other(tmp_path):
    columns = {"text": pa.array(["a", "b"]), "here": pa.array([1.0, 2.0]), "list": pa.array([[1], [2]])}
    reference = written(tmp_path / "a.parquet", columns)
    current = written(tmp_path / "b.parquet", {name: columns[name] for name in ("text", "here", "list")})
    result = found_in(reference, current, ["text", "gone", "here", "list"])
    assert result["here"][0]["ks"].value == 0
    assert result["text"][0].kind is ColumnKind.OTHER
    assert result["text"][0]["ks"].reason == "The type of the column is string, which is not a number."
    assert result["gone"][0]["ks"].reason == "A file has no column gone."
    assert result["list"][0]["ks"].value is None


def test_a_damaged_page_is_its_columns_trouble(tmp_path):
    side = written(tmp_path / "a.parquet", {"a": pa.array(np.arange(5_000.0)), "b": pa.array(np.arange(5_000.0))},
                   compression="none", use_dictionary=False, write_statistics=False)  # fmt: skip
    content = bytearray(side.files.base.read_bytes())
    content[4:24] = b"\xff" * 20  # the header of the first column's first page
    (tmp_path / "damaged.parquet").write_bytes(content)
    result = found_in(side, side_of(tmp_path / "damaged.parquet"), ["a", "b"])
    assert "could not be read" in result["a"][0]["ks"].reason
    assert result["b"][0]["ks"].value == 0


def test_many_files_csv_and_parquet_and_a_condition_are_one_and_the_same(tmp_path):
    random = np.random.default_rng(5)
    day, value = np.arange(3_000) % 30, random.normal(size=3_000).round(3)
    value[::7] = np.nan
    at = [datetime(2024, 3, 1) + timedelta(days=int(row)) for row in day]
    table = pa.table({"at": at, "value": pa.array(value, from_pandas=True)})
    parts = tuple(tmp_path / f"part{at}.parquet" for at in range(3))
    for at, name in enumerate(parts):
        parquet.write_table(table[at * 1_000 : (at + 1) * 1_000], name)
    pyarrow.csv.write_csv(table, tmp_path / "all.csv")
    wanted = table.filter(day < 20)["value"].combine_chunks()
    cut = datetime(2024, 3, 21)
    rest = side_of(*parts, event_time="at", since=cut)
    for kind, files in (("parquet", parts), ("csv", (tmp_path / "all.csv",))):
        (copies := tmp_path / f"rows of {kind}").mkdir()
        first = side_of(*files, kind=kind, event_time="at", until=cut).at_hand(copies)
        result = found_in(first, rest, ["value", "gone"])
        assert alike(result["value"][0], expected(wanted, table.filter(day >= 20)["value"].combine_chunks())), kind
        assert result["gone"][0]["ks"].reason == "A file has no column gone.", kind


def test_progress_is_reported_before_each_column_and_what_that_raises_ends_the_work(tmp_path):
    side = written(tmp_path / "a.parquet", {name: pa.array([1.0, 2.0]) for name in "abcdefgh"})
    heard = []

    def on_progress(name):
        heard.append(name)
        if name == "c":
            raise KeyboardInterrupt

    with stores_of(side, side, columns=list("abcdefgh")) as (_, stores):
        results = compare_numbers(stores, list("abcdefgh"), on_progress=on_progress)
        assert [next(results)[0], next(results)[0]] == ["a", "b"]
        with pytest.raises(KeyboardInterrupt):
            next(results)
    assert heard == ["a", "b", "c"]


def test_too_small_a_budget_says_what_it_takes(tmp_path):
    side = written(tmp_path / "a.parquet", {"a": pa.array(np.arange(100_000.0))})
    (comparison, _) = found_in(side, side, ["a"], memory_bytes=BASE_BYTES)["a"]
    assert comparison["ks"].reason == "Reading a column takes 165 MiB; the check may use 160 MiB."


def test_the_memory_stays_within_the_budget(tmp_path):
    random = np.random.default_rng(1)
    columns = {f"n{at}": pa.array(random.normal(size=2_000_000)) for at in range(6)}
    side = written(tmp_path / "a.parquet", columns, row_group_size=250_000)
    program = (
        "import sys\nfrom registry.compute.engines.numeric_columns import compare_numbers\nfrom registry.compute.engines.sorted_sides import Store\n"
        "store = Store((sys.argv[1],))\n"
        "assert len(list(compare_numbers([store, store], sys.argv[2:], memory_bytes=240 << 20))) == 6\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(side.files.base), *columns], cwd=PROJECT, env=os.environ, capture_output=True, text=True, check=True
    )  # fmt: skip
    assert int(done.stdout) < 240 << 10


def _pair(random):
    """Two samples with ties, infinities, one value or one row, as it comes."""
    for _ in range(2):
        size = int(random.choice([1, 2, 3, 50, 700, 3_000]))
        values = random.choice([0.0, 1.0, 50.0]) + random.normal(size=size) * random.choice([0.0, 1e-9, 1.0, 1e6])
        if random.random() < 0.4:
            values = values.round(1)
        yield np.sort(values)


@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning")  # scipy's p of two single rows
def test_ks_is_scipys_to_the_last_bit_and_wasserstein_within_1e_12():
    random = np.random.default_rng(2_000)
    for _ in range(2_000):
        reference, current = _pair(random)
        result = compare_numeric(Column.of(reference), Column.of(current))
        assert result["ks"].value == stats.ks_2samp(reference, current, method="asymp").statistic
        oracle = stats.wasserstein_distance(reference, current)
        # The oracle's own rounding is that of the values' size.
        assert result["wasserstein"].value == pytest.approx(oracle, rel=1e-12, abs=1e-15 * np.abs(reference).max())


ANY = st.one_of(st.none(), st.floats(width=32), st.sampled_from([0.0, 1.0, math.inf, -math.inf]))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ANY, min_size=1, max_size=40), st.lists(ANY, min_size=1, max_size=40))
def test_whatever_a_file_holds_is_what_both_columns_are_alone(tmp_path, reference, current):
    arrays = pa.array(reference, pa.float64()), pa.array(current, pa.float64())
    sides = [written(tmp_path / f"{at}.parquet", {"a": array}, row_group_size=7) for at, array in enumerate(arrays)]
    assert alike(found_in(*sides, ["a"])["a"][0], expected(*arrays))


SPILLING = BASE_BYTES + 8 * LEAST_ROOM + (1 << 19)
LONG = {
    "plain": lambda random: random.normal(size=400_000),
    "ties": lambda random: random.normal(size=400_000).round(1),
    "constant": lambda random: np.full(400_000, 7.0),
    "infinite": lambda random: np.where(random.random(400_000) < 0.3, math.inf, random.normal(size=400_000)),
    "NaN": lambda random: np.where(random.random(400_000) < 0.3, math.nan, random.normal(size=400_000)),
    "nothing but NaN": lambda random: np.full(400_000, math.nan),
    "sorted": lambda random: np.arange(400_000.0),
}


@pytest.mark.parametrize("why", LONG)
def test_a_column_longer_than_the_memory_is_what_it_is_in_memory(tmp_path, why):
    sides = []
    for number in (0, 1):
        random = np.random.default_rng([number, 3])
        values = LONG[why](random) + 0.01 * number
        column = pa.array(values, mask=random.random(values.size) < 0.1 * number)
        sides.append(written(tmp_path / f"{number}.parquet", {"a": column}, row_group_size=10_000))
    assert pairs_at_once([Store((str(side.files.base),)) for side in sides], SPILLING, 2) == 0
    assert found_in(*sides, ["a"], memory_bytes=SPILLING) == found_in(*sides, ["a"])
