"""Two materializations of a feature, compared by key as two definitions are."""

from __future__ import annotations

import gzip
from datetime import datetime

import pyarrow as pa
import pytest

from registry.compute.engines.duck import EngineFailed, opened
from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.compute.kinds.parity.materialized_run import MaterializedInputs, judge_materialized
from tests.registry.compute.engines.sides import MIB, written

AT = [datetime(2024, month, 1) for month in (1, 1, 2)]
TRAINED = {"id": [1, 2, 3], "at": AT, "score": [1.0, 2.0, None], "site": ["a", "a", "b"]}
CURRENT = {"id": [4, 3, 1], "at": [datetime(2024, 3, 1), AT[2], AT[0]], "new": [9.0, None, 1.5], "site": list("cba")}


@pytest.fixture
def judged(tmp_path):
    def judge_files(trained=TRAINED, current=CURRENT, *, event_time="at", **chosen):
        sides = [written(tmp_path / f"{name}.parquet", rows) for name, rows in (("t", trained), ("c", current))]
        sides = [side._replace(event_time=event_time) for side in sides]
        columns = {"trained_column": "score", "current_column": "new", "key": ["id"]} | chosen
        parameters = ParityParameters(trained_dataset="t", current_dataset="c")._replace(**columns)
        with opened(memory_bytes=256 * MIB) as duck:
            return judge_materialized(duck, MaterializedInputs(*sides, parameters))

    return judge_files


def test_rows_of_one_key_are_compared_and_those_of_one_side_are_missing_or_extra(judged):
    report = judged()
    content = report.content
    assert (report.outcome, report.rows) == ("failed", 4)
    assert (content["rows_that_differ"], content["missing"], content["extra"]) == (3, 1, 1)
    assert report.summary == (
        "3 of 4 rows differ (75.0%; 1 missing, 1 extra), above the limit of 0%. Floats are equal within 1e-9 relative; "
        "the largest difference is 0.5."
    )
    assert [(row["key"], row["trained"], row["current"]) for row in content["worst_rows"]] == [
        ({"id": 1}, 1.0, 1.5),
        ({"id": 2}, 2.0, None),
        ({"id": 4}, None, 9.0),
    ]
    assert [(month["slice"], month["differ"]) for month in content["by_slice"]] == [
        ("2024-01", 2),
        ("2024-02", 0),
        ("2024-03", 1),
    ]
    assert len(gzip.decompress(report.differing.content).splitlines()) == 4


def test_the_same_rows_agree_in_any_order(judged):
    turned = {name: values[::-1] for name, values in TRAINED.items()}
    report = judged(current=turned, current_column="score")
    assert (report.outcome, report.summary) == (
        "passed",
        "All 3 rows are equal. Floats are equal within 1e-9 relative.",
    )


def test_differences_are_broken_down_by_a_column_that_both_have(judged):
    slices = judged(slice="site").content["by_slice"]
    assert [(part["slice"], part["rows"], part["differ"]) for part in slices] == [("a", 2, 2), ("b", 1, 0), ("c", 1, 1)]


def test_data_sets_need_no_event_time(judged):
    report = judged(event_time="")
    assert report.content["worst_rows"][0]["event_time"] is None
    assert (report.content["rows_that_differ"], report.content["by_slice"]) == (3, [])


def test_several_columns_are_a_key(judged):
    assert judged(key=["site", "id"]).content["missing"] == 1


@pytest.mark.parametrize(
    ("current", "chosen", "message"),
    [
        (CURRENT | {"id": [1, 1, 2]}, {}, r"2 rows on the other side have a key \(id\) that repeats"),
        (CURRENT | {"New": CURRENT["new"]}, {}, "The columns new and New differ only by the case"),
        (
            CURRENT | {"at": ["x", "y", "z"]},
            {"slice": "at"},
            "Column at is timestamp.us. on the trained side and string on the other",
        ),
    ],
)
def test_what_cannot_be_matched_says_what_to_change(judged, current, chosen, message):
    current = {name: pa.array(values) for name, values in current.items()}
    with pytest.raises(EngineFailed, match=message):
        judged(current=current, **chosen)


def test_values_of_two_kinds_are_named(judged):
    report = judged(current=CURRENT | {"new": ["a", "b", "c"]})
    assert (report.outcome, report.summary.partition(":")[0]) == (
        "failed",
        "Training holds floats, the other side texts",
    )


def test_no_rows_are_not_enough(judged):
    empty = {
        "id": pa.array([], pa.int64()),
        "at": pa.array([], pa.timestamp("us")),
        "score": pa.array([], pa.float64()),
    }
    assert judged(empty, empty, current_column="score").outcome == "not_enough_data"


@pytest.mark.parametrize("site", [["a", "b", "c"], [[1], [2], [3]], [{"a": 1}] * 3], ids=["text", "list", "struct"])
def test_a_slice_of_two_kinds_of_values_is_refused_by_name(judged, site):
    numbers = TRAINED | {"site": [1, 2, 3]}
    with pytest.raises(EngineFailed, match=r"Column site is int64 on the trained side and .*\. Give both one type\."):
        judged(numbers, CURRENT | {"site": site}, slice="site")
    with pytest.raises(EngineFailed, match=r"Column site is .* and int64 on the other\. Give both one type\."):
        judged(TRAINED | {"site": [{"a": 1}] * 3}, CURRENT | {"site": [1, 2, 3]}, slice="site")
