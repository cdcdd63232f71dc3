"""A whole drift check over files: the columns ranked, and what they say together."""

from __future__ import annotations

import pytest

from registry.compute.engines.duck import opened
from registry.compute.kinds.drift.run import judge, report_of
from registry.compute.kinds.report import ColumnReport
from registry.compute.kinds.schema.expectations import Finding
from tests.registry.compute.kinds.drift.conftest import COLUMNS


def test_the_drifted_column_is_first_and_every_step_is_reported(inputs):
    steps = []
    with opened(memory_bytes=1 << 28) as duck:
        report = judge(duck, inputs, on_progress=lambda *step: steps.append(step))
    assert (report.outcome, report.columns[0].column) == ("failed", "moved")
    assert report.summary == "1 of 4 columns drifted: moved."
    assert (report.rows, report.content["outcomes"]) == (40, {"drifted": 1, "passed": 3})
    assert steps[0] == (0, 5, "Reading the rows")
    assert [done for done, *_ in steps] == [0, 1, 2, 3, 4]
    assert {what for *_, what in steps[1:]} == set(COLUMNS)


def test_a_callback_that_raises_stops_the_work(inputs):
    def stop(done, total, what):
        if done == 1:
            raise KeyboardInterrupt

    with opened(memory_bytes=1 << 28) as duck, pytest.raises(KeyboardInterrupt):
        judge(duck, inputs, on_progress=stop)


NOTHING = "Nothing can be said about any column. Compared 0 of 2 columns, 1 not comparable, 1 with too little data."


def column(name, outcome, effect=None):
    return ColumnReport(name, "numeric", outcome, "…", effect=effect)


@pytest.mark.parametrize(
    ("outcomes", "issues", "outcome", "summary"),
    [
        (["passed", "passed"], [], "passed", "2 of 2 columns are within their limits."),
        (
            ["passed", "errored"],
            [],
            "errored",
            "1 of 2 columns could not be compared; the others passed or had too little.",
        ),
        (["not_enough_data", "not_applicable"], [], "not_enough_data", NOTHING),
        (["drifted", "errored"], [], "failed", "1 of 2 columns drifted: c0."),
        (["passed"], ["new", "spelling"], "passed", "1 of 1 columns are within their limits."),
        (
            ["passed", "blind"],
            [],
            "not_enough_data",
            "1 of 2 columns are within their limits, but too much was left out. Compared 1 of 2 columns, 1 blind.",
        ),
        (["passed"], ["gone"], "failed", "x is gone."),
        (["drifted"] * 4, [], "failed", "4 of 4 columns drifted: c3, c2, c1 and 1 more."),
    ],
)
def test_the_outcome_of_all_columns(inputs, outcomes, issues, outcome, summary):
    columns = [column(f"c{index}", word, float(index)) for index, word in enumerate(outcomes)]
    findings = [Finding("x", issue, f"x is {issue}.") for issue in issues]
    report = report_of(columns, inputs._replace(findings=findings), (1, 2))
    assert (report.outcome, report.summary, report.rows) == (outcome, summary, 3)


def test_columns_are_ranked_by_effect_times_importance(inputs):
    columns = [column("a", "drifted", 2.0), column("b", "drifted", 1.0), column("c", "passed", 9.0)]
    weighed = inputs._replace(parameters=inputs.parameters._replace(importance={"b": 3.0}))
    assert [ranked.column for ranked in report_of(columns, weighed, (1, 1)).columns] == ["b", "a", "c"]
