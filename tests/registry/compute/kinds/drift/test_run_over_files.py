"""Whole runs over files: what could not be compared is said, and nothing passes on what was not looked at."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from registry.compute.engines.columns import Side, at_hand
from registry.compute.engines.duck import opened
from registry.compute.engines.files import Files
from registry.compute.kinds.drift.inputs import DriftInputs
from registry.compute.kinds.drift.parameters import DriftParameters
from registry.compute.kinds.drift.run import judge
from registry.compute.kinds.schema.expectations import changes

N = 600
RANDOM = np.random.default_rng(20)
CUT = datetime(2024, 2, 1)


@pytest.fixture
def ran(tmp_path):
    """Run drift of one table against another."""

    def run(before: dict, after: dict, **parameters):
        sides, types = [], []
        for name, columns in (("before", before), ("after", after)):
            path = tmp_path / f"{name}.parquet"
            parquet.write_table(pa.table(columns), path)
            sides.append(Side(Files(path, (path,), "parquet")))
            types.append({column.name: column.type for column in sides[-1].files.describe()})
        columns = [name for name in types[0] if name in types[1]]
        inputs = DriftInputs(*sides, columns, changes(*types), DriftParameters("a", "b", **parameters))
        return judged(inputs)

    return run


@pytest.fixture
def ran_over_time(tmp_path):
    """Run drift of one table cut by its column `at`."""

    def run(columns: dict, **parameters):
        path = tmp_path / "all.parquet"
        parquet.write_table(pa.table(columns), path)
        side = Side(Files(path, (path,), "parquet"), "at")
        sides = side._replace(until=CUT), side._replace(since=CUT)
        wanted = DriftParameters("a", reference_to="2024-02-01", current_from="2024-02-01", **parameters)
        return judged(DriftInputs(*sides, [name for name in columns if name != "at"], [], wanted))

    return run


def judged(inputs):
    with opened(memory_bytes=1 << 28) as duck:
        return judge(duck, inputs, on_progress=lambda done, total, what: None)


def embeddings(rows: int, value: float) -> pa.Array:
    return pa.array([[value] * 8] * rows, pa.list_(pa.float32(), 8))


def distinct_structs(rows: int, start: int) -> pa.Array:
    return pa.array([{"id": start + row, "name": "x"} for row in range(rows)])


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        (embeddings(N, 0.0), embeddings(N, 9.0), "drifted"),
        (embeddings(N, 0.0), embeddings(N, 0.0), "passed"),
        (pa.array([b"a", b"bb"] * 300), pa.array([b"c", b"dd"] * 300), "drifted"),
        (pa.array([b"a", b"bb"] * 300, pa.large_binary()), pa.array([b"a", b"bb"] * 300), "passed"),
        (distinct_structs(N, 0), distinct_structs(N, N), "blind"),
        (distinct_structs(N, 0), distinct_structs(N, 0), "passed"),
        (pa.array([[("k", 1)]] * N, pa.map_(pa.string(), pa.int64())), pa.array([[("k", 2)]] * N, pa.map_(pa.string(), pa.int64())), "drifted"),
        (pa.array([f"{value:,}" for value in range(1_000, 1_600)]), pa.array([f"{value:,}" for value in range(6_000, 6_600)]), "blind"),
        (pa.array([f"user{row:03}@example.org" for row in range(300)]), pa.array([f"user{row:03}@example.org" for row in range(300, 600)]), "passed"),
        (pa.array(["a", "b"] * 300), pa.array(["a", "b"] * 300, pa.large_string()), "passed"),
        (pa.array(["a", "b"] * 300).dictionary_encode(), pa.array(["a", "b"] * 300), "passed"),
        (pa.array([1, 2] * 300).dictionary_encode(), pa.array([1, 2] * 300), "passed"),
        (pa.array(range(N), pa.int32()), pa.array(range(N), pa.int64()), "passed"),
        (pa.array([timedelta(seconds=row) for row in range(N)]), pa.array([timedelta(seconds=row + 900) for row in range(N)]), "drifted"),
        (pa.array([2**60 + row for row in range(N)]), pa.array([2**60 + row for row in range(N)]), "passed"),
        (pa.array([1.5] * 9 + [None] * 591), pa.array([7.5] * 9 + [None] * 591), "blind"),
    ],
)  # fmt: skip
def test_a_column_that_was_not_compared_does_not_pass(ran, before, after, outcome):
    report = ran({"c": before}, {"c": after})
    [column] = report.columns
    assert column.outcome == outcome
    assert report.outcome == {"drifted": "failed", "passed": "passed", "blind": "not_enough_data"}[outcome]
    assert report.content["blind"] == (["c"] if outcome == "blind" else [])
    assert [left_out["column"] for left_out in report.content["left_out"]["columns"]] == report.content["blind"]


def test_the_kind_that_somebody_sets_is_compared(ran):
    text = {"c": [f"{value:,}" for value in range(1_000, 1_599)] + ["oops"]}
    moved = {"c": [f"{value:,}" for value in range(6_000, 6_600)]}
    [column] = ran(text, moved, kinds={"c": "number"}).columns
    assert (column.kind, column.outcome, column.content["unreadable_ref"]) == ("numeric", "drifted", 1)
    codes = {"c": [1, 2, 3] * 200}
    [column] = ran(codes, {"c": [1, 2, 30] * 200}, kinds={"c": "category"}).columns
    assert (column.kind, column.outcome, column.content["new"]) == ("categorical", "drifted", ["30"])


@pytest.mark.parametrize(("wrong", "outcome"), [(0, "passed"), (1, "passed"), (12, "not_enough_data")])
def test_cells_that_are_not_of_the_kind_of_their_column_are_counted(tmp_path, wrong, outcome):
    sides = []
    for name, oops in (("before", 0), ("after", wrong)):
        path = tmp_path / f"{name}.csv"
        cells = ["oops" if row < oops else f"{row % 7}.5" for row in range(2_000)]
        path.write_text("id,x\n" + "".join(f"{row},{cell}\n" for row, cell in enumerate(cells)))
        sides.append(Side(Files(path, (path,), "csv")))
    inputs = DriftInputs(*sides, ["id", "x"], [], DriftParameters("a", "b", rows_left_out_limit=0.001))
    (tmp_path / "rows").mkdir()
    report = judged(at_hand(inputs, tmp_path / "rows"))
    counted = [{"side": "current", "reason": "unreadable cells", "count": wrong, "column": "x"}] if wrong else []
    assert (report.outcome, report.content["left_out"]["rows"]) == (outcome, counted)
    assert ("unreadable cells in x." in report.summary) is bool(wrong)


def test_more_left_out_than_the_limit_allows_does_not_pass(ran):
    sparse = {"a": [1.0, 2.0] * 300, "b": [1.5] * 9 + [None] * 591}
    report = ran(sparse, sparse)
    assert report.outcome == "not_enough_data"
    assert report.summary.endswith("too much was left out. Compared 1 of 2 columns, 1 blind.")
    allowed = ran(sparse, sparse, columns_left_out_limit=1)
    assert (allowed.outcome, allowed.summary) == (
        "passed",
        "1 of 2 columns are within their limits. Compared 1 of 2 columns, 1 blind.",
    )


def times(rows: int, *, without: int = 0) -> list[datetime | None]:
    hours = [datetime(2024, 1, 1) + timedelta(hours=row * 24 * 60 / rows) for row in range(rows)]
    return [None if row % 100 < without else at for row, at in enumerate(hours)]


@pytest.mark.parametrize(
    ("without", "outcome"), [(0, "passed"), (1, "passed"), (2, "not_enough_data"), (33, "not_enough_data")]
)
def test_rows_without_an_event_time_are_counted(ran_over_time, without, outcome):
    report = ran_over_time({"at": times(3_000, without=without), "v": RANDOM.normal(size=3_000)})
    assert report.outcome == outcome
    counted = [{"side": "both", "reason": "no event time", "count": 30 * without, "column": ""}] if without else []
    assert report.content["left_out"]["rows"] == counted


def test_a_time_beyond_the_calendar_is_one_row_left_out(ran_over_time):
    moments = pa.array([int(at.timestamp()) * 10**6 for at in times(3_000)], pa.timestamp("us"))
    late = pa.array([379_982_534_400_000_000], pa.timestamp("us"))  # the year 14011
    report = ran_over_time(
        {"at": pa.concat_arrays([moments, late]), "v": [1.0, 2.0, 3.0] * 1_000 + [1.0]}, window="day", minimum_rows=20
    )
    assert report.outcome == "passed"
    assert {
        "side": "current",
        "reason": "an event time beyond the calendar",
        "count": 1,
        "column": "",
    } in report.content["left_out"]["rows"]


def test_no_power_is_promised_by_columns_that_cannot_alarm(ran_over_time):
    columns = {f"c{number}": RANDOM.normal(size=6_000) for number in range(3)}
    blind = ran_over_time({"at": times(6_000), **columns}, window="day", calibrated=True, minimum_rows=200)
    assert blind.outcome == "not_enough_data"
    assert blind.content["outcomes"] == {"blind": 3}
    assert blind.content["windows"]["detectable_shift"] is None
    assert "would be seen" not in blind.content["windows"]["sentence"]
    able = ran_over_time({"at": times(6_000), **columns}, window="day", calibrated=True, minimum_rows=50)
    assert able.outcome == "passed"
    assert "would be seen within a week in each of the 3 columns of numbers." in able.content["windows"]["sentence"]


def test_a_calibrated_limit_that_nothing_reaches_is_blind(ran_over_time):
    """Each reference day is all rain or all sun, so that no mix of both is further from the others than they are."""
    at = times(6_000)
    wet = [("rain" if (moment - datetime(2024, 1, 1)).days % 2 else "sun") if moment < CUT else "sun" for moment in at]
    report = ran_over_time({"at": at, "weather": wet}, window="day", calibrated=True, minimum_rows=50)
    [column] = report.columns
    assert (report.outcome, column.outcome) == ("not_enough_data", "blind")
    assert column.sentence.startswith("It cannot alarm here: its limit is ")


@pytest.mark.slow
@pytest.mark.parametrize("rows", [200, 1_000, 20_000])
def test_random_halves_of_one_file_pass(ran, rows):
    """Twenty splits of nine columns each: at most one column in a thousand is meant to alarm."""
    drifted = 0
    for split in range(20):
        random = np.random.default_rng(split)
        whole = {
            "normal": random.normal(size=2 * rows),
            "tails": random.standard_t(2, 2 * rows),
            "skewed": random.lognormal(0, 2, 2 * rows),
            "whole": random.poisson(2, 2 * rows),
            "rare": (random.uniform(size=2 * rows) < 0.01).astype(float),
            "nulls": np.where(random.uniform(size=2 * rows) < 0.3, None, 1.5),
            "few": random.choice(["a", "b", "c"], 2 * rows, p=[0.7, 0.29, 0.01]),
            "many": random.integers(0, rows // 4, 2 * rows).astype(str),
            "names": [f"name {number}" for number in random.permutation(2 * rows)],
        }
        report = ran(
            {name: values[:rows] for name, values in whole.items()},
            {name: values[rows:] for name, values in whole.items()},
        )
        drifted += sum(column.outcome == "drifted" for column in report.columns)
    assert drifted <= 1


@pytest.mark.parametrize(
    ("rows", "calibrated", "unusual"), [(300, True, ["2024-01-10"]), (300, False, []), (100, True, [])]
)
def test_days_that_stand_out_are_named_only_where_they_widen_a_limit(ran_over_time, rows, calibrated, unusual):
    days = np.repeat(np.arange(38), rows)
    values = np.random.default_rng(8).normal(size=days.size) + 5.0 * (days == 9)
    at = [datetime(2024, 1, 1) + timedelta(days=int(day)) for day in days]
    windows = ran_over_time({"at": at, "x": values}, window="day", calibrated=calibrated).content["windows"]
    assert [entry["window"] for entry in windows["unusual"]] == unusual
