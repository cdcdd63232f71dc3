"""What a run says that it compared and left out."""

from __future__ import annotations

import pytest

from registry.compute.kinds.coverage import DROPPED, NEVER_SERVED, NO_EVENT_TIME, NOT_LOGGED, Coverage, LeftOut
from registry.compute.kinds.report import ColumnReport


def column(outcome: str) -> ColumnReport:
    return ColumnReport(outcome, "", outcome, f"It is {outcome}.")


CASES = [
    (["passed", "drifted"], (10, 10), [], "Compared 2 of 2 columns."),
    (["passed"], (10, 10), [LeftOut("both", NO_EVENT_TIME, 0)], "Compared 1 of 1 column."),
    (["passed", "failed", "not_deterministic", "blind"], (9, 9), [], "Compared 3 of 4 columns, 1 blind."),
    (["passed", "errored", "not_applicable"], (9, 9), [], "Compared 1 of 3 columns, 1 errored, 1 not comparable."),
    (["passed", NOT_LOGGED], (9, 9), [], "Compared 1 of 2 columns, 1 missing from the log."),
    (["passed"], (15, 5), [LeftOut("reference", NEVER_SERVED, 5)], "Compared 1 of 1 column; 25.0% of the rows left out: trained on, never served."),
    ([], (900, 100), [LeftOut("both", DROPPED, 100)], "Compared 900 of 1,000 rows; 10.0% of the rows left out: null rule drop."),
    ([], (1, 0), [], "Compared 1 of 1 row."),
]  # fmt: skip


@pytest.mark.parametrize(("outcomes", "rows", "left_out", "sentence"), CASES)
def test_the_sentence_names_what_was_left_out_and_nothing_else(outcomes, rows, left_out, sentence):
    assert Coverage.of([column(outcome) for outcome in outcomes], rows, left_out).sentence == sentence


@pytest.mark.parametrize(
    ("outcomes", "left_out", "empty"),
    [(["blind", "errored"], 0, True), (["blind", "passed"], 0, False), ([], 10, True), ([], 9, False)],
)
def test_nothing_was_compared(outcomes, left_out, empty):
    coverage = Coverage.of([column(name) for name in outcomes], (10, 0), [LeftOut("both", DROPPED, left_out)])
    assert coverage.is_empty is empty
