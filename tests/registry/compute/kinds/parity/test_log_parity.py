"""The outcome of log parity from its features and the rows that were matched."""

from __future__ import annotations

import pyarrow as pa
import pytest

from registry.compute.kinds.parity.log_parameters import LogParityParameters
from registry.compute.kinds.parity.log_parity import EVENT_TIME, FeatureParity, Matched, judge_feature, overall
from registry.compute.stats.result import Outcome

PARAMETERS = LogParityParameters("train", "log", ["id"], unmatched_limit=0.5, matched_minimum=0.0, minimum_rows=1)
ALL = Matched(10, 10, 10)


def feature(name, outcome, rate=0.0):
    return FeatureParity(name, outcome, "…", rate, {})


@pytest.mark.parametrize(
    ("matched", "features", "outcome", "begins"),
    [
        (ALL, [], "not_enough_data", "The log has no feature that was trained on."),
        (Matched(5, 5, 0), [feature("x", Outcome.PASSED)], "not_enough_data", "No row has a match on the other side."),
        (ALL, [feature("x", Outcome.PASSED)], "passed", "The one feature agrees; 10 rows matched, 0 missing, 0 extra."),
        (ALL, [feature("x", Outcome.PASSED)] * 2, "passed", "All 2 features agree"),
        (ALL, [feature("x", Outcome.FAILED, 0.1), feature("y", Outcome.FAILED, 0.3)], "failed", "2 of 2 features differ, most y (30.0% of the rows)"),
        (ALL, [feature("x", Outcome.ERRORED, None), feature("y", Outcome.PASSED)], "errored", "1 of 2 features could not be compared"),
        (ALL, [feature("x", Outcome.ERRORED, None), feature("y", Outcome.FAILED, 0.3)], "failed", "1 of 2 features differ"),
        (Matched(3, 1, 1), [feature("x", Outcome.PASSED)], "failed", "66.7% of the rows are on one side only, limit 50.0%"),
        (Matched(2, 1, 1), [feature("x", Outcome.PASSED)], "passed", "The one feature agrees; 1 row matched, 1 missing, 0 extra."),
    ],
)  # fmt: skip
def test_the_outcome_of_all_features(matched, features, outcome, begins):
    verdict = overall(matched, features, PARAMETERS)
    assert (str(verdict[0]), verdict[1][: len(begins)]) == (outcome, begins)


ENOUGH = "at least 95.0% and 200 rows are needed"


@pytest.mark.parametrize(
    ("matched", "chosen", "outcome", "sentence"),
    [
        (Matched(1_000, 1, 1), {}, "not_enough_data", f"0.1% of the trained rows and 1 row in all is matched; {ENOUGH}"),
        (Matched(10_608, 220, 220), {}, "not_enough_data", f"2.1% of the trained rows and 220 rows in all are matched; {ENOUGH}"),
        (Matched(199, 199, 199), {}, "not_enough_data", f"100% of the trained rows and 199 rows in all are matched; {ENOUGH}"),
        (Matched(200, 900, 200), {}, "passed", "The one feature agrees; 200 rows matched, 0 missing, 700 extra."),
        (Matched(1_000, 950, 950), {}, "passed", "The one feature agrees; 950 rows matched, 50 missing, 0 extra."),
        (Matched(1_000, 949, 949), {}, "not_enough_data", "94.9% of the trained rows"),
        (Matched(1_000, 600, 600), {"matched_minimum": 0.5}, "passed", "The one feature agrees"),
        (Matched(50, 50, 50), {"minimum_rows": 50}, "passed", "The one feature agrees"),
        (Matched(1_000, 900, 900), {"unmatched_limit": 0.05}, "failed", "10.0% of the rows are on one side only, limit 5.0%"),
        (Matched(1_000, 900, 900), {"unmatched_limit": 0.2}, "passed", "The one feature agrees"),
        (Matched(1_000, 900, 900), {"unmatched_limit": 0.2, "matched_minimum": 0.95}, "not_enough_data", "90.0% of the"),
        (Matched(3, 3, 3), {"match_by": "key"}, "passed", "The one feature agrees; 3 rows matched"),
        (Matched(4, 3, 3), {"match_by": "key"}, "failed", "25.0% of the rows are on one side only, limit 0%"),
        (Matched(4, 3, 3), {"match_by": "key", "limit": 0.3}, "passed", "The one feature agrees; 3 rows matched, 1 missing"),
    ],
)  # fmt: skip
def test_few_matched_rows_are_no_evidence(matched, chosen, outcome, sentence):
    values = {"training": "train", "serving": "log", "entity_key": ["id"]}
    parameters = LogParityParameters.parse(values | chosen)[1]
    verdict = overall(matched, [feature("x", Outcome.PASSED)], parameters)
    assert (str(verdict[0]), verdict[1][: len(sentence)]) == (outcome, sentence)


def test_rows_that_differ_are_a_failure_however_few_there_are():
    parameters = LogParityParameters("train", "log", ["id"])
    assert overall(Matched(1_000, 1, 1), [feature("x", Outcome.FAILED, 1.0)], parameters)[0] is Outcome.FAILED


def test_a_feature_of_two_kinds_is_named():
    verdict = overall(ALL, [feature("x", Outcome.FAILED, None), feature("y", Outcome.PASSED)], PARAMETERS)
    assert verdict[1].startswith("1 of 2 features differ: x holds values of two kinds; 10 rows matched")


def test_what_was_not_logged_is_named():
    assert "not in the log: age" in overall(ALL, [feature("x", Outcome.PASSED)], PARAMETERS, ["age"])[1]


def test_rows_without_a_match_are_counted_on_both_sides():
    matched = Matched(5, 4, 3)
    assert (matched.missing, matched.extra, matched.unmatched_share) == (2, 1, 0.5)
    assert Matched(0, 0, 0).unmatched_share == 0.0


def test_the_worst_rows_of_a_feature_have_their_key_and_time():
    keys = pa.table({"id": [7, 8], EVENT_TIME: ["t1", "t2"]})
    verdict = judge_feature("x", pa.chunked_array([[1.0, 2.0]]), pa.chunked_array([[1.0, 5.0]]), keys, PARAMETERS)
    assert (verdict.outcome, verdict.mismatch_rate) == (Outcome.FAILED, 0.5)
    assert verdict.content["worst_rows"] == [
        {"key": {"id": 8}, "event_time": "t2", "trained": 2.0, "current": 5.0, "difference": 3.0}
    ]


def test_worst_rows_without_an_event_time_have_their_key_alone():
    keys, sides = pa.table({"id": [7]}), (pa.chunked_array([["a"]]), pa.chunked_array([["b"]]))
    [row] = judge_feature("x", *sides, keys, PARAMETERS).content["worst_rows"]
    assert (row["key"], row["event_time"], row["difference"]) == ({"id": 7}, None, None)
