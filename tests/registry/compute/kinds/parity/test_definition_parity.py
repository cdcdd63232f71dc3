import json
from datetime import date

import pyarrow as pa
import pytest

from registry.compute.kinds.parity.definition_parameters import ParityParameters
from registry.compute.kinds.parity.definition_parity import judge

NAN, INF = float("nan"), float("inf")


def rows(trained, current, *, ambiguous=None, present=None, **columns) -> pa.Table:
    size = len(trained)
    everywhere = [True] * size
    in_trained, in_current = present or (everywhere, everywhere)
    table = {
        "key:id": list(range(size)),
        "at": [date(2024, 1 + index % 2, 1) for index in range(size)],
        "trained": trained,
        "current": current,
        "in_trained": in_trained,
        "in_current": in_current,
        "ambiguous": ambiguous or [False] * size,
    }
    return pa.table(table | columns)


def report(trained, current, *, limit=0.0, atol=0.0, rtol=1e-9, **others):
    return judge(rows(trained, current, **others), ParityParameters(limit, atol, rtol))


CASES = [
    ([1.0, 2.0], [1.0, 2.0], {}, "passed", 0, "equal"),
    ([1.0, None], [1.0, None], {}, "passed", 0, "null on both sides is equal"),
    ([1.0, None], [1.0, 0.0], {}, "failed", 1, "null on one side is a difference"),
    ([NAN, 1.0], [NAN, 1.0], {}, "passed", 0, "NaN equals NaN"),
    ([NAN, 1.0], [None, 1.0], {}, "failed", 1, "NaN is not null"),
    ([INF, 1.0], [INF, 1.0], {}, "passed", 0, "infinity equals itself"),
    ([1.0, 2.0], [1.0, 2.0 + 1e-10], {}, "passed", 0, "within the relative tolerance"),
    ([1.0, 2.0], [1.0, 2.1], {"atol": 0.2}, "passed", 0, "within the absolute tolerance"),
    ([1.0, 2.0], [1.0, 2.1], {"limit": 0.5}, "passed", 1, "within the limit"),
    (["a", "b"], ["a", "c"], {}, "failed", 1, "text differs or does not"),
    ([True, False], [True, True], {}, "failed", 1, "so do booleans"),
    ([1, 2], [1, 3], {}, "failed", 1, "whole numbers are numbers"),
    ([1.0, 2.0], [1.0, 2.0], {"ambiguous": [True, False]}, "not_deterministic", 0, "a tie is said, not passed"),
    ([1.0, 2.0], [1.0, 2.0], {"present": ([True, True], [True, False])}, "failed", 1, "a row that is missing differs"),
    ([None, None], [None, None], {}, "passed", 0, "all null on both sides"),
]


@pytest.mark.parametrize(("trained", "current", "options", "outcome", "differ", "why"), CASES)
def test_rows_are_judged_one_by_one(trained, current, options, outcome, differ, why):
    result = report(trained, current, **options)
    assert (result.outcome, result.content["rows_that_differ"]) == (outcome, differ), why


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[-1])
def test_every_report_is_json_that_any_database_keeps(case):
    trained, current, options, *_ = case
    json.dumps(report(trained, current, **options).content, allow_nan=False)


def test_no_rows_is_not_good_news():
    assert judge(rows([1.0], [1.0]).slice(0, 0), ParityParameters()).outcome == "not_enough_data"


def test_the_worst_rows_come_first_with_their_keys():
    result = report([1.0, 1.0, 1.0], [1.5, 9.0, 1.0]).content["worst_rows"]
    assert [row["key"] for row in result] == [{"id": 1}, {"id": 0}]
    assert (result[0]["trained"], result[0]["current"], result[0]["difference"]) == (1.0, 9.0, 8.0)


def test_the_share_is_reported_by_month_or_by_a_column():
    by_month = report([1.0, 1.0, 1.0], [1.0, 2.0, 1.0]).content["by_slice"]
    assert by_month == [
        {"slice": "2024-01", "rows": 2, "differ": 0, "share": 0.0},
        {"slice": "2024-02", "rows": 1, "differ": 1, "share": 1.0},
    ]
    by_origin = report([1.0, 1.0, 1.0], [1.0, 2.0, 1.0], slice=["JFK", "JFK", "LGA"]).content
    assert [(row["slice"], row["differ"]) for row in by_origin["by_slice"]] == [("JFK", 1), ("LGA", 0)]


def test_rows_that_the_null_rule_drops_on_both_sides_are_left_out():
    one_side = report([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0, 4.0], present=([True] * 4, [True, True, True, False]))
    assert one_side.content["sentence"] == "Compared 4 of 4 rows."
    both = report([1.0, 2.0, 3.0, None], [1.0, 2.0, 3.0, None], present=([True] * 3 + [False],) * 2)
    assert (both.outcome, both.content["sentence"]) == (
        "passed",
        "Compared 3 of 4 rows; 25.0% of the rows left out: null rule drop.",
    )
    assert both.content["left_out"]["rows"] == [{"side": "both", "reason": "null rule drop", "count": 1, "column": ""}]


def test_a_run_in_which_every_row_was_dropped_has_not_passed():
    dropped = report([None, None], [None, None], present=([False, False], [False, False]))
    assert dropped.outcome == "not_enough_data"
    assert dropped.summary.endswith("Compared 0 of 2 rows; 100% of the rows left out: null rule drop.")


def test_two_kinds_of_values_leave_every_row_out():
    apart = report(["1", "2"], [1, 2])
    assert (apart.outcome, apart.content["sentence"]) == (
        "failed",
        "Compared 0 of 2 rows; 100% of the rows left out: values of two kinds.",
    )
