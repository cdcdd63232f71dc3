"""A whole log-parity check over two files."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal

import pytest

from registry.compute.engines.duck import EngineFailed, opened
from registry.compute.kinds.parity.log_parameters import LogParityParameters
from registry.compute.kinds.parity.log_run import LogParityInputs, judge
from tests.registry.compute.engines.sides import MIB, written

AT = [datetime(2024, 1, 1, 0, minute) for minute in range(4)]
ROWS = {"id": [1, 2, 3, 4], "at": AT, "same": [1.0, 2.0, None, 4.0], "half": [1.0, 2.0, 3.0, 4.0], "word": list("abcd")}

FEW = {"matched_minimum": 0.5, "minimum_rows": 1}


@pytest.fixture
def judged(tmp_path):
    def judge_files(features, *, serving=ROWS, on_progress=lambda *_: None, not_logged=(), **parameters):
        sides = [written(tmp_path / f"{name}.parquet", rows) for name, rows in (("t", ROWS), ("s", serving))]
        inputs = LogParityInputs(
            *sides, features, LogParityParameters("t", "s", ["id"], **FEW | parameters), not_logged
        )
        with opened(memory_bytes=256 * MIB) as duck:
            return judge(duck, inputs, on_progress=on_progress)

    return judge_files


def test_the_same_rows_agree_in_whatever_order_they_were_logged(judged):
    report = judged(["same", "half", "word"], serving={name: values[::-1] for name, values in ROWS.items()})
    assert (report.outcome, report.rows) == ("passed", 4)
    assert [(column.column, column.value) for column in report.columns] == [("half", 0.0), ("same", 0.0), ("word", 0.0)]


@pytest.mark.parametrize(("limit", "outcome", "effect"), [(0.5, "passed", 1.0), (0.49, "failed", 0.5 / 0.49)])
def test_a_rate_at_the_limit_passes_and_above_it_fails(judged, limit, outcome, effect):
    report = judged(["half"], serving=ROWS | {"half": [1.0, 2.0, 3.5, 4.5]}, limit=limit)
    [column] = report.columns
    assert (report.outcome, column.value, column.effect) == (outcome, 0.5, pytest.approx(effect))


def test_a_feature_that_cannot_be_read_is_its_own_trouble_and_comes_first(judged):
    report = judged(["same", "gone"])
    assert [(column.column, column.outcome) for column in report.columns] == [("gone", "errored"), ("same", "passed")]
    assert report.outcome == "errored"


def test_rows_without_a_match_are_counted_in_the_report(judged):
    report = judged(["same"], serving=ROWS | {"id": [1, 2, 3, 9]}, not_logged=["word"])
    assert (report.rows, report.content["missing"], report.content["extra"]) == (5, 1, 1)
    assert report.content["not_logged"] == ["word"]
    assert report.content["sentence"] == (
        "Compared 1 of 2 features, 1 missing from the log; 40.0% of the rows left out: trained on, never served; served, "
        "never trained on."
    )
    assert [(entry["side"], entry["count"]) for entry in report.content["left_out"]["rows"]] == [
        ("training", 1),
        ("serving", 1),
    ]
    assert [entry["column"] for entry in report.content["left_out"]["columns"]] == ["word"]


def test_a_run_in_which_every_row_and_feature_was_compared_left_nothing_out(judged):
    report = judged(["same", "half"])
    assert report.content["sentence"] == "Compared 2 of 2 features."
    assert report.content["left_out"] == {"rows": [], "share": 0.0, "columns": []}


def test_without_a_match_no_feature_was_compared(judged):
    report = judged(["same"], serving=ROWS | {"id": [5, 6, 7, 8]})
    assert report.outcome == "not_enough_data"
    assert report.content["sentence"].startswith("Compared 0 of 1 feature, 1 with too little data; 100% of the rows")


def test_progress_is_reported_before_each_step_and_what_it_raises_stops_the_work(judged):
    steps = []

    def stop(done, total, name):
        steps.append((done, total, name))
        if name == "half":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judged(["same", "half", "word"], on_progress=stop)
    assert steps == [(0, 4, "Matching rows"), (1, 4, "same"), (2, 4, "half")]


def test_two_materializations_are_matched_by_key_whatever_their_times(judged):
    later = ROWS | {"at": [moment.replace(year=2025) for moment in AT], "half": [1.0, 2.0, 3.0, 4.5]}
    report = judged(["half", "at"], serving=later, match_by="key")
    assert report.outcome == "failed"
    assert [(column.column, column.value) for column in report.columns] == [("at", 1.0), ("half", 0.25)]


def test_a_key_that_repeats_matches_nothing(judged):
    with pytest.raises(EngineFailed, match=r"2 rows on the other side have a key \(id\) that repeats"):
        judged(["half"], serving=ROWS | {"id": [1, 2, 3, 3]}, match_by="key")


@pytest.mark.parametrize("match_by", ["key", "time"])
def test_keys_of_two_kinds_are_named_with_both_types_and_what_to_change(judged, match_by):
    with pytest.raises(EngineFailed) as refused:
        judged(["half"], serving=ROWS | {"id": ["1", "2", "3", "x"]}, match_by=match_by)
    assert str(refused.value) == (
        "Rows cannot be matched: id holds whole numbers (int64) in t and texts (string) in s. Give both sides one kind of "
        "value: change the kind of the column in how one of the data sets is read, or cast it where the data are written."
    )


def test_keys_of_two_widths_are_matched(judged):
    report = judged(["half"], serving=ROWS | {"id": [1.0, 2.0, 3.0, 4.0]}, match_by="key")
    assert report.outcome == "passed"


def test_columns_that_differ_by_case_are_named_and_not_compared(judged):
    report = judged(["half"], serving=ROWS | {"Half": [0.0] * 4})
    [column] = report.columns
    assert (column.outcome, report.outcome) == ("errored", "errored")
    assert column.sentence.startswith("The columns half and Half differ only by the case of their names")
    with pytest.raises(EngineFailed, match="The columns id and ID differ only by the case"):
        judged(["half"], serving=ROWS | {"ID": [0] * 4})


BIG, LATE = 2**53, datetime(2024, 1, 1)
KINDS = [
    ([BIG + 1] * 4, [BIG + 1, BIG + 2, BIG + 1, BIG + 1], "failed", "Whole numbers are compared exactly; the largest difference is 1."),
    ([[1.0, 2.0]] * 4, [[1.0, 2.5], *[[1.0, 2.0]] * 3], "failed", "within 1e-9 relative; the largest difference is 0.5."),
    (["1", "2", "3", "4"], [1, 2, 3, 4], "failed", "Training holds texts, the other side whole numbers: they are not compared."),
    ([1, 2, 3, 4], [1.0, 2.0, 3.0, 4.0], "passed", "Whole numbers and floats are compared exactly."),
    ([None] * 4, ["a", None, None, None], "failed", "Texts are compared exactly."),
    ([LATE] * 4, [LATE.date()] * 4, "failed", "Training holds moments, the other side dates: they are not compared."),
    ([{"a": 1}] * 4, [{"a": 1}] * 4, "passed", "Nested values are compared exactly."),
    ([b"a"] * 4, [b"a"] * 4, "passed", "Bytes are compared exactly."),
    ([Decimal("2.50")] * 4, [Decimal("2.49"), *[Decimal("2.50")] * 3], "failed", "Decimals are compared exactly; the largest difference is 0.01."),
]  # fmt: skip


@pytest.mark.parametrize(("trained", "served", "outcome", "ends"), KINDS)
def test_every_kind_of_value_is_compared_by_its_own_rule(judged, trained, served, outcome, ends, tmp_path):
    sides = [
        written(tmp_path / f"{name}.parquet", {"id": ROWS["id"], "at": AT, "x": values})
        for name, values in (("t", trained), ("s", served))
    ]
    with opened(memory_bytes=256 * MIB) as duck:
        inputs = LogParityInputs(*sides, ["x"], LogParityParameters("t", "s", ["id"], **FEW))
        report = judge(duck, inputs, on_progress=lambda *_: None)
    [column] = report.columns
    assert (report.outcome, column.outcome) == (outcome, outcome)
    assert ends in column.sentence
    json.dumps(column.content, allow_nan=False)


def test_what_a_library_cannot_compare_ends_in_a_sentence_without_a_value(judged, monkeypatch):
    def fail(*_):
        raise TypeError("Mrs Smith, born 1950, is not iterable")

    monkeypatch.setattr("registry.compute.kinds.parity.log_run.judge_feature", fail)
    [column] = judged(["word"]).columns
    assert column.outcome == "errored"
    assert "(TypeError)" in column.sentence
    assert "Smith" not in column.sentence


def test_a_feature_of_two_kinds_fails_and_was_not_compared(judged):
    report = judged(["half", "same"], serving=ROWS | {"half": ["1", "2", "3", "4"]})
    assert report.outcome == "failed"
    assert report.content["sentence"] == "Compared 1 of 2 features, 1 not comparable."
    [left_out] = report.content["left_out"]["columns"]
    assert left_out["column"] == "half"
    assert "they are not compared" in left_out["reason"]
