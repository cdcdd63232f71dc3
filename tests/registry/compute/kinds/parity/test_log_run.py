"""A whole log-parity check over two files."""

from __future__ import annotations

from datetime import datetime

import pytest

from registry.compute.engines.duck import opened
from registry.compute.kinds.parity.log_parameters import LogParityParameters
from registry.compute.kinds.parity.log_run import LogParityInputs, judge
from tests.registry.compute.engines.sides import MIB, written

AT = [datetime(2024, 1, 1, 0, minute) for minute in range(4)]
ROWS = {"id": [1, 2, 3, 4], "at": AT, "same": [1.0, 2.0, None, 4.0], "half": [1.0, 2.0, 3.0, 4.0], "word": list("abcd")}


@pytest.fixture
def judged(tmp_path):
    def judge_files(features, *, serving=ROWS, on_progress=lambda *_: None, not_logged=(), **parameters):
        sides = [written(tmp_path / f"{name}.parquet", rows) for name, rows in (("t", ROWS), ("s", serving))]
        inputs = LogParityInputs(*sides, features, LogParityParameters("t", "s", ["id"], **parameters), not_logged)
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


def test_progress_is_reported_before_each_step_and_what_it_raises_stops_the_work(judged):
    steps = []

    def stop(done, total, name):
        steps.append((done, total, name))
        if name == "half":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judged(["same", "half", "word"], on_progress=stop)
    assert steps == [(0, 4, "Matching rows"), (1, 4, "same"), (2, 4, "half")]
